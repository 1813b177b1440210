//! A believable organisation.
use super::fleet::{Fleet, small_fleet};
pub fn demo_fleet(seed: u64) -> Fleet {
    let mut f = small_fleet().unwrap();
    f.seed = seed;
    f
}
