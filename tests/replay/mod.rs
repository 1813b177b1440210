//! `lamplighter sweep --snapshot` and `lamplighter replay`, run as people run them.

mod faults;
mod scopes;
mod snapshots;
mod weeks;
