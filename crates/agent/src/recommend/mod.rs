//! What tags would be worth, from the ledger alone.
//!
//! - `which.rs`: the resources that are asked for.
//! - `read.rs`: what the ledger knows of them.
//! - `prices.rs`: what an hour of them costs, as far as the ledger or the platform's file knows it.
//! - `answer.rs`: the answer, in figures.
//! - `table.rs`: the same as a table.
//! - `kept.rs`: the answer of each day, which sweeps keep for the page.

mod answer;
mod kept;
mod prices;
mod read;
mod table;
mod which;

pub use answer::{Answer, FindingRow, Month, Question, Row, answer};
pub use kept::{Kept, KeptFinding, Recommended, RecommendedTag, is_begun, keep};
pub use prices::{HourPrices, file_and_ledger};
pub use read::{LedgerUse, OfResource, read};
pub use which::Which;
