//! Edges in cron form: `0 8 * * 1-5`. croner reads the line and matches dates; at which instant a wall time happens
//! is decided here, as for every other edge.

use super::clock::{Day, date};
use super::days::Days;
use chrono::Datelike;
use croner::parser::{CronParser, Seconds, Year};
use croner::{CronPattern, Weekday};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The fields of a line: minute, hour, day of month, month, day of week.
pub const FIELDS: usize = 5;
/// Within 28 years from 1970 every date, 29 February too, has fallen on every day of the week.
const ALL_DATES: Day = 28 * 366;

/// A five-field cron line. Two are equal if they are written alike, letter case and names of days aside.
#[derive(Clone, Debug)]
pub struct Cron {
    text: Arc<str>,
    /// Its dates; the times in this pattern are not the line's.
    dates: Arc<CronPattern>,
    /// Bit n is hour n; bit n is minute n.
    hours: u64,
    minutes: u64,
    /// Where only days of the week are named, those.
    weekly: Option<Days>,
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct CronError {
    /// The first field that cannot be read, 0-based; `None`: each can, but no date fits them all.
    pub field: Option<usize>,
    /// What the field takes.
    pub expected: &'static str,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Cron) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Cron {}

/// What each field takes.
const EXPECTED: [&str; FIELDS] = [
    "a minute: 0 to 59, *, ranges such as 0-30, lists and steps such as */15",
    "an hour: 0 to 23, *, ranges such as 8-18, lists and steps such as */2",
    "a day of the month: 1 to 31, *, ranges, lists, steps, L for the last or 15W for the weekday nearest the 15th",
    "a month: 1 to 12, Jan to Dec, *, ranges, lists or steps",
    "a day of the week: 0 to 7 (0 and 7 are Sunday), Mon to Sun, *, ranges, lists, 1#2 for the second Monday or 5L for the last Friday",
];

impl Cron {
    /// Reads five fields: minute, hour, day of month, month, day of week.
    ///
    /// ```
    /// use lamplighter_core::schedule::Cron;
    ///
    /// let cron = Cron::parse(&["30", "8,18", "*", "*", "mon-fri"])?;
    /// assert_eq!(cron.as_str(), "30 8,18 * * 1-5");
    /// // In minutes after midnight.
    /// assert_eq!(cron.minutes().collect::<Vec<_>>(), [510, 1110]);
    ///
    /// let error = Cron::parse(&["30", "25", "*", "*", "*"]).unwrap_err();
    /// assert_eq!(error.field, Some(1));
    /// # Ok::<(), lamplighter_core::schedule::CronError>(())
    /// ```
    ///
    /// # Errors
    /// The field at fault, or none where no date ever fits.
    pub fn parse(fields: &[&str; FIELDS]) -> Result<Cron, CronError> {
        // A field of days may be `?`, as elsewhere; it means the same as `*`.
        let any = |field| if field == "?" { "*" } else { field };
        let [minute, hour, day, month, weekday] = *fields;
        let dates = &[any(day), month, any(weekday)];
        let at_fault = || error(fields);
        let minutes = times(0, minute).ok_or_else(at_fault)?;
        let hours = times(1, hour).ok_or_else(at_fault)?;
        let Dates {
            pattern: dates,
            weekly,
            come,
        } = dates_of(dates).ok_or_else(at_fault)?;
        if !come {
            return Err(CronError {
                field: None,
                expected: "a date that comes: no such day of the month exists",
            });
        }
        // The pattern's times are `0 0`.
        let dates_text = dates.as_str().get(4..).unwrap_or_default();
        let mut text = format!("{minute} {hour} {dates_text}");
        text.make_ascii_uppercase();
        Ok(Cron {
            text: text.into(),
            dates,
            hours,
            minutes,
            weekly,
        })
    }

    /// Whether a field may hold this word, in any case: the name of a month or of a day.
    pub(crate) fn is_name(word: &str) -> bool {
        let mut names = MONTHS.iter().chain(&DAYS);
        names.any(|name| name.eq_ignore_ascii_case(word))
    }

    /// The line in one way of writing: upper case, days and months as numbers, one space.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has edges on this local date.
    pub(super) fn on(&self, day: Day) -> bool {
        match self.weekly {
            Some(days) => days.falls_on(day),
            None => falls_on(&self.dates, day),
        }
    }

    /// Minutes after midnight at which its edges lie, on the dates on which it has any.
    pub fn minutes(&self) -> impl Iterator<Item = u16> + '_ {
        bits(self.hours).flat_map(|hour| bits(self.minutes).map(move |minute| hour * 60 + minute))
    }

    /// Where only days of the week are named, those: then its next edge is never far.
    pub fn weekly(&self) -> Option<Days> {
        self.weekly
    }

    /// In words, such as `At 08:00, Monday through Friday`; croner's own.
    pub fn describe(&self) -> String {
        let fields: Vec<&str> = self.text.split(' ').collect();
        let whole = <&[&str; FIELDS]>::try_from(&fields[..])
            .ok()
            .and_then(pattern);
        let text = whole.map(|pattern| pattern.describe()).unwrap_or_default();
        text.trim_end_matches('.').to_string()
    }
}

/// croner's names, Monday first.
const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn falls_on(dates: &CronPattern, day: Day) -> bool {
    let Some(date) = date(day) else { return false };
    let month = dates.month_match(date.month());
    let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize % 7];
    let day = || dates.day_match(date.year(), date.month(), date.day(), weekday);
    matches!(month, Ok(true)) && matches!(day(), Ok(true))
}

/// Fields already read. A fleet writes few different ones, and croner takes its time over each line.
#[derive(Default)]
struct Fields {
    /// Minutes and hours.
    times: [HashMap<String, u64>; 2],
    dates: HashMap<String, Dates>,
}

/// The fields of dates of one line.
#[derive(Clone)]
struct Dates {
    pattern: Arc<CronPattern>,
    weekly: Option<Days>,
    /// Whether any date fits.
    come: bool,
}

/// More different fields than people write; beyond, all are read anew.
const MOST_KEPT: usize = 4_096;

thread_local! {
    // A memo: what is answered does not depend on it.
    static READ: RefCell<Fields> = RefCell::default();
}

/// The values of a minute or an hour field, as bits; `None`: it cannot be read.
fn times(index: usize, field: &str) -> Option<u64> {
    READ.with_borrow_mut(|read| {
        let read = &mut read.times[index];
        if let Some(mask) = read.get(field) {
            return Some(*mask);
        }
        let mut alone = ["*"; FIELDS];
        alone[index] = field;
        let pattern = pattern(&alone)?;
        let component = if index == 0 {
            pattern.minutes
        } else {
            pattern.hours
        };
        let mask = mask(&component.values());
        if mask == 0 {
            return None;
        }
        if read.len() >= MOST_KEPT {
            read.clear();
        }
        read.insert(field.to_string(), mask);
        Some(mask)
    })
}

/// The pattern of the three fields of dates, read.
fn dates_of(fields: &[&str; 3]) -> Option<Dates> {
    let [day, month, weekday] = *fields;
    let text = format!("0 0 {day} {month} {weekday}");
    READ.with_borrow_mut(|read| {
        if let Some(found) = read.dates.get(&text) {
            return Some(found.clone());
        }
        let pattern = pattern(&["0", "0", day, month, weekday])?;
        let months = (1..=12).all(|month| matches!(pattern.month_match(month), Ok(true)));
        let weekly = months && pattern.is_dom_wildcard() && !pattern.days_of_week.has_modifiers();
        // Any week will do; day 4 was a Monday.
        let week = || (0..7).filter(|day| falls_on(&pattern, day + 4));
        let days = || Days(week().fold(0, |days, day| days | 1 << day));
        if read.dates.len() >= MOST_KEPT {
            read.dates.clear();
        }
        let found = Dates {
            weekly: weekly.then(days),
            // Most fit a date within a month.
            come: (0..ALL_DATES).any(|day| falls_on(&pattern, day)),
            pattern: Arc::new(pattern),
        };
        read.dates.insert(text, found.clone());
        Some(found)
    })
}

fn pattern(fields: &[&str; FIELDS]) -> Option<CronPattern> {
    if !fields
        .iter()
        .enumerate()
        .all(|(index, field)| is_field(index, field))
    {
        return None;
    }
    // Vixie cron: where both kinds of day are named, either will do; a field that begins with a star names none.
    let names_none = |field: &str| field.starts_with(['*', '?']);
    let both = names_none(fields[2]) || names_none(fields[4]);
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .dom_and_dow(both)
        .build();
    parser
        .parse(&fields.join(" "))
        .ok()
        .map(|cron| cron.pattern)
}

/// Whether the words of a field stand apart. croner puts numbers in the place of names wherever it finds them,
/// so that to it `JANFEB` is 12.
fn is_field(index: usize, field: &str) -> bool {
    let name = |word: &str| {
        let names: &[&str] = match index {
            3 => &MONTHS,
            4 => &DAYS,
            _ => &[],
        };
        names.iter().any(|name| name.eq_ignore_ascii_case(word))
    };
    let words = field.split(|c: char| !c.is_ascii_alphanumeric());
    field.split(',').all(|part| !part.is_empty())
        && words.filter(|word| !word.is_empty()).all(|word| {
            let upper = word.to_ascii_uppercase();
            let plain = upper.trim_end_matches(['L', 'W']);
            plain.bytes().all(|byte| byte.is_ascii_digit()) || name(word) || name(plain)
        })
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn error(fields: &[&str; FIELDS]) -> CronError {
    let alone = |field: usize| {
        let mut others = ["*"; FIELDS];
        others[field] = fields[field];
        pattern(&others).is_none()
    };
    let field = (0..FIELDS).find(|field| alone(*field));
    CronError {
        field,
        expected: field.map_or("five fields of cron", |field| EXPECTED[field]),
    }
}

/// The places of the bits that are set, from the lowest.
fn bits(mut mask: u64) -> impl Iterator<Item = u16> {
    std::iter::from_fn(move || {
        let lowest = mask.trailing_zeros() as u16;
        let more = mask != 0;
        mask &= mask.wrapping_sub(1);
        more.then_some(lowest)
    })
}

fn mask(values: &[u16]) -> u64 {
    values
        .iter()
        .filter(|value| **value < 64)
        .fold(0, |mask, value| mask | 1 << value)
}
