//! The core as an engineer or an owner meets it: tags, time, holidays.

mod cases;
mod holidays;
mod tags;
mod time;
