//! Holidays: the days on which a place, or a calendar its owner keeps, does not work.
//!
//! # Public holidays
//!
//! [`public`] knows the public holidays of 247 countries and their subdivisions, from 2020 to 2045,
//! observed (moved) days included, half days and holidays of single groups not. Codes are ISO 3166:
//! `PT`, `DE-BY`, `US-NY`, `BR-SP`, `GB-ENG`; `UK` is read as `GB`. A few places below a subdivision
//! bear their name: `DE-AUGSBURG`, `BR-SAO-PAULO-CAPITAL`.
//!
//! The facts are those of the PyPI package `holidays` (MIT), the names those of Unicode CLDR; the
//! versions stand in the head of `table.txt`, the notices in `NOTICE`. What is to be known of them:
//! - Islamic dates of future years are estimates: the moon's sighting may move them by a day or two.
//! - Days declared year by year (elections, mourning, China's bridges) are known only once declared.
//! - Some calendars end early: Sri Lanka's with 2026, the Hindu and Nepali feasts (`IN`, `NP`, `MU`) with 2035.
//! - Ukraine has none since 2022: under martial law they are working days.
//! - What holds only in some parishes of a state is left out, as Assumption Day in `DE-BY`.
//!
//! # Calendars
//!
//! [`read_calendar`] reads the all-day events of an iCalendar (`.ics`) text.
//!
//! Pure: no I/O, no clock; nothing here panics on any text.
// Why not the crate `holidays` 0.1: 2000-2023 only, no subdivisions, 6.8 MB of source.
// A generated table has subdivisions up to 2045 in some 175 KB and needs no crate at all.

mod ics;
mod meant;
mod recur;
mod table;

use chrono::NaiveDate;

pub use ics::read_calendar;
pub use meant::meant;

/// The public holidays of a country (`PT`) or subdivision (`DE-BY`), sorted, each once, 2020 to 2045.
///
/// Letter case does not matter; `UK` is `GB`. `None`: a code that the table does not know; [`meant`]
/// may know what was meant. Years that the source does not cover are empty, see the module.
pub fn public(code: &str) -> Option<Vec<NaiveDate>> {
    Some(entry(code)?.decoded().into_iter().collect())
}

/// The place in English words: `Portugal`, `Bavaria (Germany)`; the code where no name is known.
///
/// `None`: a code that [`public`] does not know either.
pub fn place(code: &str) -> Option<String> {
    let entry = entry(code)?;
    let named = |e: &table::Entry| if e.name.is_empty() { e.code } else { e.name };
    Some(match entry.country() {
        Some(_) if entry.name.is_empty() => entry.code.to_owned(),
        Some(country) => format!("{} ({})", entry.name, named(&country)),
        None => named(&entry).to_owned(),
    })
}

/// Every code that [`public`] knows, in upper case, sorted. Aliases such as `UK` are not among them.
pub fn codes() -> impl Iterator<Item = String> {
    table::entries().map(|entry| entry.code.to_owned())
}

/// The entry of a code in any letter case.
fn entry(code: &str) -> Option<table::Entry> {
    let upper = code.to_ascii_uppercase();
    // The United Kingdom's ISO code is GB; people write UK, as its internet names do.
    match upper.strip_prefix("UK") {
        Some(rest) if rest.is_empty() || rest.starts_with('-') => table::find(&format!("GB{rest}")),
        _ => table::find(&upper),
    }
}
