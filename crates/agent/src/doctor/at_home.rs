//! The lines that Azure has no part in: settings, time, the ledger, and what else is asked without signing in.

use super::check::Check;
use super::facts::Facts;
use crate::settings::{ActIn, Settings, SweepSchedule, overdue};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use lamplighter_core::tz;

/// So many ticks of the timer are shown.
const TICKS: usize = 3;

/// Those of settings that can be read.
pub fn of_settings(settings: &Settings, now: DateTime<Utc>) -> Vec<Check> {
    let safety = &settings.safety;
    let place = match &safety.act_in {
        _ if safety.observe => "stops and starts nothing: LAMPLIGHTER_MODE=observe".into(),
        ActIn::All => "stops and starts in all subscriptions".into(),
        ActIn::Named(ids) if ids.is_empty() => "stops and starts nothing: ACT_IN is not set".into(),
        ActIn::Named(ids) => format!("stops and starts in {} subscriptions", ids.len()),
    };
    vec![
        Check::ok("settings", format!("all can be read; {place}")),
        Check::ok("time-zones", format!("IANA {}", tz::release())),
        timetable(&settings.sweep_schedule, now),
    ]
}

fn timetable(text: &str, now: DateTime<Utc>) -> Check {
    let name = "timetable";
    let schedule = match SweepSchedule::read(text) {
        Ok(schedule) => schedule,
        // Settings have been read, so it is one that the host takes.
        Err(why) => return Check::failed(name, why.to_string()),
    };
    let next: Vec<String> = schedule.times(now).take(TICKS).map(stamp).collect();
    let seen = format!("means {}; next {}", schedule.means(), next.join(", "));
    match schedule.warnings() {
        [] => Check::ok(name, seen),
        warnings => Check::warning(name, format!("{seen}; {}", warnings.join("; "))).with_to_do(
            "write SWEEP_SCHEDULE so that the host reads what is meant (docs/settings.md)",
        ),
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `CALENDARS`.
pub fn calendars(facts: &Facts) -> Check {
    let name = "calendars";
    let calendars = &facts.calendars;
    if calendars.is_empty() {
        return Check::ok(name, "none are set");
    }
    let told = calendars.iter().flat_map(|(name, calendar)| {
        let told = calendar.problem.iter().chain(calendar.notes.iter());
        told.map(move |text| format!("{name}: {text}"))
    });
    let told: Vec<String> = told.collect();
    let days = |(name, calendar): (&String, &_)| {
        let calendar: &lamplighter_core::policy::Calendar = calendar;
        format!("{name} ({} days)", calendar.names.len())
    };
    let read: Vec<String> = calendars.iter().map(days).collect();
    match told.is_empty() {
        true => Check::ok(name, read.join(", ")),
        false => Check::warning(name, told.join("; ")).with_to_do(
            "correct the calendar, or where CALENDARS says that it is; its other days count",
        ),
    }
}

/// `LEDGER`.
pub fn ledger(facts: &Facts, signed_in: bool) -> Check {
    let (name, ledger) = ("ledger", &facts.ledger);
    let grant = match ledger.takes_token {
        true => {
            "grant the identity Storage Blob Data Contributor on the container, and let the app reach the account"
        }
        false => "let Lamplighter write and delete there, or set LEDGER to another place",
    };
    match (&ledger.tried.works, &ledger.tried.tidies) {
        _ if ledger.takes_token && !signed_in => Check::not_tried(name, "there is no token"),
        (Err(error), _) => Check::failed(name, error.to_string()).with_to_do(grant),
        (Ok(()), Err(error)) => Check::warning(
            name,
            format!("written, read and listed, but what rounds leave behind stays: {error}"),
        )
        .with_to_do(grant),
        (Ok(()), Ok(())) => Check::ok(
            name,
            format!("{}: written, read, listed and deleted from", ledger.place),
        ),
    }
}

/// When a sweep last ended.
pub fn last_sweep(settings: &Settings, facts: &Facts) -> Check {
    let name = "last-sweep";
    let hints = "docs/deploy.md, Nothing happens";
    let last = match &facts.ledger.last_sweep {
        Ok(last) => last,
        Err(error) => {
            return Check::failed(name, error.to_string())
                .with_to_do("mend the document that it names (docs/records.md)");
        }
    };
    let Some(last) = last else {
        return Check::warning(name, "none has ended yet")
            .with_to_do(format!("wait for the next tick; if none ends: {hints}"));
    };
    let age = facts.now - *last;
    let seen = format!("ended {}, {} ago", stamp(*last), minutes(age));
    match (
        age > overdue(&settings.sweep_schedule, *last),
        facts.starting,
    ) {
        (false, _) => Check::ok(name, seen),
        (true, true) => Check::warning(name, format!("{seen}; the app has only just started")),
        (true, false) => Check::failed(name, format!("{seen}, which is longer than three ticks"))
            .with_to_do(format!("see why none ends: {hints}")),
    }
}

fn minutes(length: TimeDelta) -> String {
    match length.num_minutes() {
        minutes @ ..120 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes / 60),
    }
}

/// `PRICES_ENDPOINT`.
pub fn prices(settings: &Settings, facts: &Facts) -> Check {
    let name = "prices";
    let host = settings.prices_endpoint.host_str().unwrap_or_default();
    match &facts.prices {
        Some(Ok(())) => Check::ok(name, format!("{host} answers")),
        Some(Err(problem)) => {
            let seen = format!("{host} could not be asked: {problem}");
            match &settings.price_file {
                Some(_) => Check::warning(name, seen).with_to_do(
                    "none for sizes that are in PRICE_FILE; for others let the app reach it",
                ),
                None => Check::failed(name, seen).with_to_do(
                    "let the app reach it, or set PRICE_FILE; until then savings are estimates, or hours only",
                ),
            }
        }
        None => Check::not_tried(name, "there is no token"),
    }
}

/// `BEACONS`, where they are set.
pub fn beacons(facts: &Facts) -> Option<Check> {
    let name = "beacons";
    Some(match facts.beacons.as_ref()? {
        Ok(count) => Check::ok(name, format!("{count} instances have written one")),
        Err(error) => {
            let text = error.to_string();
            Check::failed(name, text.trim_start_matches("ledger ")).with_to_do(
                "let the identity read BEACONS (Storage Blob Data Reader); until then what they say counts as unknown",
            )
        }
    })
}
