//! Times of day: `8:00`, `08:00`, and `24:00` where a window ends.

use super::cursor::Cursor;
use super::fault::Fault;

const EXPECTED: &str = "expected a time of day such as 08:00";

/// Reads a time of day, in minutes after midnight: 0..=1439, and 1440 where `end` allows it.
pub(super) fn read(cursor: &mut Cursor, end: bool) -> Result<u16, Fault> {
    let at = cursor.at;
    if let Some(plain) = plain(cursor) {
        return Ok(plain);
    }
    let hours = cursor.take_while(|c| c.is_ascii_digit());
    let colon = cursor.peek() == Some(':');
    let minutes = match colon {
        true => {
            cursor.at += 1;
            cursor.take_while(|c| c.is_ascii_digit())
        }
        false => String::new(),
    };
    let half_day = half_day(cursor);
    if hours.is_empty() {
        return Err(Fault::new(at, EXPECTED));
    }
    if !colon
        || half_day.is_some()
        || minutes.len() != 2
        || hours.len() > 2
        || cursor.peek() == Some(':')
    {
        return Err(other_clock(cursor, at, &hours, &minutes, half_day));
    }
    // Two digits at most, so both numbers are small.
    let (hour, minute) = (
        hours.parse::<u16>().unwrap_or(99),
        minutes.parse::<u16>().unwrap_or(99),
    );
    let total = hour * 60 + minute;
    if minute < 60 && (total < 1440 || (total == 1440 && end)) {
        return Ok(total);
    }
    Err(beyond(hour, minute, end, at, cursor.at))
}

/// Takes `8:00` or `08:00` with nothing of another clock behind it: what almost everybody writes.
fn plain(cursor: &mut Cursor) -> Option<u16> {
    let digit = |by| {
        let digit = cursor.ahead(by)?.to_digit(10)?;
        u16::try_from(digit).ok()
    };
    let first = digit(0)?;
    let (hour, colon) = match digit(1) {
        Some(second) => (first * 10 + second, 2),
        None => (first, 1),
    };
    let minute = digit(colon + 1)? * 10 + digit(colon + 2)?;
    let after = colon + 3;
    let plain = cursor.ahead(colon) == Some(':')
        && hour < 24
        && minute < 60
        && matches!(cursor.ahead(after), None | Some('-' | ',' | ';' | ' '))
        && !(cursor.ahead(after) == Some(' ')
            && matches!(cursor.ahead(after + 1), Some('a' | 'A' | 'p' | 'P' | ' ')));
    if plain {
        cursor.at += after;
    }
    plain.then_some(hour * 60 + minute)
}

/// Whether a fault is of a time past midnight: its correction belongs to the next day, and only who knows the days
/// can say whether that is meant.
pub(super) fn is_past_midnight(fault: &Fault) -> bool {
    fault.message == PAST || fault.message == MIDNIGHT
}

const PAST: &str = "hours go from 00 to 23, and 24:00 where a window ends";
const MIDNIGHT: &str = "24:00 can only end a window; midnight as a beginning is 00:00";

/// A time that no clock shows, with the one that it would be.
fn beyond(hour: u16, minute: u16, end: bool, at: usize, to: usize) -> Fault {
    let (message, minutes) = match (hour, minute) {
        (24, 0) => (MIDNIGHT, Some(0)),
        (0..=23, 60) => ("minutes go from 00 to 59", Some(hour * 60 + 60)),
        (_, 60..) => ("minutes go from 00 to 59", None),
        (24..=47, _) => (PAST, Some(hour * 60 + minute - 1440)),
        _ => (PAST, None),
    };
    let fault = Fault::new(at, message);
    match minutes {
        Some(1440) if !end => fault.fix(at, to, "00:00"),
        Some(minutes) => fault.fix(at, to, print(minutes)),
        None => fault,
    }
}

/// `am`, `pm` and how many characters from here they take, the space before them included.
fn half_day(cursor: &Cursor) -> Option<(bool, usize)> {
    let spaces = (0..).take_while(|by| cursor.ahead(*by).is_some_and(char::is_whitespace));
    if !matches!(cursor.ahead(spaces.count()), Some('a' | 'A' | 'p' | 'P')) {
        return None;
    }
    let rest = cursor.rest().to_lowercase();
    let word = rest.trim_start();
    let space = rest.chars().count() - word.chars().count();
    [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)]
        .into_iter()
        .find_map(|(mark, pm)| {
            let after = word.strip_prefix(mark)?.chars().next();
            (!after.is_some_and(char::is_alphanumeric)).then_some((pm, space + mark.len()))
        })
}

/// A time as other clocks and hands write it (`8`, `8am`, `8h30`, `8.30`, `0800`), corrected where its meaning is plain.
fn other_clock(
    cursor: &mut Cursor,
    at: usize,
    hours: &str,
    minutes: &str,
    half_day: Option<(bool, usize)>,
) -> Fault {
    let mut to = cursor.at;
    let (mut hours, mut minutes) = (hours.to_owned(), minutes.to_owned());
    if let Some((_, length)) = half_day {
        to += length;
    } else if minutes.is_empty()
        && matches!(cursor.peek(), Some('h' | 'H' | '.' | '：' | '∶'))
        && !matches!((cursor.peek(), cursor.ahead(1)), (Some('.'), Some('.')))
    {
        cursor.at += 1;
        minutes = cursor.take_while(|c| c.is_ascii_digit());
        to = cursor.at;
    } else if cursor.slice(to, to + 3) == ":00" {
        to += 3;
    }
    if minutes.is_empty() && matches!(hours.len(), 3 | 4) {
        minutes = hours.split_off(hours.len() - 2);
    }
    let message = format!("{EXPECTED}, on the 24-hour clock with two digits of minutes");
    let fault = Fault::new(at, message);
    let (Ok(hour), Ok(minute)) = (hours.parse::<u16>(), format!("0{minutes}").parse::<u16>())
    else {
        return fault;
    };
    let hour = match half_day {
        Some((_, _)) if !(1..=12).contains(&hour) => return fault,
        Some((pm, _)) => hour % 12 + if pm { 12 } else { 0 },
        None => hour,
    };
    if hour > 47 || minute > 59 {
        return fault;
    }
    fault.fix(at, to, format!("{hour:02}:{minute:02}"))
}

/// Prints minutes after midnight as `08:00`.
pub(super) fn print(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The fault of a time of day at `at` that has seconds behind it.
pub(super) fn unread(at: usize) -> Fault {
    Fault::new(at, EXPECTED)
}

/// `9-5` is from nine in the morning to five in the afternoon: a bare hour before the start is of the other half day.
pub(super) fn half_past(mut fault: Fault, start: u16, at: usize) -> Fault {
    let Some(fix) = &mut fault.fix else {
        return fault;
    };
    let meant = read(&mut Cursor::new(&fix.with), true);
    if let Ok(end) = meant
        && fix.from == at
        && fix.to - at <= 2
        && end <= start
        && end <= 720
        && start < 720
    {
        fix.with = print(end + 720);
    }
    fault
}

/// A time past midnight is corrected only where the day that it falls on makes no difference.
pub(super) fn same_day(mut fault: Fault, daily: bool) -> Fault {
    if is_past_midnight(&fault) && !daily {
        fault.fix = None;
    }
    fault
}

/// The end of a window past midnight is that of the next day, if that makes the window end within a day.
pub(super) fn overnight(mut fault: Fault, start: u16) -> Fault {
    let meant = fault.fix.as_ref();
    let meant = meant.map(|fix| read(&mut Cursor::new(&fix.with), true));
    if is_past_midnight(&fault) && !matches!(meant, Some(Ok(end)) if end < start) {
        fault.fix = None;
    }
    fault
}
