//! Dates: `2026-11-24` is read, and what people write in its place is corrected where only one reading is possible.

use super::cursor::{Cursor, DASHES};
use super::fault::Fault;
use chrono::{Days, NaiveDate};

const EXPECTED: &str = "expected a date as year-month-day, such as 2026-11-24";

/// Each month by its names in English, German, Portuguese, Spanish, French and Italian.
const MONTHS: [&str; 12] = [
    "january januar janeiro enero janvier gennaio jänner",
    "february februar fevereiro febrero février fevrier febbraio",
    "march märz maerz mrz março marco marzo mars",
    "april abril avril aprile",
    "may mai maio mayo maggio",
    "june juni junho junio juin giugno",
    "july juli julho julio juillet luglio",
    "august agosto août aout",
    "september setembro septiembre septembre settembre",
    "october oktober outubro octubre octobre ottobre",
    "november novembro noviembre novembre",
    "december dezember dezembro diciembre décembre decembre dicembre",
];

/// Whether what is next begins a date: a number with a date's marks or a month behind it, or a month.
pub(super) fn at_date(cursor: &Cursor) -> bool {
    let token = cursor.token();
    let token = token.split("..").next().unwrap_or_default();
    let digits = token.chars().take_while(char::is_ascii_digit).count();
    let mut behind = token.chars().skip(digits);
    match (digits, behind.next()) {
        (0, _) => month(&cursor.word()).is_some(),
        (_, Some('-' | '/')) => true,
        // 24.11.2026, and not 22.30
        (_, Some('.')) => {
            token.matches('.').count() == 2 || digits < 3 && written_out(cursor).is_some()
        }
        (8, None) => true,
        (1 | 2, _) => written_out(cursor).is_some() || yearless(cursor),
        _ => false,
    }
}

/// Reads a date.
pub(super) fn read(cursor: &mut Cursor) -> Result<NaiveDate, Fault> {
    let at = cursor.at;
    if let Some(spelled) = written_out(cursor) {
        return Err(Fault::new(at, EXPECTED).fix(at, spelled.to, spelled.date.to_string()));
    }
    if yearless(cursor) {
        return Err(Fault::new(at, format!("a date without a year; {EXPECTED}")));
    }
    let token = cursor.take_while(|c| {
        c.is_ascii_digit() || matches!(c, '-' | '.' | '/') || c != '~' && DASHES.contains(&c)
    });
    // Two dots stand between two dates.
    let token = token.split("..").next().unwrap_or_default();
    cursor.at = at + token.chars().count();
    let fault = Fault::new(at, EXPECTED);
    if let (8, Some(date)) = (token.len(), compact(token)) {
        return Err(fault.fix(at, cursor.at, date.to_string()));
    }
    let parts: Vec<&str> = token.split(|c: char| !c.is_ascii_digit()).collect();
    let [first, second, third] = parts[..] else {
        return Err(fault);
    };
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return Err(fault);
    };
    let written = format!("{a:04}-{b:02}-{c:02}");
    if first.len() == 4 && token == written {
        return date(a, b, c).ok_or_else(|| no_such_date(cursor, at, (a, b, c)));
    }
    Err(
        match (first.len(), only_reading(a, b, c, token.contains('.'))) {
            (4, _) => fault.fix(at, cursor.at, written),
            (1 | 2, Some(meant)) if third.len() == 4 => fault.fix(at, cursor.at, meant.to_string()),
            _ => fault,
        },
    )
}

fn number(text: &str) -> Option<u32> {
    if text.len() > 4 {
        None
    } else {
        text.parse().ok()
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Day and month cannot be told apart unless one of them is past 12 or both are the same; with dots the day is first.
fn only_reading(a: u32, b: u32, year: u32, dots: bool) -> Option<NaiveDate> {
    let (day_first, month_first) = (date(year, b, a), date(year, a, b));
    match (day_first, month_first) {
        (Some(date), None) => Some(date),
        (Some(date), Some(_)) if dots || a == b => Some(date),
        (None, Some(date)) => Some(date),
        _ => None,
    }
}

/// `20261124`
fn compact(token: &str) -> Option<NaiveDate> {
    let part = |from, to| number(token.get(from..to)?);
    date(part(0, 4)?, part(4, 6)?, part(6, 8)?)
        .filter(|_| token.bytes().all(|b| b.is_ascii_digit()))
}

/// `until 2026-11-31` is to the end of November, which is where December begins. With a time of day, nobody can tell.
fn no_such_date(cursor: &Cursor, at: usize, (year, month, day): (u32, u32, u32)) -> Fault {
    let fault = Fault::new(at, "there is no such date");
    let last = (28..=31).rev().find_map(|day| date(year, month, day));
    let next = last.and_then(|last| last.checked_add_days(Days::new(1)));
    let behind = cursor.spaces_from(cursor.at) + cursor.at;
    let timed = cursor.ahead(0).is_some_and(|c| matches!(c, 'T' | 't'))
        || Cursor::beginning_at(cursor, behind)
            .peek()
            .is_some_and(|c| c.is_ascii_digit());
    match next {
        Some(next) if (29..=31).contains(&day) && !timed => {
            fault.fix(at, cursor.at, next.to_string())
        }
        _ => fault,
    }
}

struct SpelledDate {
    date: NaiveDate,
    to: usize,
}

/// A date with its month as a word: `24 Dec 2026`, `24. Dezember 2026`, `December 24th, 2026`, `24-Dec-2026`.
fn written_out(cursor: &Cursor) -> Option<SpelledDate> {
    let (words, to) = words(cursor, 3);
    let [first, second, year] = &words[..] else {
        return None;
    };
    let (day, month) = match (day(first), month(second)) {
        (Some(day), Some(month)) => (day, month),
        _ => (day(second)?, month(first)?),
    };
    let year = Some(year).filter(|year| year.len() == 4)?;
    let date = date(number(year)?, month, day)?;
    Some(SpelledDate { date, to })
}

/// `24 Dec`, with no year behind it.
fn yearless(cursor: &Cursor) -> bool {
    match &words(cursor, 2).0[..] {
        [first, second] => {
            day(first).is_some() && month(second).is_some()
                || month(first).is_some() && day(second).is_some()
        }
        _ => false,
    }
}

/// The next words and numbers, at most so many, without the marks between them and without `de`; and where they end.
fn words(cursor: &Cursor, most: usize) -> (Vec<String>, usize) {
    let mut ahead = Cursor::beginning_at(cursor, cursor.at);
    let mut words = Vec::new();
    let mut to = ahead.at;
    while words.len() < most {
        let word = ahead.take_while(char::is_alphanumeric).to_lowercase();
        match word.as_str() {
            "" => break,
            "de" | "of" => {}
            _ => {
                words.push(word);
                to = ahead.at;
            }
        }
        ahead.take_while(|c| c.is_whitespace() || matches!(c, '.' | ',' | '-' | '/'));
    }
    (words, to)
}

fn day(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    let day = Some(digits).filter(|digits| digits.len() <= 2)?;
    day.parse().ok().filter(|day| (1..=31).contains(day))
}

/// The month, from 1, that a word names, or that it is the beginning of.
fn month(word: &str) -> Option<u32> {
    if word.chars().count() < 3 {
        return None;
    }
    let mut meant = (1..)
        .zip(MONTHS)
        .filter(|(_, names)| names.split(' ').any(|name| name.starts_with(word)))
        .map(|(month, _)| month);
    let month = meant.next()?;
    meant.next().is_none().then_some(month)
}
