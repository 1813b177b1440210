//! Holidays: known facts, slips, and calendars small and broken.

mod bad;
mod calendars;
mod chosen;
mod errors;
mod odd_rules;
mod places;
mod properties;
mod rules;
mod slips;
mod support;
mod texts;
mod zones;
