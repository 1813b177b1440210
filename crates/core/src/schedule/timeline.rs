//! Windows and edges laid on the line of time: merged, ordered, each edge once.
//!
//! Seconds from 1970 and day numbers inside, since a sweep asks this of every resource.

use super::clock::{Clock, Day};
use super::days_off::DaysOff;
use super::edge::{Desired, Edge, EdgeKind};
use super::power::Power;
use super::rules::{EdgeRule, Rules, Schedule, When, Window};
use super::wall::Repeat;
use chrono::{DateTime, Utc};

/// How many days to each side are laid out to find the last edge and the next: a few first, since mostly they lie
/// that near, then more. Rules that repeat weekly need no more than ten; holidays may take a year of them
/// away; a cron line for 29 February may wait for eight, and for one that is a Tuesday forty years.
const REACHES: [Day; 6] = [3, 10, 60, 400, 3_000, 14_700];
const WEEKLY: Day = 10;
const WITH_HOLIDAYS: Day = 400;
const WITH_RARE_CRON: Day = 14_700;

/// Windows that touch or overlap, as one; `end` is exclusive.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    start: i64,
    end: i64,
}

/// An edge, in seconds from 1970.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: i64,
    power: Power,
    kind: EdgeKind,
}

impl Mark {
    /// `None` only at the ends of the calendar.
    fn edge(self) -> Option<Edge> {
        Some(Edge {
            at: DateTime::from_timestamp(self.at, 0)?,
            power: self.power,
            kind: self.kind,
        })
    }
}

impl Schedule {
    /// What the schedule wants at `now`. An edge at exactly `now` has happened.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use lamplighter_core::policy::read_schedule;
    /// use lamplighter_core::schedule::Power;
    ///
    /// let office = read_schedule("Mon-Fri 08:00-19:00 Europe/Lisbon", lamplighter_core::tz::Tz::UTC)?;
    /// let saturday: DateTime<Utc> = "2026-11-28T10:00:00Z".parse()?;
    /// let desired = office.at(saturday);
    /// assert_eq!(desired.power, Some(Power::Off));
    /// let next = desired.next.ok_or("no edge")?;
    /// assert_eq!((next.power, next.at), (Power::On, "2026-11-30T08:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at(&self, now: DateTime<Utc>) -> Desired {
        let (windows, edges) = match &self.rules {
            Rules::None => return Desired::ever(None),
            Rules::Always => return Desired::ever(Some(Power::On)),
            Rules::Never => return Desired::ever(Some(Power::Off)),
            Rules::Timed { windows, edges } => (windows, edges),
        };
        // Edges lie on whole seconds, so whoever is within a second is at its beginning.
        let now = now.timestamp();
        let mut clock = Clock::new(self.zone, now);
        let today = clock.day(now);
        let most = self.reach(edges);
        let mut line = Line::of_a_week();
        for reach in REACHES {
            let (first, last) = (today - reach, today + reach);
            line.lay(&mut clock, self, (windows, edges), first, last);
            let mut stretches = line.stretches.iter();
            let inside = stretches.any(|stretch| stretch.start <= now && now < stretch.end);
            // What lies at the rim may be joined to something beyond it.
            let since = line.marks.iter().rev().find(|mark| mark.at <= now);
            let since = since.filter(|mark| clock.day(mark.at) >= first + 2);
            let next = line.marks.iter().find(|mark| mark.at > now);
            let next = next.filter(|mark| clock.day(mark.at) < last);
            if (since.is_some() && next.is_some()) || reach >= most {
                let power = match since {
                    _ if inside => Some(Power::On),
                    Some(mark) => Some(mark.power),
                    // Outside windows it is off. Edges want nothing before the first of them: what was never said is
                    // no reason to stop anything.
                    None => (!windows.is_empty()).then_some(Power::Off),
                };
                return Desired {
                    power,
                    since: since.and_then(|mark| mark.edge()),
                    next: next.and_then(|mark| mark.edge()),
                };
            }
        }
        Desired::NONE
    }

    /// Every edge in `from <= at < to`, in order.
    ///
    /// A wall time that the clock skips in spring happens at the first instant after the gap:
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use lamplighter_core::policy::read_schedule;
    ///
    /// // On 29 March 2026 Berlin's clocks go from 02:00 to 03:00, at 01:00 UTC.
    /// let nightly = read_schedule("stop daily 02:30 Europe/Berlin", lamplighter_core::tz::Tz::UTC)?;
    /// let (from, to) = ("2026-03-28T12:00:00Z".parse()?, "2026-03-29T12:00:00Z".parse()?);
    /// let edges = nightly.edges(from, to);
    /// let at: DateTime<Utc> = "2026-03-29T01:00:00Z".parse()?;
    /// assert_eq!(edges.iter().map(|edge| edge.at).collect::<Vec<_>>(), [at]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn edges(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Edge> {
        let Rules::Timed { windows, edges } = &self.rules else {
            return Vec::new();
        };
        let mut clock = Clock::new(self.zone, from.timestamp());
        // A stretch that holds `from` may have begun long before, and one that holds `to` may go on.
        let joined = if windows.is_empty() { 2 } else { WEEKLY };
        let first = clock.day(from.timestamp()) - joined;
        let last = clock.day(to.timestamp()) + joined;
        let mut line = Line::default();
        line.lay(&mut clock, self, (windows, edges), first, last);
        let edges = line.marks.into_iter().filter_map(Mark::edge);
        edges
            .filter(|edge| from <= edge.at && edge.at < to)
            .collect()
    }

    /// How far the last edge and the next may lie, in days.
    fn reach(&self, edges: &[EdgeRule]) -> Day {
        let rare =
            |rule: &EdgeRule| matches!(&rule.when, When::Cron(cron) if cron.weekly().is_none());
        if edges.iter().any(rare) {
            WITH_RARE_CRON
        } else if !self.days_off.is_empty() {
            WITH_HOLIDAYS
        } else {
            WEEKLY
        }
    }
}

/// Some days of windows and edges.
#[derive(Default)]
struct Line {
    /// Merged, in order.
    stretches: Vec<Stretch>,
    /// In order, one for each instant.
    marks: Vec<Mark>,
}

impl Line {
    /// With room for what most schedules have in the first reach.
    fn of_a_week() -> Line {
        Line {
            stretches: Vec::with_capacity(8),
            marks: Vec::with_capacity(16),
        }
    }

    /// Lays out what begins on the local days `first..=last`.
    fn lay(
        &mut self,
        clock: &mut Clock,
        schedule: &Schedule,
        (windows, edges): (&[Window], &[EdgeRule]),
        first: Day,
        last: Day,
    ) {
        self.stretches.clear();
        self.marks.clear();
        self.lay_windows(clock, windows, &schedule.days_off, first, last);
        for stretch in &self.stretches {
            let mark = |at, power| Mark {
                at,
                power,
                kind: EdgeKind::Window,
            };
            self.marks.push(mark(stretch.start, Power::On));
            self.marks.push(mark(stretch.end, Power::Off));
        }
        if edges.is_empty() {
            return;
        }
        for rule in edges {
            self.lay_edges(clock, rule, &schedule.days_off, first, last);
        }
        // Of two that contradict each other at one instant the start stands: nothing stops by accident.
        // A stop written where a window ends adds nothing to the window, so the window's end stands, and with it the
        // lease of a manual start. The key leaves nothing to the order in which they were laid.
        self.marks.sort_unstable_by_key(|mark| {
            let stop = mark.power == Power::Off;
            (mark.at, stop, mark.kind == EdgeKind::Edge)
        });
        self.marks.dedup_by_key(|mark| mark.at);
    }

    fn lay_windows(
        &mut self,
        clock: &mut Clock,
        windows: &[Window],
        days_off: &DaysOff,
        first: Day,
        last: Day,
    ) {
        for day in first..=last {
            if windows.is_empty() || days_off.has(day) {
                continue;
            }
            for window in windows.iter().filter(|window| window.days.falls_on(day)) {
                let overnight = window.end <= window.start;
                let end = window.end + if overnight { 1440 } else { 0 };
                let start = clock.instant(day, window.start, Repeat::First);
                let end = clock.instant(day, end, Repeat::Second);
                // A window that lies wholly in a spring gap has no length.
                let stretch = start.zip(end).map(|(start, end)| Stretch { start, end });
                let of_some_length = stretch.filter(|stretch| stretch.start < stretch.end);
                self.stretches.extend(of_some_length);
            }
        }
        if !self.stretches.is_sorted_by_key(|stretch| stretch.start) {
            self.stretches.sort_unstable_by_key(|stretch| stretch.start);
        }
        // The earlier of two neighbours takes the later in, where they touch.
        self.stretches.dedup_by(|next, last| {
            let one = next.start <= last.end;
            if one {
                last.end = last.end.max(next.end);
            }
            one
        });
    }

    /// The edges of one rule, but those inside windows, where edges do not count.
    fn lay_edges(
        &mut self,
        clock: &mut Clock,
        rule: &EdgeRule,
        days_off: &DaysOff,
        first: Day,
        last: Day,
    ) {
        let repeat = match rule.power {
            Power::On => Repeat::First,
            Power::Off => Repeat::Second,
        };
        for day in first..=last {
            if rule.power == Power::On && days_off.has(day) {
                continue;
            }
            match &rule.when {
                When::Weekly { days, at } if days.falls_on(day) => {
                    self.mark(clock.instant(day, *at, repeat), rule.power);
                }
                When::Cron(cron) if cron.on(day) => {
                    for minutes in cron.minutes() {
                        self.mark(clock.instant(day, minutes, repeat), rule.power);
                    }
                }
                _ => {}
            }
        }
    }

    fn mark(&mut self, at: Option<i64>, power: Power) {
        let Some(at) = at else { return };
        // The last stretch that has begun by then.
        let begun = self
            .stretches
            .partition_point(|stretch| stretch.start <= at);
        let inside = begun > 0 && at < self.stretches[begun - 1].end;
        if !inside {
            self.marks.push(Mark {
                at,
                power,
                kind: EdgeKind::Edge,
            });
        }
    }
}
