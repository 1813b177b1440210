//! What the page of a resource tells of its schedule, and of the month so far.

use super::known::Known;
use crate::report::page::{self, One};
use crate::sweep::Context;
use chrono::{DateTime, TimeDelta, Utc};
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
        shown.month = month(&one, price);
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

fn month(one: &One, price: Option<&(Decimal, String)>) -> Vec<(&'static str, String)> {
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
    if let Some(currency) = &one.currency {
        let saved = one.figures.saved.value();
        month.push(("Saved", format!("{saved:.2} {currency}")));
    }
    month
}
