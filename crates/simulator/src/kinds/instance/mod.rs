//! A compute instance: its states and what may be asked in each, its own schedules and idle timer, its JSON.

pub(crate) mod action;
pub(crate) mod body;
pub(crate) mod calls;
pub(crate) mod capacity;
pub(crate) mod check;
mod cron;
pub(crate) mod idle_time;
pub(crate) mod last_operation;
pub(crate) mod refusal;
pub(crate) mod rules;
pub(crate) mod schedule;
pub(crate) mod spec;
pub(crate) mod state;
pub(crate) mod timing;
pub(crate) mod trigger;
pub(crate) mod trigger_reading;
pub(crate) mod view;
