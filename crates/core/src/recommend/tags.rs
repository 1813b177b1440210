//! Tags to try, made from when a resource was used: idle times, windows and daily stops about the hours of its use, in
//! the platform's zone, and combinations.

use super::need::{Need, Needed};
use crate::tz::Tz;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use std::collections::BTreeMap;

/// Minutes of a day.
const DAY: u32 = 1440;
/// Windows begin and end at these minutes.
const GRID: u32 = 30;
/// A window ends so long after the latest use.
const AFTER: u32 = 60;
/// Idle times that are tried.
const IDLE: [&str; 4] = ["30m", "1h", "2h", "4h"];
/// The idle time that is tried together with a schedule.
const WITH_SCHEDULE: &str = "1h";

/// Tags of which the weeks are played. Of two that save as much, the lower class is recommended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub tags: Vec<(String, String)>,
    pub class: u8,
}

/// The first and the last minute of use on a day.
type Hours = BTreeMap<NaiveDate, (u32, u32)>;

pub(super) fn candidates(needs: &[Needed], prefix: &str, zone: Tz) -> Vec<Candidate> {
    let one = |name: &str, value: &str| (format!("{prefix}{name}"), value.to_owned());
    let mut all: Vec<Candidate> = IDLE
        .iter()
        .map(|idle| Candidate {
            tags: vec![one("idle", idle)],
            class: 0,
        })
        .collect();
    for (schedule, class) in schedules(&hours(needs, zone), zone) {
        all.push(Candidate {
            tags: vec![one("schedule", &schedule)],
            class,
        });
        all.push(Candidate {
            tags: vec![one("schedule", &schedule), one("idle", WITH_SCHEDULE)],
            class: class + 1,
        });
    }
    all
}

/// When it was used on each local day. Jobs hold a stop back by themselves, so no window is made for them.
fn hours(needs: &[Needed], zone: Tz) -> Hours {
    let mut hours = Hours::new();
    let minute = |at: DateTime<Utc>| {
        let local = at.with_timezone(&zone);
        (local.date_naive(), local.hour() * 60 + local.minute())
    };
    for need in needs.iter().filter(|need| need.need != Need::Job) {
        let ((first, from), (last, to)) = (minute(need.span.from), minute(need.span.to));
        let mut add = |date: NaiveDate, from: u32, to: u32| {
            let day = hours.entry(date).or_insert((from, to));
            *day = (day.0.min(from), day.1.max(to));
        };
        if first == last {
            add(first, from, to);
        } else {
            add(first, from, DAY);
            let between = first.iter_days().skip(1).take_while(|date| *date < last);
            between.for_each(|date| add(date, 0, DAY));
            add(last, 0, to);
        }
    }
    hours
}

fn schedules(hours: &Hours, zone: Tz) -> Vec<(String, u8)> {
    if hours.is_empty() {
        return vec![(format!("stop daily 19:00 {zone}"), 1)];
    }
    let mut begins: Vec<u32> = hours.values().map(|(from, _)| from / GRID * GRID).collect();
    let mut ends: Vec<u32> = hours
        .values()
        .map(|(_, to)| (to + AFTER).div_ceil(GRID) * GRID)
        .collect();
    begins.sort_unstable();
    begins.dedup();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    ends.dedup();
    let weekend = |date: &NaiveDate| matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let days: &[&str] = match hours.keys().any(weekend) {
        true => &["daily", "Mon-Fri"],
        false => &["Mon-Fri"],
    };
    let mut all = Vec::new();
    for end in ends.iter().take(2) {
        if *end < DAY {
            all.push((format!("stop daily {} {zone}", clock(*end)), 1));
        }
        for begin in begins.iter().take(2).filter(|begin| *begin < end) {
            for days in days {
                let window = format!("{days} {}-{} {zone}", clock(*begin), clock((*end).min(DAY)));
                all.push((window, 3));
            }
        }
    }
    all
}

/// `08:30`; the end of a day is `24:00`.
fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
