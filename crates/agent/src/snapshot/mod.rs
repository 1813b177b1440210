//! A snapshot taken without acting, and kept as a file. The document itself is `lamplighter_core::snapshot`'s.

mod file;
mod find;
mod place;
mod prices;
mod scope;
mod take;
mod work;

pub use file::{SnapshotFileError, read, write};
pub use find::{Found, find};
pub use scope::Scope;
pub use take::{take, take_tags};
pub use work::{holds, work};
