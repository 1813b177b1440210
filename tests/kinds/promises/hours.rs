//! When a resource of the world is on, by arithmetic that knows nothing of the rules for tags.

use super::estate::DAYS;
use chrono::{DateTime, Datelike, TimeDelta, Utc};

#[derive(Clone, Copy, Debug)]
pub struct Hours {
    daily: bool,
    /// Minutes after midnight UTC; none where nothing starts it.
    from: Option<i64>,
    to: i64,
}

pub fn begin() -> DateTime<Utc> {
    "2026-11-23T00:00:00Z".parse().expect("a time")
}

impl Hours {
    pub fn drawn(random: &mut fastrand::Rng) -> Hours {
        let (daily, from, to) = [(false, 8, 19), (false, 7, 20), (true, 7, 22)][random.usize(0..3)];
        Hours {
            daily,
            from: Some(from * 60),
            to: to * 60,
        }
    }

    pub fn stop_daily(to: i64) -> Hours {
        Hours {
            daily: true,
            from: None,
            to,
        }
    }

    pub fn has_windows(&self) -> bool {
        self.from.is_some()
    }

    pub fn tag(&self) -> String {
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let days = if self.daily { "daily" } else { "Mon-Fri" };
        match self.from {
            Some(from) => format!("{days} {}-{} UTC", clock(from), clock(self.to)),
            None => format!("stop {days} {} UTC", clock(self.to)),
        }
    }

    fn days(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let daily = self.daily;
        let days = (0..DAYS).map(|day| begin() + TimeDelta::days(day));
        days.filter(move |day| daily || day.weekday().number_from_monday() <= 5)
    }

    /// Every instant at which a window begins.
    pub fn beginnings(&self) -> Vec<DateTime<Utc>> {
        let from = self.from;
        self.days()
            .filter_map(|day| Some(day + TimeDelta::minutes(from?)))
            .collect()
    }

    /// Whether the schedule has a new word in `after < t <= until`.
    pub fn speaks(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let ends = self.days().map(|day| day + TimeDelta::minutes(self.to));
        let mut edges = ends.chain(self.beginnings());
        edges.any(|edge| after < edge && edge <= until)
    }
}
