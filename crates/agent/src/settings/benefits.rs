//! `BENEFITS`: what subscriptions have bought ahead.

use super::texts::{items, subscriptions};
use lamplighter_core::record::Benefit;
use std::collections::BTreeMap;

/// Reads `<subscription id> = savings-plan`, several with `|`, a comma or a line between.
pub fn read(text: &str) -> Option<BTreeMap<String, Benefit>> {
    let pairs = items(text, &['|', ',', '\n'])?;
    pairs
        .into_iter()
        .map(|pair| {
            let (id, benefit) = pair.split_once('=')?;
            let ids = subscriptions(id.trim())?;
            let [id] = <[String; 1]>::try_from(ids).ok()?;
            let benefit = match benefit.trim().to_ascii_lowercase().as_str() {
                "none" => Benefit::None,
                "savings-plan" => Benefit::SavingsPlan,
                "reservation" => Benefit::Reservation,
                _ => return None,
            };
            Some((id, benefit))
        })
        .collect()
}
