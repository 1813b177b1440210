//! What a thing that scales was before we changed it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What a thing was scaled to before we changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// `minNodeCount`, or `sku.capacity`.
    pub value: u32,
    pub at: DateTime<Utc>,
    /// What it would be without us, where that is another value: we had raised it before, or somebody has changed what we
    /// had parked, and it is to come back to `value` all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<u32>,
    /// How many were really there when we changed it, where Azure said so: a cluster may be short of nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub there: Option<u32>,
}

impl Parked {
    /// What it would be without us.
    ///
    /// ```
    /// use lamplighter_core::record::Parked;
    ///
    /// let at = "2026-11-23T19:00:00Z".parse()?;
    /// let parked = Parked { value: 3, at, found: None, there: Some(3) };
    /// assert_eq!(parked.found(), 3);
    /// assert_eq!(Parked { found: Some(1), ..parked }.found(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn found(&self) -> u32 {
        self.found.unwrap_or(self.value)
    }
}

/// The least that Azure lets a thing which scales have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Least {
    /// `None`: it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

impl Least {
    /// Whether it is to be asked for again: once a day, and after an hour where it could not be read.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use lamplighter_core::record::Least;
    ///
    /// let asked_at = "2026-11-23T19:00:00Z".parse()?;
    /// let (known, unread) = (Least { value: Some(2), asked_at }, Least { value: None, asked_at });
    /// let later = asked_at + TimeDelta::hours(2);
    /// assert!(!known.is_stale(later) && unread.is_stale(later));
    /// assert!(known.is_stale(asked_at + TimeDelta::days(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        let age = now - self.asked_at;
        match self.value {
            Some(_) => age >= TimeDelta::days(1),
            None => age >= TimeDelta::hours(1),
        }
    }
}
