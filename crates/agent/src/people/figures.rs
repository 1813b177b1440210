//! What the page of a resource tells of its schedule, and of the month so far.

use super::known::Known;
use crate::report::page::{self, One};
use crate::sweep::Context;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::Presence;
use lamplighter_core::lint::{self, lint};
use lamplighter_core::record::Resource;
use lamplighter_core::schedule::Power;
use rust_decimal::Decimal;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Figures that take longer are not shown.
const WITHIN: Duration = Duration::from_secs(20);

/// What is shown of a resource apart from its stop.
#[derive(Default)]
pub struct Shown {
    /// Its last decision.
    pub why: Option<String>,
    /// Its schedule and its holidays, a sentence each.
    pub policy: Vec<String>,
    /// The edges of the week to come: when, and what then.
    pub week: Vec<(String, &'static str)>,
    /// Of the month so far, each with its name.
    pub month: Vec<(&'static str, String)>,
}

/// Gathers it.
pub async fn shown(
    context: &Context,
    known: &Known,
    price: Option<&(Decimal, String)>,
    now: DateTime<Utc>,
) -> Shown {
    let lease = TimeDelta::from_std(context.settings.lease).unwrap_or_default();
    let findings = lint(&lint::Case {
        reading: &known.reading,
        zone: known.zone,
        region: None,
        native: &[],
        // Nothing that it would say of one is shown here.
        beacon: Presence::Unknown,
        lease,
        now,
    });
    let texts = findings.descriptions.into_iter();
    let policy = texts.filter(|text| matches!(text.tag, "schedule" | "holidays"));
    let week = findings.week.into_iter().map(|edge| {
        let words = match edge.desired {
            Power::On => "started",
            Power::Off => "stopped",
        };
        (edge.local, words)
    });
    let mut shown = Shown {
        policy: policy.map(|text| text.text).collect(),
        week: week.collect(),
        ..Shown::default()
    };
    if let Some(one) = one(context, known, now).await {
        shown.month = month(&one, price, &context.settings.currency);
        shown.why = one.why;
    }
    shown
}

async fn one(context: &Context, known: &Known, now: DateTime<Utc>) -> Option<One> {
    let id = known.resource.id.as_str();
    let (from, to) = page::this_month(now);
    let wanted = |of: &Resource| of.id == id;
    let read = page::read_only(&context.ledger, (from, to), now, &wanted);
    match timeout_at(Instant::now() + WITHIN, read).await {
        Ok(Ok(input)) => Some(page::one(&input, id)),
        Ok(Err(error)) => {
            tracing::error!(
                event = "page",
                "figures for an owner could not be read: {error}"
            );
            None
        }
        Err(_) => None,
    }
}

/// `fallback`: the currency of nothing, where neither what was saved nor an hour has a price.
fn month(
    one: &One,
    price: Option<&(Decimal, String)>,
    fallback: &str,
) -> Vec<(&'static str, String)> {
    let hours = |seconds: i64| format!("{:.1} h", seconds as f64 / 3600.0);
    let mut month = vec![("On", hours(one.on_seconds))];
    if let Some((price, currency)) = price {
        let spent = *price * Decimal::from(one.on_seconds) / Decimal::from(3600);
        month.push((
            "Cost",
            format!("about {spent:.2} {currency}, at today's price"),
        ));
    }
    month.push((
        "Off because of Lamplighter",
        hours(one.figures.saved_seconds),
    ));
    let of_hour = price.map(|(_, currency)| currency);
    let currency = one.currency.as_ref().or(of_hour);
    let currency = currency.map_or(fallback, String::as_str);
    let saved = one.figures.saved.value();
    let unpriced = match one.figures.unpriced_seconds {
        0 => String::new(),
        seconds => format!(", and {} without a known price", hours(seconds)),
    };
    month.push(("Saved", format!("{saved:.2} {currency}{unpriced}")));
    month
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplighter_core::record::PricePerHour;
    use lamplighter_core::savings::{Amount, Figures};

    #[test]
    fn what_was_saved_is_shown_in_whatever_currency_is_known_also_where_it_is_nothing() {
        let none = One {
            why: None,
            figures: Figures::default(),
            currency: None,
            on_seconds: 7200,
        };
        let price = (Decimal::new(25, 2), "EUR".to_owned());
        let shown = |one: &One, price: Option<&(Decimal, String)>| {
            let month = month(one, price, "USD");
            let value = |name: &str| {
                let found = month.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone())
            };
            (value("Cost"), value("Saved").expect("always"))
        };
        assert_eq!(shown(&none, None), (None, "0.00 USD".into()));
        let cost = "about 0.50 EUR, at today's price".to_owned();
        assert_eq!(
            shown(&none, Some(&price)),
            (Some(cost.clone()), "0.00 EUR".into())
        );
        // An amount is of the currency in which it was counted.
        let pound = PricePerHour {
            amount: Decimal::new(36, 2),
            currency: "GBP".into(),
            source: "file".into(),
            fetched_at: DateTime::UNIX_EPOCH,
            parts: Vec::new(),
        };
        let saved = One {
            figures: Figures {
                saved: Amount::of(&pound, 3600),
                ..Figures::default()
            },
            currency: Some(pound.currency),
            ..none.clone()
        };
        assert_eq!(shown(&saved, Some(&price)), (Some(cost), "0.36 GBP".into()));
        // No price was known when it was off: no money is no saving of nothing.
        let unpriced = One {
            figures: Figures {
                unpriced_seconds: 5400,
                ..Figures::default()
            },
            ..none
        };
        let words = "0.00 USD, and 1.5 h without a known price";
        assert_eq!(shown(&unpriced, None), (None, words.into()));
    }
}
