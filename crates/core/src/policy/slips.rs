//! Slips in schedules that only several words together show: days as numbers, days behind their time, quotes around a
//! cron line. Not read, but corrected.

use super::cursor::Cursor;
use super::fault::Fault;
use super::habits;
use super::weekdays::{NAMES, named, translated};

/// `1-5 08:00-19:00`: days by the numbers that cron and calendars give them. With nothing behind them, nobody can tell
/// them from hours.
pub(super) fn day_numbers(cursor: &Cursor) -> Option<Fault> {
    // Asked of every edge and window, so told by two characters.
    let begins = matches!(cursor.peek(), Some('0'..='7'))
        && matches!(cursor.ahead(1), Some('-' | ',' | '–'));
    if !begins {
        return None;
    }
    let mut ahead = Cursor::beginning_at(cursor, cursor.at);
    let at = cursor.at;
    let text = ahead.take_while(|c| matches!(c, '0'..='7' | '-' | ',' | '–'));
    let to = ahead.at;
    let end = ahead.peek().is_none_or(char::is_whitespace);
    if !end || text.chars().count() < 3 {
        return None;
    }
    // Sunday is both 0 and 7.
    let name = |number: &str| {
        let number = Some(number).filter(|number| number.len() == 1)?;
        let number: usize = number.parse().ok()?;
        NAMES.get((number + 6) % 7).copied()
    };
    let items = text.split(',').map(|item| {
        let ends: Option<Vec<&str>> = item.split(['-', '–']).map(name).collect();
        ends.filter(|ends| ends.len() <= 2)
            .map(|ends| ends.join("-"))
    });
    let names = items.collect::<Option<Vec<String>>>()?.join(",");
    ahead.skip_space();
    let time = ahead.take_while(|c| c.is_ascii_digit());
    let fault = Fault::new(at, "expected days by name, such as Mon-Fri");
    match (time.len(), ahead.peek()) {
        (0, _) => Some(fault),
        (1 | 2, Some(':' | '.' | 'h' | 'a' | 'p')) => Some(fault.fix(at, to, names)),
        _ => None,
    }
}

/// `stop 19:00 Fri`: days behind the edge's time, which stands at `from..to`, and before no other time.
pub(super) fn days_behind(cursor: &Cursor, (from, to): (usize, usize)) -> Option<Fault> {
    let mut ahead = Cursor::beginning_at(cursor, to);
    ahead.skip_space();
    while let Some(filler) = habits::filler(&ahead).or_else(|| on(&ahead)) {
        ahead.at = filler.fix?.to;
    }
    let at = ahead.at;
    if !is_day(&ahead) {
        return None;
    }
    let mut days = Cursor::beginning_at(cursor, at);
    // What is no day yet is corrected once it stands where days do.
    while !days.peek().is_none_or(|c| c == ';' || c.is_ascii_digit()) && !days.at_zone() {
        let word = days.word();
        let length = word.chars().count();
        let part = length == 0 || named(&word).is_some() || translated(&word).is_some();
        if !part && !matches!(word.as_str(), "to" | "and" | "through") {
            break;
        }
        days.at += length.max(1);
    }
    if days.peek().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let (names, time) = (cursor.slice(at, days.at), cursor.slice(from, to));
    let names = names
        .trim_matches(|c: char| c.is_whitespace() || c == ',')
        .to_owned();
    let tail = if days.at < cursor.end() { " " } else { "" };
    let tail = if days.peek() == Some(';') { "" } else { tail };
    let again = format!("{names} {time}{tail}");
    Some(Fault::new(at, "days stand before their times").fix(from, days.at, again))
}

fn on(cursor: &Cursor) -> Option<Fault> {
    let (at, on) = (cursor.at, cursor.word().as_str() == "on");
    let to = at + "on".len();
    on.then(|| Fault::new(at, "").fix(at, to + cursor.spaces_from(to), ""))
}

fn is_day(cursor: &Cursor) -> bool {
    let word = cursor.word();
    named(&word).is_some() || translated(&word).is_some()
}

/// `stop "0 19 * * *"`: quotes around a part of a rule.
pub(super) fn quoted(cursor: &Cursor) -> Option<Fault> {
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’');
    let at = cursor.at;
    cursor.peek().filter(|c| quote(*c))?;
    let rest = cursor.slice(at + 1, cursor.end());
    let inner: String = rest.chars().take_while(|c| !quote(*c)).collect();
    let to = at + 1 + inner.chars().count();
    let fault = Fault::new(at, "expected no quotes");
    Some(match to < cursor.end() {
        true => fault.fix(at, to + 1, inner.trim()),
        false => fault.fix(at, to, inner.trim()),
    })
}

/// `Mon-Fri all day`.
pub(super) fn all_day(cursor: &Cursor) -> Option<Fault> {
    let number = cursor.peek().is_some_and(|c| c.is_ascii_digit());
    if number && !matches!(cursor.ahead(2), Some('h' | '/')) {
        return None;
    }
    let rest = cursor.rest().to_lowercase();
    let written = [
        "all day",
        "all-day",
        "allday",
        "whole day",
        "ganztägig",
        "ganztags",
        "all the time",
        "around the clock",
        "24h",
        "24/7",
    ];
    let found = written
        .into_iter()
        .find(|written| rest.starts_with(written))?;
    let to = cursor.at + found.chars().count();
    let end = rest.get(found.len()..).and_then(|rest| rest.chars().next());
    if end.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let fault = Fault::new(cursor.at, "expected a window; the whole day is 00:00-24:00");
    Some(fault.fix(cursor.at, to, "00:00-24:00"))
}

/// `08:00 19:00`: a window without its hyphen.
pub(super) fn no_hyphen(cursor: &Cursor) -> Option<Fault> {
    let at = cursor.at;
    let to = at + cursor.spaces_from(at);
    let mut ahead = Cursor::beginning_at(cursor, to);
    let digits = ahead.take_while(|c| c.is_ascii_digit());
    let timed = matches!(ahead.peek(), Some(':' | '.' | 'h'));
    let fault = Fault::new(at, "expected a hyphen and the end of the window");
    (to > at && matches!(digits.len(), 1 | 2) && timed).then(|| fault.fix(at, to, "-"))
}
