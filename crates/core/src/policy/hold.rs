//! `lamp-hold`: `on until 2026-11-24 02:00`, `off from 2026-12-24 to 2027-01-02`, `on for 3h`.

use super::cursor::{Cursor, DASHES};
use super::fault::{Fault, Fix};
use super::held::{Hold, HoldEnd, Moment};
use super::moment::{self, Side, Written};
use super::suggest::nearest;
use super::{dates, habits, simple};
use crate::schedule::Power;
use crate::tz::Tz;
use chrono::Datelike;

const EXPECTED: &str = "expected on or off and its end, such as on until 2026-11-24 02:00";
const NO_END: &str = "a hold without an end is refused: expected until and a time or a date, such as until 2026-11-24 02:00";

/// Reads a hold; a time without an offset is on the wall in `zone`.
pub(super) fn parse(text: &str, zone: Tz) -> Result<Hold, Fault> {
    simple::plain(text)?;
    if let Some(fault) = habits::quoted(text) {
        return Err(fault);
    }
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    let power = power(&mut cursor)?;
    let from = from(&mut cursor, zone, power)?;
    let end = end(&mut cursor, zone, from.as_ref())?;
    cursor.skip_space();
    if cursor.at < cursor.end() {
        let message = "nothing is expected after the end of the hold; another place's time is written with its offset, such as 2026-11-24 02:00+01:00";
        return Err(Fault::new(cursor.at, message));
    }
    Ok(Hold {
        power,
        from: from.map(|from| from.moment),
        end,
    })
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

/// Words that people write for `from` and `until`.
const FROM: [&str; 6] = ["between", "von", "ab", "desde", "starting", "de"];
const UNTIL: [&str; 8] = ["till", "til", "to", "bis", "até", "ate", "by", "through"];

fn from(cursor: &mut Cursor, zone: Tz, power: Power) -> Result<Option<Written>, Fault> {
    cursor.skip_space();
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    if FROM.contains(&word.as_str()) {
        return Err(Fault::new(at, EXPECTED).fix(at, to, "from"));
    }
    if word.as_str() != "from" {
        return Ok(None);
    }
    cursor.at = to;
    cursor.skip_space();
    if cursor.word().as_str() == "now" {
        let end = cursor.at + "now".len();
        let fault = Fault::new(at, "a hold begins at once where no beginning is written");
        return Err(fault.fix(at, end + cursor.spaces_from(end), ""));
    }
    moment::read(cursor, zone, Side::Begin(power)).map(Some)
}

/// `until` and a moment, or `for` and a length of time.
fn end(cursor: &mut Cursor, zone: Tz, from: Option<&Written>) -> Result<HoldEnd, Fault> {
    cursor.skip_space();
    let (at, word) = (cursor.at, cursor.word());
    let to = at + word.chars().count();
    if word.as_str() == "for" {
        cursor.at = to;
        cursor.skip_space();
        return length(cursor).map(HoldEnd::For);
    }
    if word.as_str() != "until" && !(from.is_some() && word.as_str() == "to") {
        return Err(no_end(cursor, (at, to), &word, from.is_some()));
    }
    cursor.at = to;
    cursor.skip_space();
    if cursor.at == cursor.end() {
        let message = "expected the time at which the hold ends, such as 22:00 or 2026-11-24";
        return Err(Fault::new(cursor.at, message));
    }
    let until = moment::read(cursor, zone, Side::End)?;
    match from.and_then(|from| backwards(cursor, from, &until)) {
        Some(fault) => Err(fault),
        None => Ok(HoldEnd::Until(until.moment)),
    }
}

/// A length of time to the end of the value.
fn length(cursor: &mut Cursor) -> Result<std::time::Duration, Fault> {
    let at = cursor.at;
    let length = simple::length(&cursor.rest()).map_err(|mut fault| {
        fault.at += at;
        fault.fix = fault.fix.map(|fix| Fix {
            from: fix.from + at,
            to: fix.to + at,
            with: fix.with,
        });
        fault
    })?;
    cursor.at = cursor.end();
    // What is printed reads back as the same, and has no fractions.
    Ok(std::time::Duration::from_secs(length.as_secs()))
}

/// What stands where `until` is expected, and what it must mean.
fn no_end(cursor: &Cursor, (at, to): (usize, usize), word: &str, begun: bool) -> Fault {
    let fault = Fault::new(at, NO_END);
    if begun {
        let dash = cursor.peek().filter(|c| *c == '-' || DASHES.contains(c));
        let dots = cursor.slice(at, at + 2) == "..";
        if dash.is_some() || dots {
            let to = at + if dots { 2 } else { 1 };
            return fault.fix(at, to + cursor.spaces_from(to), " until ");
        }
    }
    if !word.is_empty() {
        let meant =
            UNTIL.contains(&word) || begun && word == "and" || nearest(word, ["until"]).is_some();
        return if meant {
            fault.fix(at, to, "until")
        } else {
            fault
        };
    }
    let rest = cursor.rest().to_lowercase();
    let between = [" to ", " until ", " till ", " bis ", " - ", " – ", ".."];
    match cursor.peek() {
        Some(c) if !c.is_ascii_digit() => fault,
        Some(_) if between.iter().any(|between| rest.contains(between)) => {
            fault.fix(at, at, "from ")
        }
        Some(_) if dates::at_date(cursor) => fault.fix(at, at, "until "),
        // `3h`, and not `20h`, which is a time of day in many places.
        Some(_)
            if length(&mut Cursor::beginning_at(cursor, at)).is_ok() && !of_the_clock(&rest) =>
        {
            fault.fix(at, at, "for ")
        }
        _ => fault,
    }
}

fn of_the_clock(rest: &str) -> bool {
    let hours = rest.trim().strip_suffix('h');
    hours.is_some_and(|hours| {
        hours
            .parse::<u32>()
            .is_ok_and(|hours| (13..=24).contains(&hours))
    })
}

/// A hold that would end before it begins, or as it does.
fn backwards(cursor: &Cursor, from: &Written, until: &Written) -> Option<Fault> {
    let (Moment::At(begin), Moment::At(end)) = (from.moment, until.moment) else {
        return None;
    };
    if begin < end {
        return None;
    }
    let fault = Fault::new(until.at, "the hold ends before it begins");
    let (Some(first), Some(last)) = (from.date, until.date) else {
        return Some(fault);
    };
    if first == last && !from.timed && !until.timed {
        // One date is that whole day.
        return Some(fault.fix(until.at, cursor.at, format!("{last} 24:00")));
    }
    // From December to January, with the year before New Year's Eve.
    let next_year = last.with_year(last.year() + 1);
    let same_year = first.year() == last.year() && first.month() > last.month() + 6;
    Some(match next_year.filter(|_| same_year) {
        Some(date) => fault.fix(until.at, until.at + "2026-01-01".len(), date.to_string()),
        None => fault,
    })
}
