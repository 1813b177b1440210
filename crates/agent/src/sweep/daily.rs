//! What is made of many days once a day, after all else that a sweep does: the sums of months that are over, and what tags
//! would be worth.

use super::context::Context;
use crate::recommend::{Kept, is_begun, keep};
use crate::report::kept_months::keep_months;
use chrono::{DateTime, Timelike, Utc};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tracing::warn;

/// By then the day before is rolled up, so that no record of it is read by itself.
const FROM: u32 = 2;
/// No more resources are looked at after this.
const WITHIN: Duration = Duration::from_secs(30);
/// What is being read or written then is given up after so much more.
const AND_ENDS: Duration = Duration::from_secs(15);

/// Where this process has not seen to it on this day. Nothing but the page hangs on it.
pub async fn once_a_day(context: &Context, sweep: &str, now: DateTime<Utc>) {
    if now.hour() < FROM || !context.first_of_day(now) {
        return;
    }
    if is_begun(&context.ledger, now).await.unwrap_or_default() {
        return;
    }
    add_up_months(context, sweep, now).await;
    let (context, _) = &context.with_calendars(now).await;
    let until = Instant::now() + WITHIN;
    let kept = keep(&context.ledger, &context.settings, now, until.into_std());
    let why = match timeout_at(until + AND_ENDS, kept).await {
        Ok(Ok(Kept::Now | Kept::Before)) => return,
        Ok(Ok(Kept::NoTime)) | Err(_) => "it took too long to read the ledger".to_owned(),
        Ok(Err(why)) => why.to_string(),
    };
    warn!(
        event = "oddity",
        sweep,
        "what tags would be worth was not worked out for the page; tried again tomorrow: {why}"
    );
}

/// Without them reports read each day of those months.
async fn add_up_months(context: &Context, sweep: &str, now: DateTime<Utc>) {
    let until = Instant::now() + WITHIN;
    let goes_on = || Instant::now() < until;
    let kept = keep_months(&context.ledger, now, &goes_on);
    let why = match timeout_at(until + AND_ENDS, kept).await {
        Ok(Ok(_)) if goes_on() => return,
        Ok(Err(why)) => why.to_string(),
        Ok(Ok(_)) | Err(_) => "it took too long to read the ledger".to_owned(),
    };
    warn!(
        event = "oddity",
        sweep, "the sums of a month that is over were not kept; tried again tomorrow: {why}"
    );
}
