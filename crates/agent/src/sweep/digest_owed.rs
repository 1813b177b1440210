//! What is owed of a week, and when it is due.

use crate::notify::{About, Notice};
use crate::settings::DigestTime;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use lamplighter_core::record::OwedAbout;
use lamplighter_core::schedule::wall::{Repeat, instant};
use lamplighter_core::tz::Tz;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt::Write;
use std::time::Duration;

/// The roll-up of a day is made when it has settled.
const SETTLED: TimeDelta = TimeDelta::hours(1);

/// What is owed of a week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Digests {
    /// The day on which they are due, once they are made: the week before it is what they are of.
    pub week: Option<NaiveDate>,
    /// Until then nobody else makes or sends them. It stays where making them did not work.
    pub claimed_until: Option<DateTime<Utc>>,
    pub owed: Vec<Owed>,
    /// Fields of a later version: kept, and written again.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owed {
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub text: String,
    pub lines: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// The ledger says already that it failed.
    #[serde(default)]
    pub failed: bool,
}

/// The latest day on which they were due, and since when: at a time on the wall, but not before the days of the week, which
/// are UTC's, are over and settled.
pub fn due(time: DigestTime, zone: Tz, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let today = now.with_timezone(&zone).date_naive();
    let back = |days: u64| today.checked_sub_days(Days::new(days));
    (0..=7).filter_map(back).find_map(|day| {
        let on_wall = instant(zone, day, time.minutes, Repeat::First)?;
        let due = on_wall.max(midnight(day) + SETTLED);
        (day.weekday() == time.day && due <= now).then_some((day, due))
    })
}

pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

impl Digests {
    /// What the platform hears as the digests that were due on this day, since that instant, are given up. `last`: the
    /// day of those before that were sent, all of them.
    pub fn given_up(
        &self,
        (day, due): (NaiveDate, DateTime<Utc>),
        last: Option<NaiveDate>,
    ) -> Option<String> {
        let left = self.owed.len();
        match self.week.map(|week| week.cmp(&day)) {
            Some(Ordering::Greater) => None,
            Some(Ordering::Equal) => (left > 0)
                .then(|| format!("{left} of the week's digests reached nobody, and are given up")),
            Some(Ordering::Less) | None => {
                let tried = self.claimed_until.is_some_and(|until| until > due);
                // Where digests are new, or were off, nobody misses any.
                let missed = last.and_then(|last| last.checked_add_days(Days::new(7))) == Some(day);
                (tried || missed)
                    .then(|| "the week's digests were never made, and are given up".to_owned())
            }
        }
    }
}

/// What the platform hears of digests that took longer to make than this.
pub fn late(within: Duration) -> String {
    format!(
        "the week's digests could not be made within {} s, and are tried again",
        within.as_secs()
    )
}

impl Owed {
    pub fn notice(&self) -> Notice {
        Notice {
            resource: None,
            about: About::Happened(OwedAbout::WeeklyDigest),
            text: self.text.clone(),
            cost_an_hour: None,
            to_keep: self.lines.clone(),
            page: None,
        }
    }
}

/// The name of the message of one digest: made of what it is.
pub fn message(day: NaiveDate, owner: Option<&str>) -> String {
    let whole = match owner {
        Some(owner) => format!("{day}\nowner\n{owner}"),
        None => format!("{day}\nplatform"),
    };
    let mut name = "digest-".to_owned();
    for byte in &digest(&SHA256, whole.as_bytes()).as_ref()[..16] {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;
    use lamplighter_core::tz::named;

    #[test]
    fn a_digest_is_due_at_its_time_on_the_wall_but_never_before_its_days_are_over() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().expect("a time") };
        let monday = DigestTime {
            day: Weekday::Mon,
            minutes: 8 * 60,
        };
        for (zone, now, day, since) in [
            (
                "UTC",
                "2026-11-23T07:59:00Z",
                "2026-11-16",
                "2026-11-16T08:00:00Z",
            ),
            (
                "UTC",
                "2026-11-23T08:00:00Z",
                "2026-11-23",
                "2026-11-23T08:00:00Z",
            ),
            (
                "Europe/Lisbon",
                "2026-07-13T07:00:00Z",
                "2026-07-13",
                "2026-07-13T07:00:00Z",
            ),
            (
                "Asia/Tokyo",
                "2026-11-23T00:30:00Z",
                "2026-11-16",
                "2026-11-16T01:00:00Z",
            ),
            (
                "Asia/Tokyo",
                "2026-11-23T01:00:00Z",
                "2026-11-23",
                "2026-11-23T01:00:00Z",
            ),
            (
                "America/New_York",
                "2026-11-29T20:00:00Z",
                "2026-11-23",
                "2026-11-23T13:00:00Z",
            ),
        ] {
            let zone = named(zone).expect("a zone");
            let expected = Some((day.parse().expect("a day"), at(since)));
            assert_eq!(due(monday, zone, at(now)), expected, "{now}");
        }
    }
    #[test]
    fn digests_that_were_not_made_or_not_sent_are_given_up_with_a_word_and_new_ones_without() {
        let day: NaiveDate = "2026-11-23".parse().expect("a day");
        let due: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().expect("a time");
        let before = |days: u64| day.checked_sub_days(Days::new(days));
        let owed = |name: &str| Owed {
            message: name.into(),
            owner: None,
            text: String::new(),
            lines: Vec::new(),
            not_before: None,
            failed: false,
        };
        let digests = |week: Option<NaiveDate>, claimed: Option<i64>, left: &[&str]| Digests {
            week,
            claimed_until: claimed.map(|minutes| due + TimeDelta::minutes(minutes)),
            owed: left.iter().map(|name| owed(name)).collect(),
            ..Digests::default()
        };
        let never = Some("the week's digests were never made, and are given up");
        let left = Some("2 of the week's digests reached nobody, and are given up");
        for (digests, last, said) in [
            // Nobody has ever made any, or not of late.
            (digests(None, None, &[]), None, None),
            (digests(before(21), Some(-30_000), &[]), before(21), None),
            // Somebody tried, or no sweep came by on the three days.
            (digests(None, Some(5), &[]), None, never),
            (digests(before(7), Some(1), &[]), before(7), never),
            (digests(before(7), None, &[]), before(7), never),
            // What was left of the week before is none of this one.
            (digests(before(7), Some(-10_000), &["a"]), None, None),
            (digests(Some(day), None, &["a", "b"]), before(7), left),
            (digests(Some(day), Some(5), &[]), before(7), None),
            (digests(day.succ_opt(), Some(5), &["a"]), before(7), None),
        ] {
            let given_up = digests.given_up((day, due), last);
            assert_eq!(given_up.as_deref(), said, "{digests:?} {last:?}");
        }
    }

    #[test]
    fn what_takes_too_long_is_said_with_how_long_it_had() {
        let said = "the week's digests could not be made within 30 s, and are tried again";
        assert_eq!(late(Duration::from_secs(30)), said);
    }
}
