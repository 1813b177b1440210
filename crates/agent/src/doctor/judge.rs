//! From facts to lines. What hangs on something that failed is not tried, so that one cause is one failure.

use super::check::{Check, Diagnosis, Status};
use super::facts::{AzureFacts, Facts};
use super::{at_home, in_azure, rights};
use crate::settings::{BadSettings, Settings};
use crate::sweep::clock;
use chrono::{DateTime, Utc};

/// What the lines are called, those of rights aside, in the order in which they hang on each other.
const LATER: [&str; 7] = [
    "time-zones",
    "timetable",
    "calendars",
    "token",
    "ledger",
    "prices",
    "last-sweep",
];

/// Rights without which nothing can be said of the night.
const READS: [&str; 5] = [
    "/subscriptions/read",
    "/resourceGroups/read",
    "/workspaces/read",
    "/computes/read",
    "/jobs/read",
];

/// What is left to say where settings cannot be read.
pub fn bad_settings(bad: &BadSettings, at: DateTime<Utc>) -> Diagnosis {
    let failed = Check::failed("settings", bad.on_one_line())
        .with_to_do("correct them: lamplighter settings lists each with what it may be");
    let why = "the settings cannot be read";
    let later = LATER.iter().map(|name| Check::not_tried(*name, why));
    let mut checks: Vec<Check> = [failed].into_iter().chain(later).collect();
    checks.extend(in_azure::untried(None, why));
    Diagnosis::of(checks, at)
}

/// Whether it makes sense to ask what would be stopped tonight.
pub fn may_play(azure: &AzureFacts) -> bool {
    let missing = |right: &str| rights::is_missing(&azure.places, right);
    let clock = azure.clock.is_some_and(|off| !clock::is_wrong(off));
    let known = azure.places.iter().any(|place| place.workspaces.is_ok());
    clock && known && !READS.iter().any(|right| missing(right))
}

/// All lines.
pub fn checks(settings: &Settings, facts: &Facts) -> Vec<Check> {
    let mut checks = at_home::of_settings(settings, facts.now);
    checks.push(at_home::calendars(facts));
    let token = in_azure::token(facts);
    let signed_in = token.status == Status::Ok;
    checks.push(token);
    let ledger = at_home::ledger(facts, signed_in);
    let ledger_works = matches!(ledger.status, Status::Ok | Status::Warning);
    checks.push(ledger);
    match &facts.azure {
        Some(azure) => checks.extend(in_azure::checks(settings, azure, ledger_works)),
        None => checks.extend(in_azure::untried(Some(settings), "there is no token")),
    }
    checks.push(at_home::prices(settings, facts));
    checks.extend(at_home::beacons(facts));
    let of_clock = checks.iter().find(|check| check.name == "clock");
    let clock_is_wrong = of_clock.is_some_and(|check| check.status == Status::Failed);
    checks.push(match (ledger_works, clock_is_wrong) {
        (false, _) => Check::not_tried("last-sweep", "the ledger does not work"),
        (true, true) => Check::not_tried("last-sweep", "the clock is wrong"),
        (true, false) => at_home::last_sweep(settings, facts),
    });
    // Last, as it is what all others are for.
    let (tonight, mut others): (Vec<Check>, Vec<Check>) = checks
        .into_iter()
        .partition(|check| check.name == "tonight");
    others.extend(tonight);
    others
}
