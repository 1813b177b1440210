//! Windows and edges at every second that matters: spring nights, autumn nights, midnights, odd zones.

mod cron;
mod days_off;
mod edges;
mod places;
mod properties;
mod reference;
mod support;
mod zones;
