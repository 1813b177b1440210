//! A bill beside the ledger: per resource and day what was billed and what ran, and why they differ. Pure, but for
//! the file that is read row by row.

mod bill;
mod compare;
mod error;
mod line;
mod prices;
mod ran;
mod table;

pub use bill::{Bill, Billed, DateOrder, read};
pub use compare::{Comparison, compare, period};
pub use error::BillError;
pub use line::{Cost, Hours, Line, ROUNDING, SWITCH};
pub use ran::{AllRan, Ran, ran};
pub use table::table;
