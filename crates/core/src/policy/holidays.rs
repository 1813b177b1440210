//! `lamp-holidays`: `PT`, `DE-BY`, a calendar of the platform's own, several of them, or `none`.

use super::cursor::Cursor;
use super::defaults::Calendar;
use super::fault::Fault;
use super::simple;
use super::suggest::nearest;
use super::values::Holidays;
use crate::holidays;
use crate::schedule::DaysOff;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

const EXPECTED: &str = "expected a country or a part of one, such as PT or DE-BY, several with commas between, or none";

pub(super) fn parse(text: &str, calendars: &BTreeMap<String, Calendar>) -> Result<Holidays, Fault> {
    simple::plain(text)?;
    let mut cursor = Cursor::new(text);
    let mut holidays = Holidays::default();
    let mut days: Vec<DaysOff> = Vec::new();
    loop {
        cursor.skip_space();
        let at = cursor.at;
        let raw = cursor.take_while(|c| !matches!(c, ',' | ';'));
        let word = raw.trim_end();
        let to = at + word.chars().count();
        let lower = word.to_lowercase();
        if lower == "none" {
            if !holidays.calendars.is_empty() || cursor.peek().is_some() {
                return Err(Fault::new(at, "none stands alone"));
            }
            return Ok(holidays);
        }
        // A platform's own name goes before a country's.
        let own = calendars.get(&lower);
        let public = own.is_none().then(|| days_off(word)).flatten();
        match (own, public) {
            (Some(calendar), _) => {
                days.push(calendar.days_off.clone());
                holidays.own.push((lower.clone(), calendar.clone()));
                holidays.calendars.push(lower);
            }
            (None, Some(dates)) => {
                days.push(dates);
                holidays.calendars.push(word.to_ascii_uppercase());
            }
            (None, None) => return Err(unknown(word, at, to, calendars)),
        }
        let at = cursor.at;
        if cursor.eat(';') {
            return Err(Fault::new(at, "expected a comma between calendars").fix(at, at + 1, ","));
        }
        if !cursor.eat(',') {
            break;
        }
        if cursor.rest().trim().is_empty() {
            return Err(Fault::new(at, "nothing follows this comma").fix(at, cursor.end(), ""));
        }
    }
    holidays.days_off = all(&days);
    Ok(holidays)
}

fn all(days: &[DaysOff]) -> DaysOff {
    match days {
        [one] => one.clone(),
        several => several.iter().flat_map(DaysOff::dates).collect(),
    }
}

thread_local! {
    // A memo: a fleet names few places, and every resource of it is read in every sweep.
    static KNOWN: RefCell<HashMap<String, DaysOff>> = RefCell::default();
}

/// The public holidays of a country or a part of one; `None`: there is no such code.
fn days_off(code: &str) -> Option<DaysOff> {
    let code = code.to_ascii_uppercase();
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&code).cloned()) {
        return Some(known);
    }
    let days: DaysOff = holidays::public(&code)?.into_iter().collect();
    // Bounded by the codes that there are.
    KNOWN.with_borrow_mut(|known| known.insert(code, days.clone()));
    Some(days)
}

fn unknown(word: &str, at: usize, to: usize, calendars: &BTreeMap<String, Calendar>) -> Fault {
    let own: Vec<&str> = calendars.keys().take(8).map(String::as_str).collect();
    let message = match (word, &own[..]) {
        ("", _) => format!("the value is empty: {EXPECTED}"),
        (_, []) => EXPECTED.to_string(),
        _ => format!("{EXPECTED}; the platform's own are {}", own.join(", ")),
    };
    let fault = Fault::new(at, message);
    let lower = word.to_lowercase();
    match lower.as_str() {
        "off" | "no" | "never" | "false" => return fault.fix(at, to, "none"),
        _ => {}
    }
    let meant = nearest(&lower, calendars.keys().map(String::as_str)).map(str::to_string);
    let known = || holidays::meant(word);
    match meant.or_else(known).or_else(|| misspelt(&lower)) {
        Some(meant) => fault.fix(at, to, meant),
        None => fault,
    }
}

/// The country whose name is spelt nearly so.
fn misspelt(word: &str) -> Option<String> {
    let countries = holidays::codes().filter(|code| !code.contains('-'));
    let names: Vec<(String, String)> = countries
        .filter_map(|code| Some((holidays::place(&code)?, code)))
        .collect();
    let near = nearest(word, names.iter().map(|(name, _)| name.as_str()))?;
    let found = names.iter().find(|(name, _)| name == near);
    found.map(|(_, code)| code.clone())
}
