//! The reference, written differently: it writes down what the wall shows at every minute of a span, and finds
//! every edge by reading along it. It knows no gaps, no repeats and no intervals, and what walls show it has from others.

use super::places::Place;
use super::support::schedule;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use lamplighter_core::schedule::{Power, Schedule};

/// A schedule as a person means it, before anything has read it.
#[derive(Clone, Debug)]
pub struct Written {
    /// Days, start and end in minutes after midnight.
    pub windows: Vec<([bool; 7], i64, i64)>,
    pub edges: Vec<(Power, When)>,
    pub off: Vec<NaiveDate>,
    pub zone: &'static Place,
}

#[derive(Clone, Debug)]
pub enum When {
    Weekly([bool; 7], i64),
    Cron(Cron),
}

/// A cron line, field by field; an empty list is `*`.
#[derive(Clone, Debug)]
pub struct Cron {
    pub minutes: Vec<u32>,
    pub hours: Vec<u32>,
    pub days: Vec<MonthDay>,
    pub months: Vec<u32>,
    pub weekdays: Vec<WeekDay>,
}

#[derive(Clone, Copy, Debug)]
pub enum MonthDay {
    The(u32),
    Last,
    /// The weekday nearest to a day, within its month.
    Nearest(u32),
}

/// Sunday is 0.
#[derive(Clone, Copy, Debug)]
pub enum WeekDay {
    Every(u32),
    Nth(u32, u32),
    Last(u32),
}

impl Cron {
    fn falls_on(&self, date: NaiveDate) -> bool {
        let month = self.months.is_empty() || self.months.contains(&date.month());
        let day = self.days.iter().any(|day| day.is(date));
        let weekday = self.weekdays.iter().any(|day| day.is(date));
        let either = match (self.days.is_empty(), self.weekdays.is_empty()) {
            (true, true) => true,
            (true, false) => weekday,
            (false, true) => day,
            (false, false) => day || weekday,
        };
        month && either
    }

    fn text(&self) -> String {
        fn field<T>(values: &[T], one: impl Fn(&T) -> String) -> String {
            match values {
                [] => "*".into(),
                _ => values.iter().map(one).collect::<Vec<_>>().join(","),
            }
        }
        [
            field(&self.minutes, u32::to_string),
            field(&self.hours, u32::to_string),
            field(&self.days, |day| match day {
                MonthDay::The(day) => day.to_string(),
                MonthDay::Last => "L".into(),
                MonthDay::Nearest(day) => format!("{day}W"),
            }),
            field(&self.months, u32::to_string),
            field(&self.weekdays, |day| match day {
                WeekDay::Every(day) => day.to_string(),
                WeekDay::Nth(day, nth) => format!("{day}#{nth}"),
                WeekDay::Last(day) => format!("{day}L"),
            }),
        ]
        .join(" ")
    }
}

fn last_day(date: NaiveDate) -> u32 {
    (28..=31)
        .rfind(|day| date.with_day(*day).is_some())
        .unwrap_or(28)
}

impl MonthDay {
    fn is(self, date: NaiveDate) -> bool {
        match self {
            MonthDay::The(day) => date.day() == day,
            MonthDay::Last => date.day() == last_day(date),
            MonthDay::Nearest(day) => {
                let Some(wanted) = date.with_day(day) else {
                    return false;
                };
                let work = |date: &NaiveDate| date.weekday().num_days_from_monday() < 5;
                let mut near = (1..=last_day(date)).filter_map(|day| date.with_day(day));
                let nearest = near.by_ref().filter(work).min_by_key(|date| {
                    // Saturday looks back first, Sunday ahead; both only within the month.
                    (*date - wanted).num_days().abs()
                });
                nearest == Some(date)
            }
        }
    }
}

impl WeekDay {
    fn is(self, date: NaiveDate) -> bool {
        let weekday = date.weekday().num_days_from_sunday();
        match self {
            WeekDay::Every(day) => weekday == day % 7,
            WeekDay::Nth(day, nth) => weekday == day % 7 && date.day().div_ceil(7) == nth,
            WeekDay::Last(day) => weekday == day % 7 && date.day() + 7 > last_day(date),
        }
    }
}

impl Written {
    /// As an owner writes it.
    pub fn text(&self) -> String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let days = |days: &[bool; 7]| {
            let named = (0..7).filter(|day| days[*day]).map(|day| names[day]);
            named.collect::<Vec<_>>().join(",")
        };
        let clock = |minutes: &i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let windows = self
            .windows
            .iter()
            .map(|(on, start, end)| format!("{} {}-{}", days(on), clock(start), clock(end)));
        let edges = self.edges.iter().map(|(power, when)| {
            let verb = if *power == Power::On { "start" } else { "stop" };
            match when {
                When::Weekly(on, at) => format!("{verb} {} {}", days(on), clock(at)),
                When::Cron(cron) => format!("{verb} {}", cron.text()),
            }
        });
        let rules: Vec<String> = windows.chain(edges).collect();
        format!("{} {}", rules.join("; "), self.zone.name)
    }

    /// As the product reads it.
    pub fn schedule(&self) -> Schedule {
        let read = schedule(&self.text());
        Schedule {
            days_off: self.off.iter().copied().collect(),
            ..read
        }
    }
}

/// What a schedule wants, minute by minute, and its edges.
pub struct Line {
    pub minutes: Vec<(DateTime<Utc>, Power)>,
    pub edges: Vec<(DateTime<Utc>, Power)>,
}

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// What the wall shows at every minute.
struct Walls {
    first: DateTime<Utc>,
    shown: Vec<NaiveDateTime>,
}

impl Walls {
    fn write(zone: &Place, from: DateTime<Utc>, to: DateTime<Utc>) -> Walls {
        let minutes = (to - from).num_minutes();
        let at = |minute| zone.local(from + MINUTE * minute as i32);
        Walls {
            first: from,
            shown: (0..minutes).map(at).collect(),
        }
    }

    /// The first minute at which the wall has reached a time.
    fn first(&self, wall: NaiveDateTime) -> usize {
        let reached = self.shown.iter().position(|shown| *shown >= wall);
        reached.unwrap_or(self.shown.len())
    }

    /// The last minute at which the wall shows a time; one that it never shows happens when it has been passed.
    fn last(&self, wall: NaiveDateTime) -> usize {
        let shown = self.shown.iter().rposition(|shown| *shown == wall);
        shown.unwrap_or_else(|| self.first(wall))
    }

    fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        let (first, last) = (
            self.shown[0].date(),
            self.shown[self.shown.len() - 1].date(),
        );
        first.iter_days().take_while(move |date| *date <= last)
    }
}

fn on(days: &[bool; 7], date: NaiveDate) -> bool {
    days[date.weekday().num_days_from_monday() as usize]
}

/// Walks along the wall from `from` to `to`; edges up to `before` earlier may matter at the beginning.
pub fn walk(written: &Written, before: TimeDelta, from: DateTime<Utc>, to: DateTime<Utc>) -> Line {
    let walls = Walls::write(written.zone, from - before, to + TimeDelta::days(2));
    let midnight = |date: NaiveDate| date.and_time(chrono::NaiveTime::MIN);
    let mut inside = vec![false; walls.shown.len()];
    let mut marked: Vec<Option<Power>> = vec![None; walls.shown.len() + 1];
    for date in walls.dates() {
        let free = written.off.contains(&date);
        for (days, start, end) in &written.windows {
            if !on(days, date) || free {
                continue;
            }
            let end = if end <= start { end + 1440 } else { *end };
            let start = walls.first(midnight(date) + TimeDelta::minutes(*start));
            let end = walls.last(midnight(date) + TimeDelta::minutes(end));
            (start..end).for_each(|minute| inside[minute] = true);
        }
        for (power, when) in &written.edges {
            if *power == Power::On && free {
                continue;
            }
            let times: Vec<i64> = match when {
                When::Weekly(days, at) => on(days, date).then_some(*at).into_iter().collect(),
                When::Cron(cron) if cron.falls_on(date) => (0..1440)
                    .filter(|at| cron.minutes.contains(&((at % 60) as u32)))
                    .filter(|at| cron.hours.contains(&((at / 60) as u32)))
                    .collect(),
                When::Cron(_) => vec![],
            };
            for at in times {
                let wall = midnight(date) + TimeDelta::minutes(at);
                let minute = match power {
                    Power::On => walls.first(wall),
                    Power::Off => walls.last(wall),
                };
                // A start is not overruled by a stop at the same minute.
                if marked[minute] != Some(Power::On) {
                    marked[minute] = Some(*power);
                }
            }
        }
    }
    follow(&walls, &inside, &marked, from, to)
}

fn follow(
    walls: &Walls,
    inside: &[bool],
    marked: &[Option<Power>],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Line {
    let (mut minutes, mut edges, mut latest) = (Vec::new(), Vec::new(), Power::Off);
    for minute in 1..inside.len() {
        let at = walls.first + MINUTE * minute as i32;
        let window = match (inside[minute - 1], inside[minute]) {
            (false, true) => Some(Power::On),
            (true, false) => Some(Power::Off),
            _ => None,
        };
        let edge = marked[minute].filter(|_| !inside[minute]);
        let wanted = match (window, edge) {
            (Some(Power::On), _) | (_, Some(Power::On)) => Some(Power::On),
            (window, edge) => window.or(edge),
        };
        latest = wanted.unwrap_or(latest);
        if from <= at && at < to {
            edges.extend(wanted.map(|power| (at, power)));
            minutes.push((at, if inside[minute] { Power::On } else { latest }));
        }
    }
    Line { minutes, edges }
}
