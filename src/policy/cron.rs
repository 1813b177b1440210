//! Edges in cron form (`start 0 8 * * 1-5`): recognised, not yet read.

use super::cursor::Cursor;
use super::days::NAMES;
use super::error::Fault;

const FIELDS: usize = 5;

/// The fault of a cron line that stands next, with the same edge in days and a time where it has one.
pub(super) fn refuse(cursor: &Cursor) -> Option<Fault> {
    let rest = cursor.rest();
    let line = rest.split(';').next().unwrap_or_default();
    let fields: Vec<&str> = line.split_whitespace().take(FIELDS).collect();
    let field = |field: &&str| {
        field.starts_with(|c: char| c.is_ascii_digit() || c == '*')
            && field.chars().all(|c| {
                c.is_ascii_alphanumeric() || matches!(c, '*' | ',' | '-' | '/' | '#' | '?')
            })
    };
    if fields.len() < FIELDS || !fields[..FIELDS - 1].iter().all(field) {
        return None;
    }
    let fault = Fault::new(
        cursor.at,
        "edges in cron form are not read by this version: expected days and a time, such as Mon-Fri 08:00",
    );
    let to = cursor.at + length(line);
    Some(match same(&fields) {
        Some(same) => fault.fix(cursor.at, to, same),
        None => fault,
    })
}

/// How many characters the fields take.
fn length(line: &str) -> usize {
    let (mut fields, mut inside) = (0, false);
    for (at, c) in line.chars().enumerate() {
        if inside && c.is_whitespace() && fields == FIELDS {
            return at;
        }
        if !c.is_whitespace() && !inside {
            fields += 1;
        }
        inside = !c.is_whitespace();
    }
    line.chars().count()
}

fn same(fields: &[&str]) -> Option<String> {
    let [minute, hour, "*" | "?", "*", weekdays] = *fields else {
        return None;
    };
    let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok()?);
    let days: String = match weekdays {
        "*" | "?" => "daily".into(),
        _ => weekdays.chars().map(day).collect::<Option<_>>()?,
    };
    Some(format!("{days} {hour:02}:{minute:02}"))
}

fn day(c: char) -> Option<String> {
    match c.to_digit(10) {
        Some(number @ 0..=7) => Some(NAMES[(number as usize + 6) % 7].into()),
        Some(_) => None,
        None => Some(c.into()),
    }
}
