//! `lamp-hold`: `on until 2026-11-24 02:00`.

use super::cursor::Cursor;
use super::fault::Fault;
use super::suggest::nearest;
use super::values::Hold;
use super::{simple, time};
use crate::schedule::Power;
use crate::tz::Tz;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};

const EXPECTED: &str = "expected on or off and its end, such as on until 2026-11-24 02:00";
const NO_END: &str =
    "a hold without an end is refused: expected until and a date, such as until 2026-11-24 02:00";

/// Reads a hold; a time without an offset is on the wall in `zone`.
pub(super) fn parse(text: &str, zone: Tz) -> Result<Hold, Fault> {
    simple::short(text)?;
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    let power = power(&mut cursor)?;
    until(&mut cursor)?;
    let (date, at) = (cursor.at, cursor.at);
    let date = self::date(&mut cursor, date)?;
    let seconds = clock(&mut cursor)?;
    let offset = offset(&mut cursor)?;
    cursor.skip_space();
    if cursor.at < cursor.end() {
        let message = "nothing is expected after the end of the hold; another place's time is written with its offset, such as 02:00+01:00";
        return Err(Fault::new(cursor.at, message));
    }
    let far = || Fault::new(at, "expected a date within the calendar");
    let local = date
        .and_hms_opt(0, 0, 0)
        .and_then(|day| day.checked_add_signed(seconds))
        .ok_or_else(far)?;
    let until = match offset {
        Some(offset) => local.checked_sub_signed(offset).map(|utc| utc.and_utc()),
        None => later(local, zone),
    };
    Ok(Hold {
        power,
        until: until.ok_or_else(far)?,
    })
}

/// The instant of a wall time. One that the clock skips is read by the offset before the gap, one that it
/// shows twice is the second: the later instant in both cases, so that a hold is never shorter than written.
fn later(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    if let Some(instant) = zone.from_local_datetime(&local).latest() {
        return Some(instant.with_timezone(&Utc));
    }
    let by_offset_at = |around: NaiveDateTime| {
        let offset = zone
            .offset_from_utc_datetime(&around)
            .fix()
            .local_minus_utc();
        local
            .checked_sub_signed(TimeDelta::seconds(offset.into()))
            .map(|utc| utc.and_utc())
    };
    let day = Days::new(1);
    let (before, after) = (local.checked_sub_days(day)?, local.checked_add_days(day)?);
    by_offset_at(before).max(by_offset_at(after))
}

fn power(cursor: &mut Cursor) -> Result<Power, Fault> {
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    cursor.at = to;
    match word.as_str() {
        "on" => Ok(Power::On),
        "off" => Ok(Power::Off),
        "start" | "onn" | "ein" | "an" => Err(Fault::new(at, EXPECTED).fix(at, to, "on")),
        "stop" | "of" | "offf" | "aus" => Err(Fault::new(at, EXPECTED).fix(at, to, "off")),
        _ => Err(Fault::new(at, EXPECTED)),
    }
}

fn until(cursor: &mut Cursor) -> Result<(), Fault> {
    cursor.skip_space();
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    if word.is_empty() {
        let fault = Fault::new(at, NO_END);
        return Err(match cursor.peek() {
            Some(c) if c.is_ascii_digit() => fault.fix(at, at, "until "),
            _ => fault,
        });
    }
    if word.as_str() != "until" {
        let same = matches!(
            word.as_str(),
            "till" | "til" | "to" | "bis" | "até" | "ate" | "by"
        );
        let meant = same || nearest(&word, ["until"]).is_some();
        let fault = Fault::new(at, NO_END);
        return Err(if meant {
            fault.fix(at, to, "until")
        } else {
            fault
        });
    }
    cursor.at = to;
    cursor.skip_space();
    if cursor.at == cursor.end() {
        return Err(Fault::new(
            cursor.at,
            "expected the date at which the hold ends, such as 2026-11-24",
        ));
    }
    Ok(())
}

fn date(cursor: &mut Cursor, at: usize) -> Result<NaiveDate, Fault> {
    let token = cursor
        .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/' | '–' | '−' | '‑' | '‐'));
    let fault = Fault::new(at, "expected a date as year-month-day, such as 2026-11-24");
    let parts: Vec<&str> = token.split(|c: char| !c.is_ascii_digit()).collect();
    let [first, second, third] = parts[..] else {
        return Err(fault);
    };
    let number = |text: &str| {
        if text.len() > 4 {
            None
        } else {
            text.parse::<u32>().ok()
        }
    };
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return Err(fault);
    };
    let written = format!("{a:04}-{b:02}-{c:02}");
    if first.len() == 4 && token == written {
        return NaiveDate::from_ymd_opt(a as i32, b, c).ok_or_else(|| {
            let fault = Fault::new(at, "there is no such date");
            match last_of_month(a, b) {
                Some(last) if (29..=31).contains(&c) => fault.fix(at, cursor.at, last),
                _ => fault,
            }
        });
    }
    // Day and month cannot be told apart with slashes unless the day is past 12; with dots the day is first.
    let day_first =
        first.len() <= 2 && third.len() == 4 && b <= 12 && (a > 12 || token.contains('.'));
    Err(match (first.len(), day_first) {
        (4, _) => fault.fix(at, cursor.at, written),
        (_, true) => fault.fix(at, cursor.at, format!("{c:04}-{b:02}-{a:02}")),
        _ => fault,
    })
}

fn last_of_month(year: u32, month: u32) -> Option<String> {
    let date = (28..=31)
        .rev()
        .find_map(|day| NaiveDate::from_ymd_opt(year as i32, month, day))?;
    Some(date.to_string())
}

/// The time after the date, from its midnight; nothing written is midnight.
fn clock(cursor: &mut Cursor) -> Result<TimeDelta, Fault> {
    if !matches!(cursor.peek(), Some('T' | 't')) {
        cursor.skip_space();
        if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Ok(TimeDelta::zero());
        }
    } else {
        cursor.at += 1;
    }
    // `02:00:15` is a time of day and seconds; the colon before them would stop the plain reader.
    let (at, text) = (cursor.at, cursor.slice(cursor.at, cursor.at + 5));
    let fields: Vec<char> = cursor.slice(at + 5, at + 8).chars().collect();
    let mut seconds = 0;
    let minutes = match fields[..] {
        [':', tens @ '0'..='5', ones @ '0'..='9'] => {
            let minutes =
                time::read(&mut Cursor::new(&text), true).map_err(|_| time::unread(at))?;
            seconds =
                i64::from(tens.to_digit(10).unwrap_or(0) * 10 + ones.to_digit(10).unwrap_or(0));
            cursor.at = at + 8;
            if cursor.eat('.') && cursor.take_while(|c| c.is_ascii_digit()).is_empty() {
                return Err(Fault::new(cursor.at, "expected digits after the point"));
            }
            minutes
        }
        _ => time::read(cursor, true).map_err(|mut fault| {
            // It would be the next day's.
            if time::is_past_midnight(&fault) {
                fault.fix = None;
            }
            fault
        })?,
    };
    Ok(TimeDelta::seconds(i64::from(minutes) * 60 + seconds))
}

/// `Z`, `+01:00` or `-0330` after the time.
fn offset(cursor: &mut Cursor) -> Result<Option<TimeDelta>, Fault> {
    cursor.skip_space();
    let at = cursor.at;
    let sign = match cursor.peek() {
        Some('Z' | 'z') => {
            cursor.at += 1;
            return Ok(Some(TimeDelta::zero()));
        }
        Some('+') => 1,
        Some('-' | '−') => -1,
        _ if cursor.token().eq_ignore_ascii_case("utc") => {
            return Err(Fault::new(at, "expected the offset Z for UTC").fix(at, at + 3, "Z"));
        }
        _ => return Ok(None),
    };
    cursor.at += 1;
    let written = cursor.take_while(|c| c.is_ascii_digit() || c == ':');
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let fault = Fault::new(at, "expected an offset such as +01:00 or Z");
    if digits.len() <= 2 && !digits.is_empty() {
        let mark = if sign > 0 { '+' } else { '-' };
        return Err(fault.fix(at, cursor.at, format!("{mark}{digits:0>2}:00")));
    }
    let (4, Ok(number)) = (digits.len(), digits.parse::<i64>()) else {
        return Err(fault);
    };
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 18
        || minutes > 59
        || !(written == digits || written == format!("{hours:02}:{minutes:02}"))
    {
        return Err(fault);
    }
    Ok(Some(TimeDelta::minutes(sign * (hours * 60 + minutes))))
}
