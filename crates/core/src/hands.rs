//! Who does what is to be done with each of many things. Here there are no threads: who has some lends them.

/// Does the same with each of many things, in whatever order and beside each other or not.
pub trait Hands {
    /// What came of each, in the order of the things.
    fn each<T: Sync, R: Send>(&self, things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R>;
}

/// One thing after the other.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Hands for Alone {
    fn each<T: Sync, R: Send>(&self, things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        things.iter().map(work).collect()
    }
}
