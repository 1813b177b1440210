//! Decimals written as text or as numbers, never by way of a float.

use rust_decimal::Decimal;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;

/// A value that is no amount of money.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
enum DecimalError {
    #[error("{0} is not a price; expected a number such as \"0.293\"")]
    NotAPrice(Value),
    #[error("a price is not negative")]
    Negative,
}

fn amount_of(value: Value) -> Result<Decimal, DecimalError> {
    let text = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.parse().map_err(|_| DecimalError::NotAPrice(value))
}

/// Reads one that is not negative.
///
/// # Errors
/// Neither a decimal nor the text of one, or a negative one.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let amount = amount_of(Value::deserialize(from)?).map_err(D::Error::custom)?;
    if amount.is_sign_negative() {
        return Err(D::Error::custom(DecimalError::Negative));
    }
    Ok(amount)
}

/// Writes one as text.
///
/// # Errors
/// Only the writer's own.
pub(super) fn serialize<S: Serializer>(amount: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(amount)
}

/// Maps of them, for `#[serde(with)]`.
pub(super) mod map {
    use super::amount_of;
    use rust_decimal::Decimal;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;
    use std::collections::BTreeMap;

    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<String, Decimal>, D::Error> {
        BTreeMap::<String, Value>::deserialize(from)?
            .into_iter()
            .map(|(name, value)| Ok((name, amount_of(value).map_err(D::Error::custom)?)))
            .collect()
    }

    pub fn serialize<S: Serializer>(
        map: &BTreeMap<String, Decimal>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let texts: BTreeMap<&String, String> = map
            .iter()
            .map(|(name, amount)| (name, amount.to_string()))
            .collect();
        texts.serialize(to)
    }
}
