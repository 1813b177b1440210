//! Resources divided into shares of about one size: what is large is read and added up for one after the other.

use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Clone, Copy, Debug)]
pub struct Share {
    number: usize,
    of: usize,
}

impl Share {
    /// All of so many.
    pub fn all(of: usize) -> impl Iterator<Item = Share> {
        (0..of).map(move |number| Share { number, of })
    }

    pub fn is_first(self) -> bool {
        self.number == 0
    }

    /// Whether a resource is in it, by its id.
    pub fn has(self, id: &str) -> bool {
        if self.of < 2 {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let of = u64::try_from(self.of).unwrap_or(u64::MAX);
        usize::try_from(hasher.finish() % of).unwrap_or_default() == self.number
    }
}
