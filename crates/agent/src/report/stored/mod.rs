//! A [`Day`](super::day::Day) as a small document: names stand once, times are seconds since the day began.

mod document;
mod read;
mod write;

pub use read::read;
pub use write::write;

#[cfg(test)]
mod tests;
