//! An instant in a hold: `2026-11-24 02:00`, or `22:00` and `Fri 22:00`, whose date depends on when it is first seen.

use super::cursor::Cursor;
use super::fault::Fault;
use super::held::{Moment, WallTime};
use super::weekdays::{Named, meant, named};
use super::{dates, habits, time};
use crate::schedule::{
    Power,
    wall::{self, Repeat},
};
use crate::tz::Tz;
use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc,
};

const EXPECTED: &str =
    "expected a time such as 22:00, Fri 22:00 or 2026-11-24 02:00, or a date as year-month-day";

/// Which end of a hold a moment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Of a hold of this power.
    Begin(Power),
    End,
}

/// A moment as it was written.
pub(super) struct Written {
    pub moment: Moment,
    /// Its date, where it has one.
    pub date: Option<NaiveDate>,
    /// It has a time of day.
    pub timed: bool,
    pub at: usize,
}

/// Reads a moment; a time without an offset is on the wall in `zone`.
pub(super) fn read(cursor: &mut Cursor, zone: Tz, side: Side) -> Result<Written, Fault> {
    cursor.skip_space();
    let at = cursor.at;
    if dates::at_date(cursor) {
        return dated(cursor, zone, side, at);
    }
    if let Some(fault) = in_words(cursor).or_else(|| habits::filler(cursor)) {
        return Err(fault);
    }
    let day = day(cursor)?;
    let clock_at = cursor.at;
    if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
        return Err(match day {
            Some(_) => habits::filler(cursor)
                .or_else(|| habits::between_days_and_time(cursor))
                .unwrap_or_else(|| {
                    let message = "expected the time after the day, such as Fri 22:00";
                    Fault::new(clock_at, message)
                }),
            None => habits::filler(cursor).unwrap_or_else(|| Fault::new(at, EXPECTED)),
        });
    }
    let minutes = time::read(cursor, true).map_err(|fault| only_hour(cursor, clock_at, fault))?;
    let to = cursor.at;
    if let Some(fault) = behind_the_time(cursor, day.is_none(), (at, to)) {
        return Err(fault);
    }
    Ok(Written {
        moment: Moment::Next(WallTime { day, minutes, zone }),
        date: None,
        timed: true,
        at,
    })
}

/// The weekday, if one is next.
fn day(cursor: &mut Cursor) -> Result<Option<u8>, Fault> {
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    match named(&word) {
        Some(Named::Day(day)) => {
            cursor.at = to;
            cursor.skip_space();
            match superfluous(cursor, at, day) {
                Some(fault) => Err(fault),
                None => Ok(u8::try_from(day).ok()),
            }
        }
        Some(Named::Group(_)) => Err(Fault::new(at, "expected one day, such as Fri 22:00")),
        None => match meant(&word).filter(|_| word.chars().count() > 1) {
            Some(day) if matches!(named(&day.to_lowercase()), Some(Named::Day(_))) => {
                Err(Fault::new(at, EXPECTED).fix(at, to, day))
            }
            _ => Ok(None),
        },
    }
}

/// A weekday before a date says nothing more, unless it is another day's.
fn superfluous(cursor: &Cursor, at: usize, day: usize) -> Option<Fault> {
    let mut ahead = Cursor::beginning_at(cursor, cursor.at);
    ahead.eat(',');
    ahead.skip_space();
    if !dates::at_date(&ahead) {
        return None;
    }
    let from = ahead.at;
    let fault = Fault::new(at, "a date needs no weekday before it");
    let same = dates::read(&mut ahead)
        .is_ok_and(|date| date.weekday().num_days_from_monday() as usize == day);
    // What is no date yet is corrected first, in another place.
    let other = dates::read(&mut Cursor::beginning_at(cursor, from)).err();
    match other {
        Some(fault) => Some(fault),
        None if same => Some(fault.fix(at, from, "")),
        None => Some(Fault::new(at, "the weekday is not that of the date")),
    }
}

/// `midnight`, `noon`, `tonight 22:00`, `tomorrow`.
fn in_words(cursor: &Cursor) -> Option<Fault> {
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    let fault = Fault::new(at, EXPECTED);
    match word.as_str() {
        "midnight" | "mitternacht" | "minuit" => Some(fault.fix(at, to, "24:00")),
        "noon" | "midday" | "mittag" | "midi" => Some(fault.fix(at, to, "12:00")),
        "tonight" | "today" | "heute" | "hoje" | "hoy" => {
            let rest = Cursor::beginning_at(cursor, to + cursor.spaces_from(to)).rest();
            let timed = rest.contains(|c: char| c.is_ascii_digit());
            Some(match timed {
                true => fault.fix(at, to + cursor.spaces_from(to), ""),
                false => fault,
            })
        }
        "tomorrow" | "morgen" | "amanhã" | "mañana" => Some(Fault::new(
            at,
            "nobody can tell later which day that was: write its date, such as 2026-11-24",
        )),
        _ => None,
    }
}

/// `8` and `8h` may be in the evening, or a length of time: only hours past noon, minutes, or am and pm make it plain.
fn only_hour(cursor: &Cursor, at: usize, mut fault: Fault) -> Fault {
    let Some(fix) = &fault.fix else {
        return fault;
    };
    let written = cursor.slice(fix.from, fix.to).to_lowercase();
    let digits = written.chars().take_while(char::is_ascii_digit).count();
    let bare = fix.from == at && matches!(written.get(digits..), Some("" | "h"));
    let hour = written.get(..digits).and_then(|hour| hour.parse().ok());
    let early = hour.is_some_and(|hour: u32| hour <= 12) || written.ends_with('h');
    if bare && digits <= 2 && early || time::is_past_midnight(&fault) {
        fault.fix = None;
    }
    fault
}

/// A weekday or a word of the clock behind the time.
fn behind_the_time(cursor: &Cursor, bare: bool, (at, to): (usize, usize)) -> Option<Fault> {
    let mut ahead = Cursor::beginning_at(cursor, to);
    ahead.skip_space();
    if let Some(fault) = habits::clock(&ahead) {
        return Some(fault);
    }
    if ahead.word().as_str() == "on" {
        ahead.at += 2;
        ahead.skip_space();
    }
    let word = ahead.word();
    let name = match named(&word) {
        Some(Named::Day(_)) => word.to_string(),
        Some(Named::Group(_)) => return None,
        None => meant(&word)
            .filter(|_| word.chars().count() > 2)?
            .to_owned(),
    };
    let name = super::weekdays::NAMES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(&name))
        .filter(|_| bare)?;
    let time = cursor.slice(at, to);
    let end = ahead.at + word.chars().count();
    Some(Fault::new(ahead.at, "the day comes before its time").fix(
        at,
        end,
        format!("{name} {time}"),
    ))
}

/// A date, its time and its offset.
fn dated(cursor: &mut Cursor, zone: Tz, side: Side, at: usize) -> Result<Written, Fault> {
    let date = dates::read(cursor)?;
    let behind = cursor.at;
    let seconds = clock(cursor)?;
    let timed = cursor.at > behind && seconds.is_some();
    let seconds = seconds.unwrap_or_default();
    let offset = offset(cursor)?;
    let far = || Fault::new(at, "expected a date within the calendar");
    let local = date
        .and_hms_opt(0, 0, 0)
        .and_then(|day| day.checked_add_signed(seconds))
        .ok_or_else(far)?;
    let instant = match (offset, side) {
        (Some(offset), _) => local.checked_sub_signed(offset).map(|utc| utc.and_utc()),
        (None, Side::Begin(power)) => begin(date, seconds, zone, power),
        (None, Side::End) => later(local, zone),
    };
    Ok(Written {
        moment: Moment::At(instant.ok_or_else(far)?),
        date: Some(date),
        timed,
        at,
    })
}

/// The instant at which a hold begins: no time on is shorter than written, whichever way the clock goes.
fn begin(date: NaiveDate, seconds: TimeDelta, zone: Tz, power: Power) -> Option<DateTime<Utc>> {
    let repeat = match power {
        Power::On => Repeat::First,
        Power::Off => Repeat::Second,
    };
    let minutes = u16::try_from(seconds.num_minutes()).ok()?;
    let instant = wall::instant(zone, date, minutes, repeat)?;
    instant.checked_add_signed(TimeDelta::seconds(seconds.num_seconds() % 60))
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

/// The time after the date, from its midnight, if one is written.
fn clock(cursor: &mut Cursor) -> Result<Option<TimeDelta>, Fault> {
    let mark = matches!(cursor.peek(), Some('T' | 't'))
        && cursor.ahead(1).is_some_and(|c| c.is_ascii_digit());
    if !mark {
        cursor.skip_space();
        if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return match habits::filler(cursor).or_else(|| habits::between_days_and_time(cursor)) {
                Some(fault) if !matches!(cursor.peek(), Some('-')) => Err(fault),
                _ => Ok(None),
            };
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
        // Past midnight it would be the next day's.
        _ => time::read(cursor, true).map_err(|fault| only_hour(cursor, at, fault))?,
    };
    let mut behind = Cursor::beginning_at(cursor, cursor.at);
    behind.skip_space();
    if let Some(fault) = habits::clock(&behind) {
        return Err(fault);
    }
    Ok(Some(TimeDelta::seconds(i64::from(minutes) * 60 + seconds)))
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
        // With a space behind it, it stands between two moments.
        Some('-' | '−') if cursor.ahead(1).is_some_and(|c| c.is_ascii_digit()) => -1,
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
