//! `/simulator/…`: the clock, faults, hands, and what truly happened. No sign-in, and no part of Azure.

mod answers;
mod clock;
mod error;
mod faults;
mod hands;
mod names;
mod resources;
mod scaled;
mod standing;
mod uses;
mod workbenches;

pub(super) use answers::answer;
