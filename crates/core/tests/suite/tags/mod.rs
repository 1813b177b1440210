//! What owners write, as they would notice it: what reads, what is refused and with which correction, and
//! which layer rules.

mod corrections;
mod cron;
mod holds;
mod kinds;
mod layers;
mod named;
mod page;
mod properties;
mod refused;
mod schedules;
mod support;
mod values;
