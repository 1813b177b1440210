//! A zone's offset over stretches in which it stands still, so that most wall times become instants by one
//! subtraction. Near a change of the clock the exact way of [`super::wall`] is taken.

use super::wall::{self, Repeat};
use crate::tz::Tz;
use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use foldhash::fast::RandomState;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A local date, counted in days from 1970-01-01.
pub(super) type Day = i32;

const DAY: i64 = 86_400;
/// No zone is, or ever was, more than 26 hours from another, so a wall time shown this far inside a stretch is
/// shown nowhere else.
const MARGIN: i64 = 26 * 3_600;
/// Stretches are found for a year at a time, this much beyond it on both sides: what is asked about an instant
/// mostly lies near it.
const BEYOND: i64 = 40 * DAY;
/// More years of zones than any sweep meets; beyond, all are found anew.
const MOST_KEPT: usize = 16_384;

/// A stretch of one offset, between others: seconds from 1970, `to` exclusive.
#[derive(Clone, Copy, Debug)]
struct Steady {
    from: i64,
    to: i64,
    /// Seconds that the wall clock is ahead of UTC.
    ahead: i64,
}

/// By zone and year.
type Years = HashMap<(Tz, i64), Rc<[Steady]>, RandomState>;

thread_local! {
    // A memo of the tz database, which does not change while the process lives: what is answered does not depend on it.
    static KNOWN: RefCell<Years> = RefCell::default();
}

/// A zone's wall clock.
pub(super) struct Clock {
    zone: Tz,
    year: i64,
    steady: Rc<[Steady]>,
    current: Steady,
}

impl Clock {
    /// A clock that is quick around `at`, in seconds from 1970.
    pub fn new(zone: Tz, at: i64) -> Clock {
        let year = year(at);
        let steady = known(zone, year);
        let current = stretch(&steady, at);
        Clock {
            zone,
            year,
            steady,
            current,
        }
    }

    /// The local date at an instant.
    pub fn day(&mut self, at: i64) -> Day {
        self.turn(at);
        (at + self.current.ahead).div_euclid(DAY) as Day
    }

    /// The instant at which the wall shows `minutes` after midnight of `day`; see [`wall::instant`].
    pub fn instant(&mut self, day: Day, minutes: u16, repeat: Repeat) -> Option<i64> {
        let shown = i64::from(day) * DAY + i64::from(minutes) * 60;
        let mut at = shown - self.current.ahead;
        if !self.safe(at) {
            self.turn(at);
            at = shown - self.current.ahead;
        }
        if self.safe(at) {
            return Some(at);
        }
        let date = date(day)?;
        wall::instant(self.zone, date, minutes, repeat).map(|at| at.timestamp())
    }

    fn safe(&self, at: i64) -> bool {
        self.current.from + MARGIN <= at && at < self.current.to - MARGIN
    }

    /// Makes the stretch around `at` the current one.
    fn turn(&mut self, at: i64) {
        if self.current.from <= at && at < self.current.to {
            return;
        }
        let year = year(at);
        if year != self.year {
            (self.year, self.steady) = (year, known(self.zone, year));
        }
        self.current = stretch(&self.steady, at);
    }
}

/// The date of a day; `None` outside the calendar.
pub(super) fn date(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(day)
}

/// Years of 365.25 days: a label for a stretch of time, not a calendar's year.
const YEAR: i64 = 31_557_600;

fn year(at: i64) -> i64 {
    at.div_euclid(YEAR)
}

fn stretch(steady: &[Steady], at: i64) -> Steady {
    let nowhere = Steady {
        from: at,
        to: at,
        ahead: 0,
    };
    let found = steady.iter().find(|one| one.from <= at && at < one.to);
    found.copied().unwrap_or(nowhere)
}

fn known(zone: Tz, year: i64) -> Rc<[Steady]> {
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        let found = known.entry((zone, year)).or_insert_with(|| {
            let (from, to) = (year * YEAR - BEYOND, (year + 1) * YEAR + BEYOND);
            find(zone, from, to).into()
        });
        Rc::clone(found)
    })
}

/// The steady stretches from `from` to `to`: the offset is compared day by day, and the second of each change found by
/// halving. No zone has ever changed its clock twice within a day.
fn find(zone: Tz, from: i64, to: i64) -> Vec<Steady> {
    let mut found = Vec::with_capacity(6);
    let mut begin = from;
    let Some(mut ahead) = offset(zone, from) else {
        return found;
    };
    let mut at = from;
    while at < to {
        let next = (at + DAY).min(to);
        let Some(then) = offset(zone, next) else {
            break;
        };
        if then != ahead {
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(zone, middle) == Some(ahead) {
                    before = middle
                } else {
                    after = middle
                }
            }
            found.push(Steady {
                from: begin,
                to: after,
                ahead,
            });
            (begin, ahead) = (after, then);
        }
        at = next;
    }
    found.push(Steady {
        from: begin,
        to: at,
        ahead,
    });
    found
}

fn offset(zone: Tz, at: i64) -> Option<i64> {
    let utc = DateTime::from_timestamp(at, 0)?.naive_utc();
    Some(i64::from(
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
    ))
}
