//! All zones of the tz database, at every change of their clocks from 2020 to 2035, minute by minute; by other data than
//! the product's.

use super::places::{Place, places, release};
use super::reference::{Cron, When, Written, walk};
use super::support::{at, schedule};
use crate::cases;
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Utc};
use lamplighter_core::schedule::Power;
use lamplighter_core::tz;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const FROM: &str = "2020-01-01T00:00:00Z";
const TO: &str = "2036-01-01T00:00:00Z";

#[test]
fn the_compiled_in_zones_are_of_the_release_that_is_tested_against_and_none_is_missing() {
    assert_eq!(tz::release(), release());
    let known: BTreeSet<&str> = tz::names().collect();
    let named: BTreeSet<&str> = places().iter().map(|place| place.name).collect();
    assert_eq!(known, named);
}

#[test]
fn every_clock_shows_each_second_what_other_data_of_the_release_says() {
    for place in places() {
        let zone = tz::named(place.name).expect(place.name);
        let same = |at: DateTime<Utc>| {
            let (there, known) = (
                zone.offset_from_utc_datetime(&at.naive_utc()),
                place.stretch(at),
            );
            let shown = (there.fix().local_minus_utc(), there.to_string());
            assert_eq!(
                shown,
                (known.ahead, known.abbreviation.into()),
                "{zone} {at}"
            );
        };
        // Between two of its changes, which the data knows to the second, a clock that changed and changed back would be
        // found out at one of these noons.
        let mut noon = at("2019-01-01T12:00:00Z");
        while noon < at("2037-12-31T00:00:00Z") {
            same(noon);
            noon += TimeDelta::days(7);
        }
        for stretch in &place.stretches[1..] {
            let change = DateTime::from_timestamp(stretch.from, 0).expect("an instant");
            same(change - TimeDelta::seconds(1));
            same(change);
            local_times_are_found_again(zone, place, change);
        }
    }
}

/// Around a change, each local time leads to the instants at which other data says that it is shown.
fn local_times_are_found_again(zone: tz::Tz, place: &Place, change: DateTime<Utc>) {
    for minutes in (-180..180).step_by(15) {
        let wall = place.local(change) + TimeDelta::minutes(minutes);
        let found = zone.from_local_datetime(&wall);
        let found: BTreeSet<_> = [found.earliest(), found.latest()]
            .into_iter()
            .flatten()
            .collect();
        let near = change + TimeDelta::minutes(minutes);
        let aheads = [near - TimeDelta::days(1), near + TimeDelta::days(1), change];
        let utc =
            |at: DateTime<Utc>| wall.and_utc() - TimeDelta::seconds(place.stretch(at).ahead.into());
        let shown = aheads
            .map(utc)
            .into_iter()
            .filter(|at| place.local(*at) == wall);
        let shown: BTreeSet<_> = shown.collect();
        let found: BTreeSet<_> = found.into_iter().map(|at| at.to_utc()).collect();
        assert_eq!(found, shown, "{zone} {wall}");
    }
}

/// When a clock changes, and by how many seconds it is ahead of UTC before and after.
type Changes = Vec<(DateTime<Utc>, i32, i32)>;

fn changes(place: &Place) -> Changes {
    let two = place.stretches.windows(2).map(|two| {
        let change = DateTime::from_timestamp(two[1].from, 0).expect("an instant");
        (change, two[0].ahead, two[1].ahead)
    });
    let within = |(change, ..): &(DateTime<Utc>, i32, i32)| at(FROM) <= *change && *change < at(TO);
    two.filter(|(_, before, after)| before != after)
        .filter(within)
        .collect()
}

/// Zones whose clocks differ at any hour, one of each kind: links need no second check, and names without a
/// slash are refused or are such links.
fn kinds() -> &'static [(&'static Place, Changes)] {
    static KINDS: OnceLock<Vec<(&'static Place, Changes)>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let mut kinds = BTreeMap::new();
        for place in places().iter().filter(|place| place.name.contains('/')) {
            let changes = changes(place);
            let kind = (place.stretch(at(FROM)).ahead, changes.clone());
            kinds.entry(kind).or_insert((place, changes));
        }
        kinds.into_values().collect()
    })
}

/// Every change of every clock, where all are to be tried; otherwise the first of each clock, and the first of each
/// time of the day and each shift.
fn changes_to_try() -> Vec<(&'static Place, DateTime<Utc>)> {
    let mut alike = BTreeSet::new();
    let mut chosen = Vec::new();
    for (zone, changes) in kinds() {
        for (index, (change, before, after)) in changes.iter().enumerate() {
            let shown = zone.local(*change).time();
            if alike.insert((shown, after - before)) || index == 0 || cases::all() {
                chosen.push((*zone, *change));
            }
        }
    }
    chosen
}

const DAILY: [bool; 7] = [true; 7];

/// What owners write, with times in the hours in which clocks change.
fn many(zone: &'static Place) -> Vec<Written> {
    let written = |windows: &[(i64, i64)], edges: Vec<(Power, When)>| Written {
        windows: windows.iter().map(|(a, b)| (DAILY, *a, *b)).collect(),
        edges,
        off: vec![],
        zone,
    };
    let weekly = |power, at| (power, When::Weekly(DAILY, at));
    let cron = |power, minutes: &[u32], hours: &[u32]| {
        let cron = Cron {
            minutes: minutes.to_vec(),
            hours: hours.to_vec(),
            days: vec![],
            months: vec![],
            weekdays: vec![],
        };
        (power, When::Cron(cron))
    };
    vec![
        written(&[(30, 150), (165, 1380)], vec![]),
        written(&[(1380, 60), (120, 180)], vec![]),
        written(&[(0, 1440)], vec![]),
        written(&[], vec![weekly(Power::On, 90), weekly(Power::Off, 150)]),
        written(&[], vec![weekly(Power::On, 0), weekly(Power::Off, 1435)]),
        written(
            &[(1320, 15)],
            vec![
                cron(Power::Off, &[0, 15, 30, 45], &[0, 1, 2, 3]),
                cron(Power::On, &[20], &[23, 2]),
            ],
        ),
    ]
}

#[test]
fn around_every_change_of_every_clock_each_minute_and_each_edge_is_right() {
    let mut tried = 0;
    for (zone, change) in changes_to_try() {
        let (from, to) = (change - TimeDelta::hours(14), change + TimeDelta::hours(16));
        for written in many(zone) {
            let schedule = schedule(&written.text());
            // Every rule here has an edge daily.
            let line = walk(&written, TimeDelta::days(3), from, to);
            let edges = schedule.edges(from, to);
            let edges: Vec<_> = edges.iter().map(|edge| (edge.at, edge.power)).collect();
            assert_eq!(edges, line.edges, "{}", written.text());
            for (minute, power) in line.minutes {
                let desired = schedule.at(minute).power;
                assert_eq!(desired, Some(power), "{} at {minute}", written.text());
            }
        }
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn each_date_has_each_edge_once_in_every_zone_for_sixteen_years() {
    for zone in places().iter().filter(|place| place.name.contains('/')) {
        for text in ["stop daily 02:30", "start 0 0 * * *", "daily 01:45-03:15"] {
            let schedule = schedule(&format!("{text} {}", zone.name));
            let edges = schedule.edges(at(FROM), at(TO));
            let local = |at: DateTime<Utc>| zone.local(at).date();
            let dates: Vec<NaiveDate> = edges
                .iter()
                .filter(|edge| !text.starts_with("daily") || edge.power == Power::On)
                .map(|edge| local(edge.at))
                .collect();
            let (first, last) = (dates[0], dates[dates.len() - 1]);
            assert!(
                first
                    .iter_days()
                    .take(dates.len())
                    .eq(dates.iter().copied()),
                "{text} {}: a date without an edge, or with two",
                zone.name
            );
            let days = (last - first).num_days() + 1;
            assert!(
                (5_843..=5_845).contains(&days),
                "{} {}: {days}",
                zone.name,
                last.year()
            );
        }
    }
}

#[test]
fn the_time_on_is_never_shorter_than_written_but_for_a_gap() {
    for (zone, changes) in kinds() {
        for (change, before, after) in changes {
            let gap = TimeDelta::seconds(i64::from((after - before).max(0)));
            for (text, written) in [
                ("daily 01:00-04:00", 180),
                ("daily 22:00-03:00", 300),
                ("daily 00:30-01:30", 60),
            ] {
                let schedule = schedule(&format!("{text} {}", zone.name));
                let (from, to) = (*change - TimeDelta::days(2), *change + TimeDelta::days(2));
                let edges = schedule.edges(from, to);
                let first = edges.iter().position(|edge| edge.power == Power::On);
                for pair in edges[first.unwrap_or(0)..].chunks_exact(2) {
                    let length = pair[1].at - pair[0].at;
                    let least = TimeDelta::minutes(written) - gap;
                    assert!(length >= least, "{text} {} {change}: {length}", zone.name);
                }
            }
        }
    }
}
