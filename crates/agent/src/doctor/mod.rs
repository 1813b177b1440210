//! Whether everything is there that a sweep needs: one line for each thing, with what to do where it is not.
//!
//! - `check`: a line, and all of them.
//! - `facts`: what was seen, before anything is made of it.
//! - `gather`: asks the ledger, Azure and the other hosts; changes nothing, and keeps well within ARM's budget.
//! - `place`: what is asked in one subscription.
//! - `attempt`: one right, tried.
//! - `judge`: from facts to lines. One cause is one failure: what could not be tried for it says so.
//! - `at_home`: the lines that Azure has no part in.
//! - `in_azure`: those that it has.
//! - `rights`: a line for each right of the role.
//! - `try_kinds`, `kind_rights`: the rights of other kinds than the instance, where they are enabled.
//! - `tonight`: what would be stopped until the morning.
//! - `first`: the run at the first start of a version with its settings, kept in the ledger.

mod at_home;
mod attempt;
mod check;
mod facts;
mod first;
mod gather;
mod in_azure;
mod judge;
mod kind_rights;
mod place;
mod rights;
mod tonight;
mod try_kinds;

pub use check::{Check, Diagnosis, Status};
pub use first::{First, first_start, found_before};
pub use gather::examine;
pub use judge::bad_settings;
