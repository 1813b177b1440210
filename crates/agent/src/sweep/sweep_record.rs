//! The record of a sweep itself.

use super::context::Context;
use super::summary::Summary;
use crate::report::rollup;
use chrono::TimeDelta;
use lamplighter_core::record::{Record, What};
use std::fmt::Display;
use std::time::Duration;
use tokio::time::timeout;
use tracing::{error, info, warn};

/// A day with very many records, or a slow store, takes no more from the sweep than this.
const SEALED_WITHIN: Duration = Duration::from_secs(30);

/// A hold that is over is kept for so long.
const OVER_FOR: TimeDelta = TimeDelta::days(1);

/// Rolls up and seals days that are over, and tidies up, once an hour: whether that was now. Before the sweep's last line, which is its
/// summary.
pub async fn past_days(context: &Context, summary: &Summary) -> bool {
    let first = context.first_of_hour(summary.at);
    if first && let Err(why) = rollup::roll_up(&context.ledger, summary.at).await {
        warn!(
            event = "oddity",
            sweep = summary.sweep,
            "a past day could not be rolled up, so that reports take longer: {why}"
        );
    }
    if first {
        seal(context, summary).await;
        tidy_holds(context, summary).await;
    }
    first
}

/// Deletes people's holds that have long been over; what they did stands in the records.
async fn tidy_holds(context: &Context, summary: &Summary) {
    let before = summary.at - OVER_FOR;
    let tidied = timeout(SEALED_WITHIN, context.ledger.tidy_holds(before)).await;
    if let Ok(Err(why)) = tidied {
        warn!(
            event = "oddity",
            sweep = summary.sweep,
            "people's holds that are over could not be deleted; a later sweep tries again: {why}"
        );
    }
}

/// Writes the sweep's own record where it did or found something. A quiet sweep is only logged, but for one an hour
/// (`first`): savings count no time in which no sweep is known to have come.
pub async fn write(context: &Context, summary: &mut Summary, first: bool) {
    let quiet = summary.is_quiet();
    // Of rounds, the one of the hour in which all were to report shows which workspaces were observed.
    let hourly = match summary.answered {
        Some(_) => !summary.only_news,
        None => first,
    };
    let id = match (quiet, hourly) {
        (true, false) => return,
        // Other processes may have written it before: whose it is does not matter.
        (true, true) => format!("sweep:hour:{}", summary.at.format("%Y%m%dT%H")),
        (false, _) => format!("sweep:{}", summary.sweep),
    };
    let Ok(value) = serde_json::to_value(&*summary) else {
        return;
    };
    let record = Record::new(id, summary.at, None, What::Sweep { summary: value });
    if let Err(why) = context.ledger.append(record.at, &record.id, &record).await {
        error!(
            event = "problem",
            sweep = summary.sweep,
            "the sweep's record was not written: {why}"
        );
        summary
            .problems
            .push(format!("the sweep's record was not written: {why}"));
    }
}

/// Seals the earliest day that is over and not sealed. The log keeps the hash in a second place; that there is no seal
/// stops no sweep.
async fn seal(context: &Context, summary: &Summary) {
    let sealed = timeout(SEALED_WITHIN, context.ledger.seal(summary.at)).await;
    match sealed {
        Ok(Ok(None)) => {}
        Ok(Ok(Some(seal))) => info!(
            event = "seal",
            sweep = summary.sweep,
            day = %seal.day,
            records = seal.records,
            hash = seal.hash,
            "sealed the {} records of {}: {}",
            seal.records,
            seal.day,
            seal.hash
        ),
        Ok(Err(why)) => not_sealed(summary, &why),
        Err(_) => not_sealed(summary, &"it took too long"),
    }
}

fn not_sealed(summary: &Summary, why: &dyn Display) {
    warn!(
        event = "oddity",
        sweep = summary.sweep,
        "a past day could not be sealed; a later sweep tries again: {why}"
    );
}
