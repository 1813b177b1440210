//! What holds of any schedule at any time.

use super::places::{place, places};
use super::reference::{Cron, MonthDay, WeekDay, When, Written, walk};
use super::support::{at, schedule};
use crate::cases;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::policy::read_schedule;
use lamplighter_core::schedule::{Edge, Power, Schedule};
use proptest::collection::vec;
use proptest::prelude::*;

fn days() -> impl Strategy<Value = [bool; 7]> {
    any::<[bool; 7]>().prop_filter("some day", |days| days.contains(&true))
}

/// Quarter hours around midnight and the hours in which clocks change are drawn most.
fn minute() -> impl Strategy<Value = i64> {
    prop_oneof![(0i64..20).prop_map(|n| n * 15), 0i64..1440]
}

fn power() -> impl Strategy<Value = Power> {
    any::<bool>().prop_map(|on| if on { Power::On } else { Power::Off })
}

fn cron() -> impl Strategy<Value = Cron> {
    let day = prop_oneof![
        6 => (1u32..=28).prop_map(MonthDay::The),
        1 => Just(MonthDay::Last),
        1 => (2u32..=27).prop_map(MonthDay::Nearest),
    ];
    let weekday = prop_oneof![
        6 => (0u32..=7).prop_map(WeekDay::Every),
        1 => (0u32..=7, 1u32..=4).prop_map(|(day, nth)| WeekDay::Nth(day, nth)),
        1 => (0u32..=7).prop_map(WeekDay::Last),
    ];
    (
        vec(prop_oneof![Just(0), Just(30), 0u32..60], 1..3),
        vec(prop_oneof![0u32..4, 0u32..24], 1..3),
        prop_oneof![2 => Just(vec![]), 1 => vec(day, 1..3)],
        prop_oneof![3 => Just(vec![]), 1 => vec(1u32..=12, 1..6)],
        prop_oneof![1 => Just(vec![]), 2 => vec(weekday, 1..4)],
    )
        .prop_map(|(minutes, hours, days, months, weekdays)| Cron {
            minutes,
            hours,
            days,
            months,
            weekdays,
        })
}

fn written() -> impl Strategy<Value = Written> {
    let zone = proptest::sample::select(places().iter().collect::<Vec<_>>())
        .prop_filter("as owners may write it", |zone| zone.name.contains('/'));
    let favoured = proptest::sample::select(vec![
        place("Europe/Lisbon"),
        place("Europe/Berlin"),
        place("America/New_York"),
        place("Australia/Lord_Howe"),
        place("America/Santiago"),
        place("Africa/Casablanca"),
        place("Asia/Beirut"),
        place("America/Havana"),
    ]);
    let window = (days(), minute(), 0i64..=1440)
        .prop_filter("a window of no length", |(_, start, end)| start != end);
    let when = prop_oneof![
        (days(), minute()).prop_map(|(days, at)| When::Weekly(days, at)),
        cron().prop_map(When::Cron),
    ];
    let off = vec(0i64..40, 0..5);
    (
        vec(window, 0..3),
        vec((power(), when), 0..3),
        off,
        prop_oneof![favoured, zone],
        spans(),
    )
        .prop_filter("no rule", |(windows, edges, ..)| {
            !windows.is_empty() || !edges.is_empty()
        })
        .prop_map(|(windows, edges, off, zone, from)| Written {
            windows,
            edges,
            off: off
                .into_iter()
                .map(|day| (from + TimeDelta::days(day - 20)).date_naive())
                .collect(),
            zone,
        })
}

/// Days around which clocks change somewhere.
fn spans() -> impl Strategy<Value = DateTime<Utc>> {
    let nights = [
        "2026-03-28",
        "2026-10-24",
        "2026-03-07",
        "2026-10-31",
        "2026-04-04",
        "2026-10-03",
        "2027-06-15",
        "2031-10-25",
    ];
    proptest::sample::select(nights.to_vec()).prop_map(|night| at(&format!("{night}T12:00:00Z")))
}

proptest! {
    #![proptest_config(cases::few(160))]

    #[test]
    fn every_minute_and_every_edge_agree_with_a_walk_along_the_wall(written in written(), from in spans()) {
        let (schedule, to) = (written.schedule(), from + TimeDelta::hours(40));
        let line = walk(&written, TimeDelta::days(10), from, to);
        let edges = schedule.edges(from, to);
        let edges: Vec<_> = edges.iter().map(|edge| (edge.at, edge.power)).collect();
        prop_assert_eq!(&edges, &line.edges, "{}", written.text());
        // Before its first edge within ten days the reference knows of none, and takes it for off.
        let rare = schedule.at(from).since.is_none_or(|edge| edge.at < from - TimeDelta::days(7));
        for (minute, power) in line.minutes {
            let known = !rare || line.edges.iter().any(|(at, _)| *at <= minute);
            if known {
                prop_assert_eq!(schedule.at(minute).power, Some(power), "{} at {}", written.text(), minute);
            }
        }
    }

    #[test]
    fn since_and_next_are_edges_and_the_state_between_them_stands(written in written(), from in spans(), minutes in 0i64..3000) {
        let schedule = written.schedule();
        let now = from + TimeDelta::minutes(minutes);
        let desired = schedule.at(now);
        let edges = schedule.edges(now - TimeDelta::days(9), now + TimeDelta::days(9));
        let before: Option<&Edge> = edges.iter().rfind(|edge| edge.at <= now);
        let after: Option<&Edge> = edges.iter().find(|edge| edge.at > now);
        if before.is_some() {
            prop_assert_eq!(desired.since.as_ref(), before);
        }
        if after.is_some() {
            prop_assert_eq!(desired.next.as_ref(), after);
        }
        if let Some(next) = desired.next {
            prop_assert!(next.at > now);
            prop_assert_eq!(schedule.at(next.at - TimeDelta::seconds(1)).power, desired.power);
            prop_assert_eq!(schedule.at(next.at).since, Some(next));
            // Nothing lies between.
            prop_assert_eq!(schedule.edges(now + TimeDelta::seconds(1), next.at), vec![]);
        }
        if let Some(since) = desired.since {
            prop_assert!(since.at <= now);
            prop_assert_eq!(schedule.edges(since.at, since.at + TimeDelta::seconds(1)), vec![since]);
            prop_assert_eq!(desired.power, Some(since.power));
        }
        prop_assert!(edges.windows(2).all(|two| two[0].at < two[1].at));
    }

    #[test]
    fn asking_in_one_piece_or_in_two_gives_the_same_edges(written in written(), from in spans(), days in 1i64..400) {
        let schedule = written.schedule();
        let (middle, to) = (from + TimeDelta::days(days), from + TimeDelta::days(400));
        let mut two = schedule.edges(from, middle);
        two.extend(schedule.edges(middle, to));
        prop_assert_eq!(schedule.edges(from, to), two);
    }

    #[test]
    fn printing_and_reading_again_gives_the_same(written in written()) {
        let read = schedule(&written.text());
        let again: Result<Schedule, _> = read_schedule(&read.to_string(), lamplighter_core::tz::Tz::UTC);
        prop_assert_eq!(again.map_err(|error| error.to_string()), Ok(read));
    }
}
