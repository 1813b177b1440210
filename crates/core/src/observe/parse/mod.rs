//! Azure's JSON to plain types, leniently: every field may be missing, null or of another type, unknown words are kept,
//! and what cannot be understood becomes an oddity in words instead of an error.
//!
//! Here is what belongs to no one kind of resource; each kind reads its own part.

mod errors;
mod fields;
mod job;
mod oddity;
mod place;
mod time;

pub use errors::errors;
pub use fields::Fields;
pub use job::job;
pub use oddity::{Oddity, one_line};
pub use place::{placed_resource_group, resource_group, subscription, usable_name, workspace};
pub use time::{instant, wall};
