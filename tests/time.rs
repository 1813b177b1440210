//! Windows and edges at every second that matters: spring nights, autumn nights, midnights, odd zones.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use lamplighter::policy::read_schedule;
use lamplighter::schedule::{Days, Edge, EdgeKind, EdgeRule, Power, Rules, Schedule, Window};
use proptest::prelude::*;

fn schedule(text: &str) -> Schedule {
    read_schedule(text, Tz::UTC).unwrap_or_else(|error| panic!("{error}"))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|_| panic!("{text} is no time"))
}

/// The edges of a span, as `on 06:00Z`.
fn edges(text: &str, from: &str, to: &str) -> Vec<String> {
    let edges = schedule(text).edges(at(from), at(to));
    edges
        .iter()
        .map(|edge| {
            format!(
                "{} {}",
                if edge.power == Power::On { "on" } else { "off" },
                edge.at.format("%dT%H:%MZ")
            )
        })
        .collect()
}

#[test]
fn a_window_keeps_its_wall_time_across_the_year() {
    let text = "Mon-Fri 08:00-19:00 Europe/Lisbon";
    assert_eq!(
        edges(text, "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z"),
        ["on 12T08:00Z", "off 12T19:00Z"]
    );
    assert_eq!(
        edges(text, "2026-07-13T00:00:00Z", "2026-07-14T00:00:00Z"),
        ["on 13T07:00Z", "off 13T18:00Z"]
    );
    assert!(edges(text, "2026-07-11T00:00:00Z", "2026-07-13T00:00:00Z").is_empty());
}

#[test]
fn in_the_spring_gap_an_edge_happens_at_the_first_instant_after_it() {
    // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00Z.
    let night = ("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z");
    assert_eq!(
        edges("daily 02:30-06:00 Europe/Berlin", night.0, night.1),
        ["on 29T01:00Z", "off 29T04:00Z"]
    );
    assert_eq!(
        edges("daily 23:00-02:30 Europe/Berlin", night.0, night.1),
        ["on 28T22:00Z", "off 29T01:00Z"]
    );
    assert_eq!(
        edges("stop daily 02:30 Europe/Berlin", night.0, night.1),
        ["off 29T01:00Z"]
    );
    // Wholly inside the gap a window has no length that night.
    assert!(edges("daily 02:10-02:50 Europe/Berlin", night.0, night.1).is_empty());
    // Lord Howe's gap is half an hour: 02:00 becomes 02:30.
    assert_eq!(
        edges(
            "start daily 02:15 Australia/Lord_Howe",
            "2026-10-03T12:00:00Z",
            "2026-10-04T12:00:00Z"
        ),
        ["on 03T15:30Z"]
    );
}

#[test]
fn where_the_clock_repeats_a_start_takes_the_first_and_a_stop_the_second() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00Z, so 02:30 is 00:30Z and 01:30Z.
    let night = ("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z");
    assert_eq!(
        edges("daily 02:30-06:00 Europe/Berlin", night.0, night.1),
        ["on 25T00:30Z", "off 25T05:00Z"]
    );
    assert_eq!(
        edges("daily 23:00-02:30 Europe/Berlin", night.0, night.1),
        ["on 24T21:00Z", "off 25T01:30Z"]
    );
    assert_eq!(
        edges("daily 02:10-02:50 Europe/Berlin", night.0, night.1),
        ["on 25T00:10Z", "off 25T01:50Z"]
    );
    assert_eq!(
        edges(
            "start daily 02:30; stop daily 02:30 Europe/Berlin",
            night.0,
            night.1
        ),
        ["on 25T00:30Z", "off 25T01:30Z"]
    );
    // New York, 2026-11-01: 01:30 is 05:30Z and 06:30Z.
    assert_eq!(
        edges(
            "stop daily 01:30 America/New_York",
            "2026-10-31T12:00:00Z",
            "2026-11-01T12:00:00Z"
        ),
        ["off 01T06:30Z"]
    );
}

#[test]
fn an_overnight_window_belongs_to_the_day_it_starts_on() {
    let text = "Fri 22:00-06:00 Asia/Kolkata";
    assert_eq!(
        edges(text, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ["on 20T16:30Z", "off 21T00:30Z"]
    );
    assert_eq!(
        schedule(text).at(at("2026-11-20T23:00:00Z")).power,
        Some(Power::On)
    );
    assert_eq!(
        schedule(text).at(at("2026-11-19T23:00:00Z")).power,
        Some(Power::Off)
    );
}

#[test]
fn windows_that_touch_or_overlap_are_one() {
    let text = "Mon 08:00-12:00, 12:00-18:00, 17:00-20:00 UTC";
    assert_eq!(
        edges(text, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ["on 23T08:00Z", "off 23T20:00Z"]
    );
    let whole = schedule("daily 00:00-24:00 Europe/Lisbon").at(at("2026-11-23T12:00:00Z"));
    assert_eq!(
        (whole.power, whole.since, whole.next),
        (Some(Power::On), None, None)
    );
}

#[test]
fn inside_a_window_single_times_are_silent_and_outside_the_latest_rules() {
    let mixed =
        schedule("Mon-Fri 08:00-19:00; stop daily 12:00; start daily 21:00; stop daily 23:00 UTC");
    assert_eq!(mixed.at(at("2026-11-23T13:00:00Z")).power, Some(Power::On));
    assert_eq!(mixed.at(at("2026-11-23T20:00:00Z")).power, Some(Power::Off));
    let lit = mixed.at(at("2026-11-23T21:00:00Z"));
    assert_eq!(
        (lit.power, lit.since.map(|edge| edge.kind)),
        (Some(Power::On), Some(EdgeKind::Edge))
    );
    assert_eq!(mixed.at(at("2026-11-23T23:00:00Z")).power, Some(Power::Off));
}

#[test]
fn an_edge_at_the_instant_itself_has_happened() {
    let office = schedule("Mon-Fri 08:00-19:00 UTC");
    let end = office.at(at("2026-11-23T19:00:00Z"));
    assert_eq!(
        (end.power, end.since.map(|edge| edge.at)),
        (Some(Power::Off), Some(at("2026-11-23T19:00:00Z")))
    );
    assert_eq!(
        end.next.map(|edge| edge.at),
        Some(at("2026-11-24T08:00:00Z"))
    );
    assert_eq!(office.at(at("2026-11-23T18:59:59Z")).power, Some(Power::On));
}

#[test]
fn all_zones_have_every_edge_once_on_every_day_of_two_decades_of_changes() {
    // A daily stop at 02:30 and one at 00:00: one edge for each local date, in every zone, 2020 to 2035.
    for zone in chrono_tz::TZ_VARIANTS {
        for minutes in [0, 150] {
            let rule = EdgeRule {
                power: Power::Off,
                days: Days(127),
                at: minutes,
            };
            let rules = Rules::Timed {
                windows: vec![],
                edges: vec![rule],
            };
            let edges = Schedule { rules, zone }
                .edges(at("2020-01-02T00:00:00Z"), at("2035-12-30T00:00:00Z"));
            let days = (at("2035-12-30T00:00:00Z") - at("2020-01-02T00:00:00Z")).num_days();
            assert!(
                (edges.len() as i64 - days).abs() <= 1,
                "{zone}: {} edges in {days} days",
                edges.len()
            );
            assert!(edges.windows(2).all(|two| two[0].at < two[1].at), "{zone}");
        }
    }
}

/// The reference, written differently: it walks the wall clock minute by minute and knows no intervals.
mod reference {
    use super::*;

    fn wall(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&zone).naive_local()
    }

    /// The minutes of a UTC span, each with the wall times that it completes: its own, and those of a gap that
    /// it ends.
    fn minutes(
        zone: Tz,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, Vec<NaiveDateTime>)> {
        let mut out = Vec::new();
        let mut at = from;
        while at < to {
            let now = wall(zone, at);
            let before = wall(zone, at - TimeDelta::minutes(1));
            let mut walls = vec![now];
            let mut skipped = before + TimeDelta::minutes(1);
            while skipped < now {
                walls.push(skipped);
                skipped += TimeDelta::minutes(1);
            }
            out.push((at, walls));
            at += TimeDelta::minutes(1);
        }
        out
    }

    /// The instant of every occurrence of `days` at `minute`, first or last where the clock repeats.
    fn occurrences(
        line: &[(DateTime<Utc>, Vec<NaiveDateTime>)],
        days: Days,
        minute: u16,
        last: bool,
    ) -> Vec<(NaiveDateTime, DateTime<Utc>)> {
        let mut found: Vec<(NaiveDateTime, DateTime<Utc>)> = Vec::new();
        for (at, walls) in line {
            for wall in walls {
                let of_day = (wall.hour() * 60 + wall.minute()) as u16;
                if of_day != minute || !days.contains(wall.weekday()) {
                    continue;
                }
                match found.iter_mut().find(|(known, _)| known == wall) {
                    Some(known) if last => known.1 = *at,
                    Some(_) => {}
                    None => found.push((*wall, *at)),
                }
            }
        }
        found
    }

    /// Power at every minute, by walking: a minute is on if some window covers it, else the latest edge says.
    pub fn powers(
        schedule: &Schedule,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, Power)> {
        let Rules::Timed { windows, edges } = &schedule.rules else {
            panic!("only timed rules have a reference")
        };
        let line = minutes(schedule.zone, from - TimeDelta::days(9), to);
        let mut lit = vec![false; line.len()];
        let index =
            |at: DateTime<Utc>| usize::try_from((at - line[0].0).num_minutes()).unwrap_or(0);
        let every = Days(127);
        for window in windows {
            let ends = occurrences(&line, every, window.end % 1440, true);
            for (wall, start) in occurrences(&line, window.days, window.start, false) {
                let next_day = window.end <= window.start || window.end == 1440;
                let date = wall.date() + TimeDelta::days(i64::from(next_day));
                let end = ends
                    .iter()
                    .find(|(wall, _)| wall.date() == date)
                    .map_or(line.len(), |(_, at)| index(*at));
                (index(start)..end).for_each(|minute| lit[minute] = true);
            }
        }
        let mut said = vec![None; line.len()];
        for power in [Power::Off, Power::On] {
            for edge in edges.iter().filter(|edge| edge.power == power) {
                for (_, at) in occurrences(&line, edge.days, edge.at, power == Power::Off) {
                    said[index(at)] = Some(power);
                }
            }
        }
        let mut latest = Power::Off;
        let mut out = Vec::new();
        for (minute, (at, _)) in line.iter().enumerate() {
            if minute > 0 && lit[minute - 1] && !lit[minute] {
                latest = Power::Off;
            }
            if !lit[minute]
                && let Some(power) = said[minute]
            {
                latest = power;
            }
            if *at >= from {
                out.push((*at, if lit[minute] { Power::On } else { latest }));
            }
        }
        out
    }
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let zones = [
        "Europe/Lisbon",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
        "UTC",
    ];
    let zone = proptest::sample::select(zones.to_vec())
        .prop_map(|name| name.parse::<Tz>().expect("a zone"));
    let days = || (1u8..128).prop_map(Days);
    // Quarter hours around midnight and the hours in which clocks change are drawn most.
    let minute = || prop_oneof![(0u16..20).prop_map(|n| n * 15), 0u16..1440];
    let window = (days(), minute(), minute())
        .prop_filter("a window of no length", |(_, start, end)| start != end);
    let windows = proptest::collection::vec(
        window.prop_map(|(days, start, end)| Window { days, start, end }),
        0..3,
    );
    let edge = (any::<bool>(), days(), minute());
    let edge = edge.prop_map(|(on, days, at)| EdgeRule {
        power: if on { Power::On } else { Power::Off },
        days,
        at,
    });
    let edges = proptest::collection::vec(edge, 0..3);
    (windows, edges, zone)
        .prop_filter("no rule", |(windows, edges, _)| {
            !windows.is_empty() || !edges.is_empty()
        })
        .prop_map(|(windows, edges, zone)| Schedule {
            rules: Rules::Timed { windows, edges },
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
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_minute_agrees_with_a_walk_along_the_wall_clock(schedule in schedules(), from in spans()) {
        for (minute, power) in reference::powers(&schedule, from, from + TimeDelta::hours(30)) {
            prop_assert_eq!(schedule.at(minute).power, Some(power), "{} at {}", schedule, minute);
        }
    }

    #[test]
    fn since_and_next_are_edges_and_the_state_between_them_stands(schedule in schedules(), from in spans(), minutes in 0i64..3000) {
        let now = from + TimeDelta::minutes(minutes);
        let desired = schedule.at(now);
        let edges = schedule.edges(now - TimeDelta::days(8), now + TimeDelta::days(8));
        let before: Option<&Edge> = edges.iter().rfind(|edge| edge.at <= now);
        let after: Option<&Edge> = edges.iter().find(|edge| edge.at > now);
        if desired.since.is_some() || desired.next.is_some() {
            prop_assert_eq!(desired.since.as_ref(), before);
            prop_assert_eq!(desired.next.as_ref(), after);
            if let Some(next) = desired.next {
                prop_assert_eq!(schedule.at(next.at - TimeDelta::seconds(1)).power, desired.power);
                prop_assert_eq!(schedule.at(next.at).since, Some(next));
            }
        } else {
            prop_assert!(before.is_none() && after.is_none());
        }
        prop_assert!(edges.windows(2).all(|two| two[0].at < two[1].at));
    }

    #[test]
    fn printing_and_reading_again_gives_the_same(schedule in schedules()) {
        let again = read_schedule(&schedule.to_string(), Tz::UTC);
        prop_assert_eq!(again.map_err(|error| error.to_string()), Ok(schedule));
    }
}
