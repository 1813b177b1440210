//! Recurrence rules (RRULE of RFC 5545) of all-day events.
//!
//! Whole days only, walked period by period up to a last day and charged to a [`Budget`], so that no
//! rule runs long. The crate `rrule` would bring `regex` and walks a rule that never matches to the year 10000.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::error::{EventError, RuleError, shortened};

/// The days that reading one calendar may still try: bounds the work whatever the text holds.
pub(super) struct Budget {
    all: u32,
    of_event: u32,
}

impl Budget {
    /// Some 100 yearly events of five centuries each, well under a second.
    const ALL: u32 = 20_000_000;
    /// One event may not use up what the others need.
    const OF_EVENT: u32 = 10_000_000;

    pub fn new() -> Self {
        Self {
            all: Self::ALL,
            of_event: Self::OF_EVENT,
        }
    }

    pub fn next_event(&mut self) {
        self.of_event = Self::OF_EVENT;
    }

    /// Nothing is left, for whatever event.
    pub fn used_up(&self) -> bool {
        self.all == 0
    }

    pub fn spend(&mut self) -> Result<(), EventError> {
        self.all = self.all.saturating_sub(1);
        self.of_event = self.of_event.saturating_sub(1);
        match self.all.min(self.of_event) {
            0 => Err(EventError::RepeatsTooOften),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Freq {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule, taken apart.
pub(super) struct Rule {
    freq: Freq,
    interval: u32,
    count: Option<u32>,
    until: Option<NaiveDate>,
    week_start: Weekday,
    months: Vec<i32>,
    weeks: Vec<i32>,
    year_days: Vec<i32>,
    month_days: Vec<i32>,
    /// Which of the weekday, 0 for every.
    weekdays: Vec<(i32, Weekday)>,
    positions: Vec<i32>,
}

impl Rule {
    /// Reads `FREQ=YEARLY;BYMONTH=11;BYDAY=4TH`; `day_of` reads the day of UNTIL. `None`: it says nothing.
    pub fn parse(
        text: &str,
        day_of: impl Fn(&str) -> Option<NaiveDate>,
    ) -> Result<Option<Self>, RuleError> {
        let text = text.to_ascii_uppercase();
        let parts: Vec<_> = text.split(';').filter(|p| !p.trim().is_empty()).collect();
        let parts: Option<Vec<_>> = parts.iter().map(|part| part.split_once('=')).collect();
        let parts = parts.ok_or(RuleError::WithoutParts)?;
        let parts = parts
            .into_iter()
            .map(|(name, value)| (name.trim(), value.trim()));
        // Some programs write every part that there is, and leave empty what is not set.
        let parts: Vec<_> = parts.filter(|(_, value)| !value.is_empty()).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let freq = parts.iter().find(|(name, _)| *name == "FREQ");
        let mut rule = Self::every(freq_of(freq.map_or("", |(_, value)| value))?);
        for (name, value) in parts {
            rule.set(name, value, &day_of).ok_or_else(|| {
                let (name, value) = (name.to_owned(), shortened(value));
                RuleError::Part { name, value }
            })?;
        }
        Ok(Some(rule))
    }

    /// Whether a rule that begins then ends before it: Google's and Apple's calendars write so what never happens.
    pub fn never_happens(&self, start: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < start)
    }

    /// Whether it may be walked from any year.
    pub fn is_yearly(&self) -> bool {
        self.freq == Freq::Yearly && self.interval == 1 && self.count.is_none()
    }

    fn every(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Mon,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
        }
    }

    /// Takes one part; `None`: its value makes no sense. Parts that cannot matter to whole days are passed over.
    fn set(
        &mut self,
        name: &str,
        value: &str,
        day_of: impl Fn(&str) -> Option<NaiveDate>,
    ) -> Option<()> {
        match name {
            "INTERVAL" => self.interval = value.parse().ok().filter(|n| *n > 0)?,
            // 0 and -1 are how some programs write that there is no count.
            "COUNT" => {
                self.count = u32::try_from(value.parse::<i64>().ok()?)
                    .ok()
                    .filter(|n| *n > 0)
            }
            "UNTIL" => self.until = Some(day_of(value)?),
            "WKST" => self.week_start = weekday(value)?,
            "BYMONTH" => self.months = numbers(value, 1, 12)?,
            "BYWEEKNO" => self.weeks = numbers(value, -53, 53)?,
            "BYYEARDAY" => self.year_days = numbers(value, -366, 366)?,
            "BYMONTHDAY" => self.month_days = numbers(value, -31, 31)?,
            "BYSETPOS" => self.positions = numbers(value, -366, 366)?,
            "BYDAY" => self.weekdays = value.split(',').map(nth_weekday).collect::<Option<_>>()?,
            _ => {}
        }
        Some(())
    }

    /// The days of the rule from `start`, itself always the first, to `last`. Not for one that never happens.
    pub fn days(
        &self,
        start: NaiveDate,
        last: NaiveDate,
        budget: &mut Budget,
    ) -> Result<Vec<NaiveDate>, EventError> {
        let last = self.until.map_or(last, |until| until.min(last));
        let mut days = vec![start];
        for step in 0.. {
            let Some((first, end)) = self.period(start, step).filter(|(first, _)| *first <= last)
            else {
                break;
            };
            budget.spend()?;
            for day in self.chosen(first, end, start, budget)? {
                if day > last || self.count.is_some_and(|count| days.len() >= count as usize) {
                    return Ok(days);
                }
                if day > start {
                    days.push(day);
                }
            }
        }
        Ok(days)
    }

    /// The first and last day of the period `step` intervals after that of `start`.
    fn period(&self, start: NaiveDate, step: u32) -> Option<(NaiveDate, NaiveDate)> {
        let by = step.checked_mul(self.interval)?;
        let first = match self.freq {
            Freq::Daily => start.checked_add_days(Days::new(by.into()))?,
            Freq::Weekly => {
                let into = start.weekday().days_since(self.week_start);
                let week = start.checked_sub_days(Days::new(into.into()))?;
                week.checked_add_days(Days::new(u64::from(by) * 7))?
            }
            Freq::Monthly => start.with_day(1)?.checked_add_months(Months::new(by))?,
            Freq::Yearly => start
                .with_ordinal(1)?
                .checked_add_months(Months::new(by.checked_mul(12)?))?,
        };
        let next = match self.freq {
            Freq::Daily => return Some((first, first)),
            Freq::Weekly => first.checked_add_days(Days::new(7))?,
            Freq::Monthly => first.checked_add_months(Months::new(1))?,
            Freq::Yearly => first.checked_add_months(Months::new(12))?,
        };
        Some((first, next.pred_opt()?))
    }

    /// The days of one period that the rule chooses.
    fn chosen(
        &self,
        first: NaiveDate,
        end: NaiveDate,
        start: NaiveDate,
        budget: &mut Budget,
    ) -> Result<Vec<NaiveDate>, EventError> {
        let mut days = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= end) {
            budget.spend()?;
            if self.takes(day, start) {
                days.push(day);
            }
        }
        if self.positions.is_empty() {
            return Ok(days);
        }
        let len = i32::try_from(days.len()).unwrap_or(0);
        let wanted =
            |at: i32| self.positions.contains(&(at + 1)) || self.positions.contains(&(at - len));
        let placed = (0..len).zip(days).filter(|(at, _)| wanted(*at));
        Ok(placed.map(|(_, day)| day).collect())
    }

    /// Whether the parts of the rule, or else the day it began, choose this day.
    fn takes(&self, day: NaiveDate, start: NaiveDate) -> bool {
        let (month_len, year_len) = (month_len(day), if day.leap_year() { 366 } else { 365 });
        let within = |list: &[i32], at: i32, len: i32| {
            list.is_empty() || list.contains(&at) || list.contains(&(at - len - 1))
        };
        let (of_month, of_year) = (day.day() as i32, day.ordinal() as i32);
        (self.months.is_empty() || self.months.contains(&(day.month() as i32)))
            && within(&self.month_days, of_month, month_len)
            && within(&self.year_days, of_year, year_len)
            && within(&self.weeks, day.iso_week().week() as i32, weeks_of(day))
            && self.takes_weekday(day, month_len, year_len)
            && self.takes_by_start(day, start)
    }

    fn takes_weekday(&self, day: NaiveDate, month_len: i32, year_len: i32) -> bool {
        // "The second Sunday" is the month's, and the year's only for a yearly rule without months.
        let of_year = self.freq == Freq::Yearly && self.months.is_empty();
        let (at, len) = if of_year {
            (day.ordinal0() as i32, year_len)
        } else {
            (day.day0() as i32, month_len)
        };
        let nth = at / 7 + 1;
        let nth_last = -((len - 1 - at) / 7 + 1);
        let fits = |n: i32| n == 0 || n == nth || n == nth_last;
        self.weekdays.is_empty()
            || self
                .weekdays
                .iter()
                .any(|(n, weekday)| *weekday == day.weekday() && fits(*n))
    }

    /// What the rule leaves open is as on the day it began.
    fn takes_by_start(&self, day: NaiveDate, start: NaiveDate) -> bool {
        let open =
            self.month_days.is_empty() && self.weekdays.is_empty() && self.year_days.is_empty();
        match self.freq {
            _ if !open => true,
            Freq::Daily => true,
            Freq::Weekly => day.weekday() == start.weekday(),
            Freq::Yearly if !self.weeks.is_empty() => day.weekday() == start.weekday(),
            Freq::Yearly if self.months.is_empty() => {
                (day.month(), day.day()) == (start.month(), start.day())
            }
            Freq::Monthly | Freq::Yearly => day.day() == start.day(),
        }
    }
}

fn freq_of(text: &str) -> Result<Freq, RuleError> {
    match text {
        "DAILY" => Ok(Freq::Daily),
        "WEEKLY" => Ok(Freq::Weekly),
        "MONTHLY" => Ok(Freq::Monthly),
        "YEARLY" => Ok(Freq::Yearly),
        "" => Err(RuleError::NoFrequency),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(RuleError::WithinTheDay),
        _ => Err(RuleError::UnknownFrequency),
    }
}

fn month_len(day: NaiveDate) -> i32 {
    i32::from(day.num_days_in_month())
}

/// The number of ISO weeks in the year of this day's week: its last is that of 28 December.
fn weeks_of(day: NaiveDate) -> i32 {
    let late = NaiveDate::from_ymd_opt(day.iso_week().year(), 12, 28);
    late.map_or(52, |late| late.iso_week().week() as i32)
}

/// Numbers between commas, none of them 0.
fn numbers(text: &str, least: i32, most: i32) -> Option<Vec<i32>> {
    let number = |n: &str| {
        n.trim()
            .parse()
            .ok()
            .filter(|n| (least..=most).contains(n) && *n != 0)
    };
    text.split(',').map(number).collect()
}

/// `TH`, `4TH`, `-1MO`.
fn nth_weekday(text: &str) -> Option<(i32, Weekday)> {
    let text = text.trim();
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() {
        0
    } else {
        nth.parse().ok().filter(|n| *n != 0)?
    };
    Some((nth, weekday(day)?))
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}
