//! The record of a sweep itself.

use super::context::Context;
use super::summary::Summary;
use crate::report::rollup;
use lamplighter_core::record::{Record, What};
use tracing::{error, warn};

/// Writes the sweep's own record where it did or found something. A quiet sweep is only logged, but for one an hour:
/// savings count no time in which no sweep is known to have come.
pub async fn write(context: &Context, summary: &mut Summary) {
    let first = context.first_of_hour(summary.at);
    if first && let Err(why) = rollup::roll_up(&context.ledger, summary.at).await {
        warn!(
            event = "oddity",
            sweep = summary.sweep,
            "a past day could not be rolled up, so that reports take longer: {why}"
        );
    }
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
