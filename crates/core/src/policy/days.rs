//! Lists and ranges of weekdays; a range may wrap over the end of the week.

use super::cursor::Cursor;
use super::fault::Fault;
use super::habits;
use super::weekdays::{NAMES, Named, meant, named, translated};
use crate::schedule::Days;

/// Reads a list of days and ranges. A comma that no day follows is left for the caller.
pub(super) fn read(cursor: &mut Cursor) -> Result<Days, Fault> {
    let mut days = item(cursor)?;
    loop {
        let before = cursor.at;
        cursor.skip_space();
        if !cursor.eat(',') {
            if !cursor.peek().is_some_and(|c| c.is_ascii_digit())
                && let Some(fault) = habits::and(cursor)
            {
                return Err(fault);
            }
            let at = cursor.at;
            let word = cursor.word();
            let day = || {
                let other = translated(&word).is_some_and(|day| NAMES.contains(&day));
                other || matches!(named(&word), Some(Named::Day(_)))
            };
            if at > before && !word.is_empty() && day() {
                return Err(Fault::new(at, "expected a comma between days").fix(before, at, ","));
            }
            cursor.at = before;
            return Ok(days);
        }
        cursor.skip_space();
        let next = cursor.word();
        if next.is_empty() || matches!(next.as_str(), "start" | "stop") {
            cursor.at = before;
            return Ok(days);
        }
        days = Days(days.0 | item(cursor)?.0);
    }
}

fn item(cursor: &mut Cursor) -> Result<Days, Fault> {
    let first = match one(cursor)? {
        Named::Group(days) => return Ok(days),
        Named::Day(day) => day,
    };
    let before = cursor.at;
    if !cursor.dash()? {
        return Ok(Days(1 << first));
    }
    let at = cursor.at;
    if cursor.word().is_empty() {
        return Err(Fault::new(
            at,
            "expected the last day of the range, such as Fri",
        ));
    }
    let Named::Day(last) = one(cursor)? else {
        return Err(
            Fault::new(at, "expected one day, such as Fri, after the hyphen").fix(before, at, ","),
        );
    };
    let length = (last + 7 - first) % 7;
    Ok(Days(
        (0..=length).fold(0, |days, step| days | 1 << ((first + step) % 7)),
    ))
}

fn one(cursor: &mut Cursor) -> Result<Named, Fault> {
    let at = cursor.at;
    let word = cursor.word();
    if let Some(named) = named(&word) {
        cursor.at += word.chars().count();
        // `Mon.` and `Mon:` are habits that mean nothing here; `Mon..Fri` is a range.
        return match cursor.peek() {
            Some(mark @ ('.' | ':')) if cursor.ahead(1) != Some('.') => Err(Fault::new(
                cursor.at,
                format!("{mark} is not expected here"),
            )
            .fix(cursor.at, cursor.at + 1, "")),
            _ => Ok(named),
        };
    }
    if let Some(fault) = habits::filler(cursor) {
        return Err(fault);
    }
    let message = format!(
        "{:?} is not a day: expected Mon to Sun, daily, weekdays or weekends",
        cursor.token()
    );
    let fault = Fault::new(at, message);
    let Some(meant) = meant(&word) else {
        return Err(fault);
    };
    let mut to = at + word.chars().count();
    let tail = cursor.slice(to, to + "-feira".len());
    if tail.eq_ignore_ascii_case("-feira") {
        to += "-feira".len();
    }
    Err(fault.fix(at, to, meant))
}
