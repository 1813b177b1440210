//! Holidays: known facts, slips, and calendars small and broken.

mod calendars;
mod errors;
mod places;
mod properties;
mod rules;
mod slips;
mod support;
