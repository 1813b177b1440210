//! What would be stopped until the morning, played as `replay` plays it.

use super::check::{Check, many};
use super::facts::{PlaceFacts, Tonight};
use crate::settings::Settings;
use crate::snapshot::{self, Scope};
use crate::sweep::{Context, all};
use chrono::{DateTime, SecondsFormat, TimeDelta, Timelike, Utc};
use lamplighter_core::decide::releases_quota;
use lamplighter_core::hands::Alone;
use lamplighter_core::kinds::instance::quota::{FIELD, WORDS};
use lamplighter_core::observe::Workspace;
use lamplighter_core::record::Action;
use lamplighter_core::replay::{Event, Overlay, Plan, Replay, replay};
use lamplighter_core::snapshot::{Snapshot, SnapshotResource, VERSION};
use lamplighter_core::tz::Tz;
use tokio::time::{Instant, timeout_at};

/// So many workspaces are looked at, of all subscriptions together.
const WORKSPACES: usize = 10;
/// So many of them at the same time.
const AT_ONCE: usize = 4;
/// As often as sweeps usually come.
const STEP: TimeDelta = TimeDelta::minutes(5);
/// A morning that is nearer than this is the one after the night that is meant.
const NIGHT: TimeDelta = TimeDelta::hours(4);
const MORNING: u32 = 8;
/// Stops named in the line.
const SHOWN: usize = 5;

/// Reads some workspaces, and plays them until the morning.
pub async fn play(
    context: &Context,
    places: &[PlaceFacts],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Tonight {
    let until = morning(now, context.settings.defaults.zone);
    let (chosen, workspaces) = choose(places);
    let looked_at = chosen.len();
    let reads = chosen.into_iter().map(|workspace| async move {
        let scope = Scope::Workspace(workspace.id.clone());
        let taken = timeout_at(deadline, snapshot::take(context, now, &scope)).await;
        match taken {
            Ok(taken) => taken.map_err(|error| error.to_string()),
            Err(_) => Err(format!(
                "workspace {} did not answer in time",
                workspace.name
            )),
        }
    });
    let reads = all(reads.collect(), AT_ONCE).await;
    let settings = &context.settings;
    let snapshot = joined(reads, now);
    let releasing = snapshot.as_ref().map(|whole| releasing(settings, whole));
    let releasing = releasing.unwrap_or_default();
    let played = snapshot.and_then(|snapshot| {
        // Settings keep the lease within days.
        let lease = TimeDelta::from_std(settings.lease).unwrap_or(NIGHT);
        let plan = Plan::new((now, until), STEP, lease, Overlay::default());
        let plan = plan.map_err(|error| error.to_string())?;
        replay(&snapshot, &settings.defaults, &plan, &Alone).map_err(|error| error.to_string())
    });
    Tonight {
        until,
        looked_at,
        workspaces,
        played,
        releasing,
    }
}

/// The governed instances whose next start may find no cores.
fn releasing(settings: &Settings, snapshot: &Snapshot) -> Vec<String> {
    let releases = |one: &&SnapshotResource| {
        let seen = releases_quota(&one.compute(), &one.saved_state(), snapshot.taken_at);
        seen.is_some() && one.reading(&settings.defaults).policy.governed
    };
    let all = snapshot.resources.iter().filter(releases);
    all.map(|one| format!("{}/{}", one.workspace, one.name))
        .collect()
}

/// The line about them, where there is one.
pub fn quota(tonight: &Tonight) -> Option<Check> {
    let all = &tonight.releasing;
    let first = all.first()?;
    let named = match all.len() {
        1 => first.clone(),
        _ => {
            let shown = all.iter().take(SHOWN).map(String::as_str);
            let shown = shown.collect::<Vec<_>>().join(", ");
            match all.len().saturating_sub(SHOWN) {
                0 => format!("each of {shown}"),
                more => format!("each of {shown} and {more} more"),
            }
        }
    };
    let seen = format!("{named}: {WORDS}");
    Some(Check::warning("quota", seen).with_to_do(format!(
        "nothing, where others may have them; else keep quota to spare, or have it without {FIELD}"
    )))
}

/// The first of each subscription, then the second of each, and how many there are in all.
fn choose(places: &[PlaceFacts]) -> (Vec<&Workspace>, usize) {
    let lists: Vec<&[Workspace]> = places
        .iter()
        .filter_map(|place| Some(place.workspaces.as_ref().ok()?.as_slice()))
        .collect();
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    let rounds =
        (0..longest).flat_map(|round| lists.iter().filter_map(move |list| list.get(round)));
    let chosen = rounds.take(WORKSPACES).collect();
    (chosen, lists.iter().map(|list| list.len()).sum())
}

fn joined(reads: Vec<Result<Snapshot, String>>, now: DateTime<Utc>) -> Result<Snapshot, String> {
    let mut whole = Snapshot {
        version: VERSION,
        taken_at: now,
        resources: Vec::new(),
        problems: Vec::new(),
    };
    for read in reads {
        let read = read?;
        whole.resources.extend(read.resources);
        whole.problems.extend(read.problems);
    }
    whole
        .resources
        .sort_by_cached_key(|resource| resource.id.to_lowercase());
    Ok(whole)
}

/// The end of the night that is meant at an instant: eight o'clock.
fn morning(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let quarter = TimeDelta::minutes(15);
    let first = now.timestamp().div_euclid(900) * 900;
    let first = DateTime::from_timestamp(first, 0).unwrap_or(now);
    let quarters = (1..200).map(|count| first + quarter * count);
    let at_eight = |at: &DateTime<Utc>| {
        let local = at.with_timezone(&zone);
        local.hour() == MORNING && local.minute() < 15 && *at - now > NIGHT
    };
    // Every zone has eight o'clock within two days, though not every one on a quarter of an hour.
    let mut mornings = quarters.filter(at_eight);
    mornings.next().unwrap_or(now + TimeDelta::hours(16))
}

/// The line.
pub fn check(settings: &Settings, tonight: &Tonight) -> Check {
    let name = "tonight";
    let played = match &tonight.played {
        Ok(played) => played,
        Err(why) => {
            return Check::warning(name, format!("could not be worked out: {why}"))
                .with_to_do("lamplighter sweep --dry-run says what can be read now");
        }
    };
    let seen = format!(
        "{} until {}, in {} of {} workspaces{}",
        stops(settings, played),
        tonight.until.to_rfc3339_opts(SecondsFormat::Secs, true),
        tonight.looked_at,
        tonight.workspaces,
        listed(played)
    );
    let left_alone = played
        .unreadable
        .iter()
        .filter(|one| one.left_alone)
        .count();
    match (played.problems.first(), left_alone) {
        (Some(problem), _) => {
            Check::warning(name, format!("{seen}; not all could be read: {problem}"))
                .with_to_do("lamplighter sweep --dry-run says what can be read now")
        }
        (None, 0) => Check::ok(name, seen),
        (None, count) => {
            let resources = many(count, "resource");
            let seen = format!("{seen}; left alone for tags that cannot be read: {resources}");
            Check::warning(name, seen)
                .with_to_do("lamplighter lint --all says what is wrong with them")
        }
    }
}

fn is_stop(event: &&Event) -> bool {
    event.action == Action::Stop
}

/// How many would be stopped, and how many of them only in theory.
fn stops(settings: &Settings, played: &Replay) -> String {
    let stops: Vec<&Event> = played.events.iter().filter(is_stop).collect();
    let acts = |event: &&&Event| {
        let subscription = event.resource.id.split('/').nth(2).unwrap_or_default();
        settings.safety.acts_in(subscription) && !event.dry_run
    };
    let acting = stops.iter().filter(acts).count();
    let (all, by) = (stops.len(), settings.safety.observed_by());
    match all - acting {
        0 => many(all, "stop"),
        only => {
            let all = many(all, "stop");
            format!("{all}, {only} of them only noted down ({by}, or lamp-mode)")
        }
    }
}

fn listed(played: &Replay) -> String {
    let stops = played.events.iter().filter(is_stop);
    let shown = stops.clone().take(SHOWN).map(|event| {
        let (workspace, name) = (&event.resource.workspace, &event.resource.name);
        format!(
            "{workspace}/{name} {} ({})",
            event.at.format("%H:%MZ"),
            event.reason
        )
    });
    let shown: Vec<String> = shown.collect();
    let more = stops.count() - shown.len();
    match (shown.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", shown.join(", ")),
        (false, more) => format!(": {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplighter_core::tz;

    #[test]
    fn the_morning_is_the_one_after_the_night_that_is_meant() {
        for (zone, now, expected) in [
            ("UTC", "2026-11-23T12:00:00Z", "2026-11-24T08:00:00Z"),
            ("UTC", "2026-11-23T23:59:59Z", "2026-11-24T08:00:00Z"),
            ("UTC", "2026-11-24T03:00:00Z", "2026-11-24T08:00:00Z"),
            ("UTC", "2026-11-24T05:00:00Z", "2026-11-25T08:00:00Z"),
            ("UTC", "2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"),
            (
                "Asia/Kathmandu",
                "2026-11-23T12:00:00Z",
                "2026-11-24T02:15:00Z",
            ),
            (
                "America/New_York",
                "2026-11-23T12:00:00Z",
                "2026-11-24T13:00:00Z",
            ),
            // The night in which clocks go forward.
            (
                "Europe/Lisbon",
                "2026-03-28T18:00:00Z",
                "2026-03-29T07:00:00Z",
            ),
        ] {
            let zone = tz::named(zone).expect("a zone");
            let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
            assert_eq!(morning(at(now), zone), at(expected), "{zone} {now}");
        }
    }
}
