//! Dates, times and lengths as iCalendar writes them.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// A date, or a date and time.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub date: NaiveDate,
    /// `None`: the whole day.
    pub time: Option<NaiveTime>,
    utc: bool,
}

impl Moment {
    /// `20260404`, `20260404T000000`, `20260404T000000Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let utc = text.ends_with(['Z', 'z']);
        let plain = text.trim_end_matches(['Z', 'z']);
        if !plain
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'T' || b == b't')
        {
            return None;
        }
        let (date, time) = plain.split_at_checked(8)?;
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").ok()?;
        let time = match time.strip_prefix(['T', 't']) {
            Some(time) if time.len() == 6 => Some(NaiveTime::parse_from_str(time, "%H%M%S").ok()?),
            None if time.is_empty() => None,
            _ => return None,
        };
        Some(Self { date, time, utc })
    }

    /// The same without its time.
    pub fn day(self) -> Self {
        Self {
            time: None,
            utc: false,
            ..self
        }
    }

    /// `None`: it is a date, or a time of whatever zone.
    pub fn utc(self) -> Option<NaiveDateTime> {
        let time = self.time.filter(|_| self.utc)?;
        Some(NaiveDateTime::new(self.date, time))
    }

    pub fn is_local_midnight(self) -> bool {
        self.time == Some(NaiveTime::MIN) && !self.utc
    }
}

/// `P1D`, `P2W`, `P1DT12H`, `-PT5M`.
pub(super) fn length(text: &str) -> Option<TimeDelta> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut seconds: i64 = 0;
    let mut number: Option<i64> = None;
    for c in text.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            'T' if number.is_none() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => {
                let digit = i64::from(c.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    match number {
        Some(_) => None,
        None => TimeDelta::try_seconds(seconds.checked_mul(sign)?),
    }
}
