//! Windows and edges laid on the line of time: merged, ordered, each edge once.

use super::wall::{Repeat, instant};
use super::{Desired, Edge, EdgeKind, EdgeRule, Power, Rules, Schedule, Window};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

/// Rules repeat weekly, so what made a state so, and what ends it, lie within eight days; one more for zones.
const REACH: u64 = 9;
/// Windows that are one for longer than this have no gap at all.
const WHOLE_WEEK: TimeDelta = TimeDelta::days(8);

/// A stretch of windows that touch or overlap; `end` is exclusive.
#[derive(Clone, Copy, Debug)]
struct Lit {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Schedule {
    /// What the schedule wants at `now`. An edge at exactly `now` has happened.
    pub fn at(&self, now: DateTime<Utc>) -> Desired {
        let (power, windows, rules) = match &self.rules {
            Rules::None => {
                return Desired {
                    power: None,
                    since: None,
                    next: None,
                };
            }
            Rules::Always => {
                return Desired {
                    power: Some(Power::On),
                    since: None,
                    next: None,
                };
            }
            Rules::Never => {
                return Desired {
                    power: Some(Power::Off),
                    since: None,
                    next: None,
                };
            }
            Rules::Timed { windows, edges } => (Some(Power::Off), windows, edges),
        };
        let lit = lit(self.zone, windows, now, now);
        let inside = lit.iter().find(|lit| lit.start <= now && now < lit.end);
        if inside.is_some_and(|lit| lit.end - lit.start > WHOLE_WEEK) {
            return Desired {
                power: Some(Power::On),
                since: None,
                next: None,
            };
        }
        let edges = edges(self.zone, &lit, rules, now, now);
        let since = edges.iter().rev().find(|edge| edge.at <= now).copied();
        let next = edges.iter().find(|edge| edge.at > now).copied();
        let power = if inside.is_some() {
            Some(Power::On)
        } else {
            since.map(|edge| edge.power).or(power)
        };
        Desired { power, since, next }
    }

    /// Every edge in `from <= at < to`, in order.
    pub fn edges(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Edge> {
        let Rules::Timed {
            windows,
            edges: rules,
        } = &self.rules
        else {
            return Vec::new();
        };
        let lit = lit(self.zone, windows, from, to);
        let mut edges = edges(self.zone, &lit, rules, from, to);
        edges.retain(|edge| from <= edge.at && edge.at < to);
        edges
    }
}

/// The local dates on which anything that matters between `from` and `to` may begin.
fn dates(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let first = day(from)
        .checked_sub_days(Days::new(REACH))
        .unwrap_or(NaiveDate::MIN);
    let last = day(to)
        .checked_add_days(Days::new(REACH))
        .unwrap_or(NaiveDate::MAX);
    first.iter_days().take_while(move |date| *date <= last)
}

/// The windows from well before `from` to well after `to`, merged and in order.
fn lit(zone: Tz, windows: &[Window], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Lit> {
    let mut all: Vec<Lit> = Vec::new();
    for date in dates(zone, from, to) {
        let weekday = chrono::Datelike::weekday(&date);
        for window in windows
            .iter()
            .filter(|window| window.days.contains(weekday))
        {
            let end = if window.end <= window.start {
                window.end + 1440
            } else {
                window.end
            };
            let start = instant(zone, date, window.start, Repeat::First);
            let end = instant(zone, date, end, Repeat::Second);
            // A window that lies wholly in a spring gap has no length.
            let stretch = start.zip(end).map(|(start, end)| Lit { start, end });
            all.extend(stretch.filter(|lit| lit.start < lit.end));
        }
    }
    all.sort_by_key(|lit| lit.start);
    let mut merged: Vec<Lit> = Vec::with_capacity(all.len());
    for next in all {
        match merged.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => merged.push(next),
        }
    }
    merged
}

/// The edges of the windows, and those edge rules that speak: inside a window none does.
fn edges(
    zone: Tz,
    lit: &[Lit],
    rules: &[EdgeRule],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::with_capacity(lit.len() * 2);
    for stretch in lit {
        edges.push(Edge {
            at: stretch.start,
            power: Power::On,
            kind: EdgeKind::Window,
        });
        edges.push(Edge {
            at: stretch.end,
            power: Power::Off,
            kind: EdgeKind::Window,
        });
    }
    if !rules.is_empty() {
        let inside = |at| lit.iter().any(|lit| lit.start <= at && at < lit.end);
        for date in dates(zone, from, to) {
            let weekday = chrono::Datelike::weekday(&date);
            for rule in rules.iter().filter(|rule| rule.days.contains(weekday)) {
                let repeat = if rule.power == Power::On {
                    Repeat::First
                } else {
                    Repeat::Second
                };
                let at = instant(zone, date, rule.at, repeat).filter(|at| !inside(*at));
                edges.extend(at.map(|at| Edge {
                    at,
                    power: rule.power,
                    kind: EdgeKind::Edge,
                }));
            }
        }
        // Of two that contradict each other at one instant the start stands: nothing stops by accident.
        edges.sort_by_key(|edge| (edge.at, edge.power == Power::Off));
        edges.dedup_by_key(|edge| edge.at);
    }
    edges
}
