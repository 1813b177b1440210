//! What owners write: the tags of a resource and of the layers above it become a [`Policy`], with errors
//! that point at the character. Pure.
//!
//! ```
//! use lamplighter_core::policy::{self, Defaults, Layers};
//! use lamplighter_core::observe::Tags;
//!
//! let tags = Tags::from([("lamp-schedule".into(), "Mon-Fry 08:00-19:00".into())]);
//! let none = Tags::new();
//! let layers = Layers {
//!     compute_name: "gpu-1",
//!     compute: &tags,
//!     workspace: &none,
//!     resource_group: &none,
//! };
//! let reading = policy::read(&layers, &Defaults::default());
//!
//! let error = &reading.errors[0];
//! assert_eq!(error.column, 5);
//! assert_eq!(error.suggestion.as_deref(), Some("Mon-Fri 08:00-19:00"));
//! // A tag that cannot be read never acts.
//! assert!(error.blocks && reading.policy.schedule.is_none());
//! ```

mod applying;
mod cities;
mod count;
mod cron;
mod cursor;
mod dates;
mod days;
mod defaults;
mod error;
mod fault;
mod habits;
mod held;
mod hold;
mod holidays;
mod idle;
mod layer;
mod layers;
mod limits;
mod moment;
mod names;
mod print;
mod reading;
mod schedule;
mod simple;
mod slips;
mod suggest;
mod target;
mod time;
mod values;
mod weekdays;
mod whole;
mod word;
mod zone;

pub use defaults::{Calendar, Defaults};
pub use error::{TagError, pointed};
pub use held::{Held, Hold, HoldEnd, Moment, WallTime};
pub use layer::{Layer, Layers};
pub use layers::{read, read_for};
pub use limits::{
    LEASES, TAG_NAME_FORM, TAG_PREFIX_FORM, is_schedule_name, is_tag_name, is_tag_prefix,
};
pub use names::same as same_name;
pub use reading::{Policy, Reading, Sourced};
pub use schedule::read_schedule;
pub use target::{Endpoint, Inherits, Subject, Target, Ungoverned, WithoutEffect};
pub use values::{Holidays, Idle, Limits, Mode, Percent};
pub use zone::read_zone;
