//! A bill beside the ledger: per resource and day what was billed and what ran, and why they differ. Pure, but for
//! the files that are read row by row.

mod bill;
mod columns;
mod compare;
mod dates;
mod error;
mod expected;
mod files;
mod line;
mod prices;
mod ran;
mod read;
mod rows;
mod table;

pub use bill::{Bill, Billed, BilledDays};
pub use compare::{Comparison, compare, period};
pub use dates::DateOrder;
pub use error::BillError;
pub use files::{BillFile, Found, find};
pub use line::{Cost, Hours, Line, ROUNDING, SWITCH};
pub use ran::{AllRan, Ran, ran};
pub use read::read;
pub use table::table;
