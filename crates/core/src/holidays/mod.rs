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
//! versions stand in the head of `table.txt`, the notices in `NOTICE`. Their limits:
//! - Islamic dates of future years are estimates: the moon's sighting may move them by a day or two.
//! - Days declared year by year (elections, mourning, China's bridges) are known only once declared.
//! - Some calendars end early: Sri Lanka's with 2026, the Hindu and Nepali feasts (`IN`, `NP`, `MU`) with 2035.
//! - Ukraine has none since 2022: under martial law they are working days.
//! - What holds only in some parishes of a state is left out, as Assumption Day in `DE-BY`.
//!
//! # Calendars
//!
//! [`read_calendar`] reads the all-day events of an iCalendar (`.ics`) file, as real programs write it.
//!
//! Pure: no I/O, no clock; nothing here panics on any text.
// Why not the crate `holidays` 0.1: 2000-2023 only, no subdivisions, 6.8 MB of source.
// A generated table has subdivisions up to 2045 in some 175 KB and needs no crate at all.
// Nor the crate `icalendar` for the files: it takes text, not bytes, and one bad line costs it the whole file.

mod component;
mod days;
mod error;
mod event;
mod filter;
mod ics;
mod meant;
mod moment;
mod places;
mod recur;
mod series;
mod table;
mod text;
mod zones;

pub use days::CalendarDays;
pub use error::{CalendarError, EventError, LineError, Oddity, RuleError};
pub use filter::{EventFilter, FilterError};
pub use ics::{Wanted, read_calendar};
pub use meant::meant;
pub use places::{codes, place, public};
