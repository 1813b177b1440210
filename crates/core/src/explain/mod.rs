//! Why a resource is, was or will be left, stopped or started: one case in, one explanation out. Pure.

mod answers;
mod batch;
mod defaults;
mod explanation;
mod input;
mod lines;
mod object;
mod parts;

pub use answers::{Answerer, Answers, Ask, Done};
pub use batch::batch;
pub use defaults::Base;
pub use explanation::{Change, Explanation, desired, explanation, judge};
pub use input::{Input, InputError};
pub use lines::Lines;
pub use parts::Parts;
