//! Which generation of a saved state was loaded, and when.

use super::envelope::Unknown;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How long after its loading a version may be saved upon; far below the day for which generations are kept.
pub(super) const FRESH: Duration = Duration::from_secs(3600);

/// Which generation of a saved state was loaded, and when: the condition of the next save.
#[derive(Clone, Debug)]
pub struct Version {
    /// 0: none was there.
    pub(super) generation: u64,
    pub(super) checked: CheckedAt,
    /// Fields of a later version that stand beside the state: saved again with it.
    pub(super) unknown: Arc<Unknown>,
}

impl Version {
    pub(super) fn new(generation: u64, checked: CheckedAt) -> Version {
        Version {
            generation,
            checked,
            unknown: Arc::default(),
        }
    }

    /// How often the state had been saved, counting from 1; 0 when it was missing.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// An instant, by both clocks: the steady one does not count the computer's sleep, and the wall clock can be set.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedAt {
    pub steady: Instant,
    pub wall: SystemTime,
}

impl CheckedAt {
    pub fn now() -> CheckedAt {
        CheckedAt {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    pub fn is_fresh(&self) -> bool {
        let wall = self.wall.elapsed().unwrap_or_default();
        self.steady.elapsed().max(wall) < FRESH
    }
}

/// By workspace: a generation that was the newest at an instant. Number 0 stands for none.
#[derive(Debug, Default)]
pub(super) struct Newest(Mutex<HashMap<String, Version>>);

impl Newest {
    pub fn get(&self, workspace: &str) -> Option<Version> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(workspace)
            .filter(|version| version.checked.is_fresh())
            .cloned()
    }

    pub fn set(&self, workspace: &str, version: &Version) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(workspace.to_owned(), version.clone());
    }

    pub fn forget(&self, workspace: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(workspace);
    }
}
