//! The numbers people look at, computed from the ledger's records alone.

pub mod csv;
mod day;
mod days;
pub mod digest;
mod forget;
mod format;
pub mod kept_months;
mod loader;
mod month;
mod months;
pub mod page;
mod period;
mod prices;
mod read;
pub mod rollup;
mod rows;
mod running;
mod shown;
pub mod stale;
mod stored;
pub mod sums;
mod table;
mod totals;
pub mod ungoverned;

pub use day::{Activity, Day, PowerObservation, PriceChange};
pub use days::Days;
pub use format::{hours, money, of_hours};
pub use months::{PeriodSums, read_sums};
pub use period::LedgerPeriod;
pub(crate) use period::each_day;
pub use prices::Prices;
pub use read::read;
pub use rows::{GroupBy, Row};
pub use running::Standing;
pub use table::table;
pub use totals::{Report, of_days, report};
