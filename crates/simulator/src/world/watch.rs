//! What a beacon remembers since its instance booted.

use chrono::{DateTime, Utc};

/// A beacon since the boot.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub since: DateTime<Utc>,
    /// When it sampled last; `None` before its first time.
    pub sampled: Option<DateTime<Utc>>,
    pub cpu: Peaks,
    pub gpu: Peaks,
    pub network: Peaks,
    /// The document, as it was written last.
    pub document: String,
}

impl Watch {
    pub fn new(since: DateTime<Utc>) -> Watch {
        Watch {
            since,
            sampled: None,
            cpu: Peaks::default(),
            gpu: Peaks::default(),
            network: Peaks::default(),
            document: String::new(),
        }
    }
}

/// Samples that no later one reaches, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Peaks(Vec<(DateTime<Utc>, f64)>);

impl Peaks {
    pub fn add(&mut self, at: DateTime<Utc>, value: f64) {
        while self.0.pop_if(|(_, known)| *known <= value).is_some() {}
        self.0.push((at, value));
    }

    /// Oldest first.
    pub fn all(&self) -> impl Iterator<Item = (DateTime<Utc>, f64)> {
        self.0.iter().copied()
    }
}
