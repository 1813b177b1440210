//! A bill beside the ledger: per resource and day what was billed and what ran, and why they differ. Pure, but for
//! the files that are read row by row.

mod bill;
mod columns;
mod compare;
mod dates;
mod error;
mod expected;
mod files;
mod known;
mod line;
mod ran;
mod read;
mod rows;
mod table;
mod tags;

pub use bill::{Bill, Billed, BilledDays, RowSum};
pub use compare::{Comparison, compare, period};
pub use dates::DateOrder;
pub use error::BillError;
pub use files::{BillFile, Found, find};
pub use known::Resources;
pub use line::{Cost, Hours, Line, ROUNDING};
pub use ran::{AllRan, Ran, SWITCH, ran};
pub use read::read;
pub use table::table;
