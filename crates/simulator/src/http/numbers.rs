//! Decimals in JSON.

use rust_decimal::Decimal;
use serde_json::Value;

/// A decimal as a JSON number, digit for digit.
pub(super) fn number(amount: Decimal) -> Value {
    serde_json::from_str(&amount.normalize().to_string()).unwrap_or(Value::Null)
}
