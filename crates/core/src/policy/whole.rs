//! Schedules of one word: `always`, `never`, `none`, and those that the platform named.

use super::cursor::Cursor;
use super::fault::Fault;
use super::suggest::nearest;
use super::weekdays::named;
use crate::schedule::{Rules, Schedule};
use std::collections::BTreeMap;

/// What a schedule may be.
pub(super) const EXPECTED: &str = "expected days and times such as Mon-Fri 08:00-19:00, an edge such as stop daily 19:00, or always, never or none";

/// A schedule that the platform named in its settings, if its name is next.
pub(super) fn by_name<'a>(
    cursor: &mut Cursor,
    schedules: &'a BTreeMap<String, Schedule>,
) -> Option<&'a Schedule> {
    if schedules.is_empty() {
        return None;
    }
    let name = cursor.token();
    let known = schedules.get(&name.to_lowercase())?;
    cursor.at += name.chars().count();
    Some(known)
}

/// `always`, `never` and `none`, and the faults of values that are one word only.
pub(super) fn whole(
    cursor: &mut Cursor,
    schedules: &BTreeMap<String, Schedule>,
) -> Result<Option<Rules>, Fault> {
    let word = cursor.word();
    let rules = match word.as_str() {
        "always" => Rules::Always,
        "never" => Rules::Never,
        "none" => Rules::None,
        _ => return one_word(cursor, &word, schedules).map_or(Ok(None), Err),
    };
    cursor.at += word.chars().count();
    match cursor.peek() {
        Some(c) if !c.is_whitespace() => {
            let at = cursor.at;
            Err(Fault::new(
                at,
                format!("expected nothing but a zone after {}", word.as_str()),
            )
            .fix(at, at + 1, " "))
        }
        _ => Ok(Some(rules)),
    }
}

/// A value of one word that is neither days nor `start` nor `stop`: a slip.
fn one_word(cursor: &Cursor, word: &str, schedules: &BTreeMap<String, Schedule>) -> Option<Fault> {
    if matches!(word, "start" | "stop") || named(word).is_some() {
        return None;
    }
    if cursor.peek() == Some('2') && matches!(cursor.token().as_str(), "24/7" | "24x7" | "24h") {
        let (at, to) = (cursor.at, cursor.at + cursor.token().chars().count());
        return Some(Fault::new(at, EXPECTED).fix(at, to, "always"));
    }
    let (at, token) = (cursor.at, cursor.rest());
    let token = token.trim_end();
    if token.is_empty() {
        return Some(Fault::new(at, format!("the value is empty: {EXPECTED}")));
    }
    let name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let to = at + token.chars().count();
    if word.is_empty() || !token.chars().all(name) || token.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let names: Vec<&str> = schedules.keys().take(8).map(String::as_str).collect();
    let message = match names[..] {
        [] => format!("{EXPECTED}; no schedule has this name"),
        _ => format!("{EXPECTED}, or a schedule by name: {}", names.join(", ")),
    };
    let fault = Fault::new(at, message);
    let lower = token.to_lowercase();
    let known = schedules
        .keys()
        .map(String::as_str)
        .chain(["always", "never", "none"]);
    Some(match (lower.as_str(), nearest(&lower, known)) {
        ("on" | "24x7", _) => fault.fix(at, to, "always"),
        ("off", _) => fault.fix(at, to, "never"),
        ("no" | "null", _) => fault.fix(at, to, "none"),
        (_, Some(meant)) => fault.fix(at, to, meant),
        _ => fault,
    })
}
