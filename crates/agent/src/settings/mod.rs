//! Every setting, parsed once from the environment (as app settings reach a function) into one typed struct.
//!
//! A bad value stops the start with its name, its value and what was expected; all bad ones are told at once.

mod benefits;
mod endpoints;
mod error;
mod fleet;
mod foundry;
mod given;
mod identity;
mod kinds;
mod language;
mod named;
mod ncrontab;
mod notices;
mod people;
mod read;
mod reader;
mod sources;
mod table;
mod texts;
mod tzdata;
mod values;
mod wheel;

pub use error::{BadSetting, BadSettings};
pub use fleet::{ActIn, Discovery, MaxStops, Safety, Spread, WorkspacePattern, subscription_of};
pub use foundry::Foundry;
pub use given::{Given, given, text_of};
pub use kinds::Kinds;
pub use ncrontab::{ScheduleError, SweepSchedule, overdue, shown as sweep_times};
pub use people::{People, SignIn};
pub use read::time_zones;
pub use sources::{CalendarPlace, PlaceError};
pub use table::{SETTINGS, Setting, print_json, print_table};
pub use values::{CalendarSource, DigestTime, Settings};
