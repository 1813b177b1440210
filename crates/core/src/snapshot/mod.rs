//! Every machine as one sweep would see it: taken without acting, kept as a file, and read back for `replay`.

mod file;
mod remembered;
mod seen;
mod take;
mod work;

pub use file::{read, write};
pub use remembered::OwnAct;
pub use seen::{JobsProblem, Operation, Price, Seen};
pub use take::{Scope, take};
pub use work::work;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The only version of the document there is so far.
pub const VERSION: u32 = 1;

/// The document. Names are camelCase, as in Azure's own JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub version: u32,
    pub taken_at: DateTime<Utc>,
    /// By ARM id.
    pub machines: Vec<Seen>,
    /// What could not be read, in words; it spoils only its own part.
    #[serde(default)]
    pub problems: Vec<String>,
}
