//! What a person means to do on a day: drawn from the seed, the person and the date alone, so that the same
//! people live the same days whatever happens to their instances.

use crate::civil::at_minute;
use crate::fleet::chance::Chance;
use crate::fleet::habit::Hours;
use crate::fleet::person::Person;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// One person's intentions for one local date.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DayPlan {
    /// From when to when they work; `None` on a day off.
    pub work: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether they will stop what they used when they leave.
    pub stops: bool,
    /// Which of the person's instances they need, by place in their list.
    pub needs: Vec<usize>,
    /// Minutes until they notice that an instance was stopped under them.
    pub reaction: i64,
    /// The jobs of the day: place in the list of habits, when, and for how many minutes.
    pub jobs: Vec<(usize, DateTime<Utc>, u32)>,
}

/// Draws a day. Every draw is made in a fixed order, used or not.
pub(super) fn plan(seed: u64, person: &Person, date: NaiveDate) -> DayPlan {
    let mut draw = Draw::new(seed, &person.name, date);
    let zone = person.zone.0;
    let absent = draw.happens(person.absent);
    let late = draw.happens(person.works_late);
    let forgets = draw.happens(person.forgets);
    let reaction = i64::from(draw.between(2, 9));
    let arrives = person
        .arrives
        .map(|range| draw.between(range.from.into(), range.to.into()));
    let leaves = person
        .leaves
        .map(|range| draw.between(range.from.into(), range.to.into()));
    let until = draw.between(person.late_until.from.into(), person.late_until.to.into());
    let needs: Vec<usize> = (0..person.instances.len())
        .filter(|_| draw.happens(person.uses_each))
        .collect();
    let away = absent || person.holidays.contains(&date);
    let works = person.days.contains(date) && !away;
    let work = arrives
        .zip(leaves)
        .filter(|_| works)
        .map(|(arrives, leaves)| {
            let overnight = leaves <= arrives;
            let mut end = if overnight { leaves + 24 * 60 } else { leaves };
            if late {
                end = end.max(
                    until
                        + if overnight && until <= arrives {
                            24 * 60
                        } else {
                            0
                        },
                );
            }
            (at_minute(zone, date, arrives), at_minute(zone, date, end))
        });
    DayPlan {
        work,
        stops: !forgets,
        needs,
        reaction,
        jobs: jobs(person, date, away, &mut draw),
    }
}

/// Draws the jobs of a day, of which there are none for who is away.
fn jobs(
    person: &Person,
    date: NaiveDate,
    away: bool,
    draw: &mut Draw,
) -> Vec<(usize, DateTime<Utc>, u32)> {
    let mut jobs = Vec::new();
    for (index, job) in person.jobs.iter().enumerate() {
        let happens = draw.happens(job.chance);
        let at = draw.between(job.at.from.into(), job.at.to.into());
        let minutes = draw.between(job.lasts.from, job.lasts.to);
        if happens && !away && job.days.unwrap_or(person.days).contains(date) {
            jobs.push((index, at_minute(person.zone.0, date, at), minutes));
        }
    }
    jobs
}

/// When something begins on a date and how many minutes it lasts, if it does: drawn as a person's day is.
pub(super) fn draw_hours(
    seed: u64,
    name: &str,
    hours: &Hours,
    date: NaiveDate,
) -> Option<(DateTime<Utc>, u32)> {
    let mut draw = Draw::new(seed, name, date);
    let happens = draw.happens(hours.chance);
    let at = draw.between(hours.at.from.into(), hours.at.to.into());
    let minutes = draw.between(hours.lasts.from, hours.lasts.to);
    (happens && hours.days.contains(date)).then(|| (at_minute(hours.zone.0, date, at), minutes))
}

/// The dice of one person on one date.
pub(super) struct Draw(fastrand::Rng);

impl Draw {
    pub(super) fn new(seed: u64, name: &str, date: NaiveDate) -> Draw {
        // FNV-1a, written out so that a fleet lives the same lives in every build.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let day = date.num_days_from_ce();
        for byte in seed
            .to_le_bytes()
            .into_iter()
            .chain(name.bytes())
            .chain(day.to_le_bytes())
        {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Draw(fastrand::Rng::with_seed(hash))
    }

    pub(super) fn happens(&mut self, chance: Chance) -> bool {
        self.0.f64() < chance.0
    }

    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        self.0.u32(from..=to.max(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(more: &str) -> Person {
        let text = format!(
            r#"{{"name":"ana","zone":"Europe/Berlin","instances":["w/a","w/b"],"arrives":"08:00-10:00",
                "leaves":"17:00-19:00"{more}}}"#
        );
        serde_json::from_str(&text).expect("a person")
    }

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).expect("a date")
    }

    #[test]
    fn a_day_is_the_same_every_time_and_days_differ() {
        let ana = person("");
        assert_eq!(plan(7, &ana, date(20)), plan(7, &ana, date(20)));
        let starts: std::collections::HashSet<_> = (19..24)
            .filter_map(|day| plan(7, &ana, date(day)).work)
            .map(|work| work.0.time())
            .collect();
        assert!(starts.len() > 2);
        assert_ne!(plan(7, &ana, date(20)), plan(8, &ana, date(20)));
    }

    #[test]
    fn nobody_works_on_days_off() {
        assert_eq!(plan(7, &person(""), date(24)).work, None);
        assert_eq!(plan(7, &person(r#","absent":1"#), date(20)).work, None);
        assert_eq!(
            plan(7, &person(r#","holidays":["2026-10-20"]"#), date(20)).work,
            None
        );
        let jobs =
            r#","holidays":["2026-10-20"],"jobs":[{"instance":"w/a","at":"12:00","lasts":"1h"}]"#;
        assert!(plan(7, &person(jobs), date(20)).jobs.is_empty());
        assert_eq!(plan(7, &person(jobs), date(21)).jobs.len(), 1);
    }

    #[test]
    fn late_is_later_and_a_night_shift_ends_next_morning() {
        let late = plan(
            7,
            &person(r#","worksLate":1,"lateUntil":"22:00""#),
            date(20),
        );
        let until = late.work.expect("works").1;
        assert_eq!(until.to_rfc3339(), "2026-10-20T20:00:00+00:00");
        let mut shift = person("");
        shift.arrives = Some("22:00".to_owned().try_into().expect("a time"));
        shift.leaves = Some("06:00".to_owned().try_into().expect("a time"));
        let (from, to) = plan(7, &shift, date(20)).work.expect("works");
        assert_eq!((to - from).num_hours(), 8);
    }
}
