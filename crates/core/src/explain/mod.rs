//! Why a resource is, was or will be left, stopped or started: one case in, one explanation out. Pure.

mod batch;
mod defaults;
mod explanation;
mod input;
mod object;
mod parts;

pub use batch::{Ask, Done, batch};
pub use defaults::Base;
pub use explanation::{Change, Explanation, desired, explanation, judge};
pub use input::{Input, InputError};
pub use parts::Parts;
