//! The number that a thing which scales was last observed with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The number that a thing at rest was last observed with. Azure does not say who has set it, nor when: it counts as of the
/// sweep that first saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberSeen {
    /// `minNodeCount`, or `sku.capacity`.
    pub value: u32,
    pub since: DateTime<Utc>,
}

impl NumberSeen {
    /// What is known of the number once `value` has been observed.
    ///
    /// ```
    /// use lamplighter_core::record::NumberSeen;
    ///
    /// let (night, morning) = ("2026-11-23T22:00:00Z".parse()?, "2026-11-24T08:00:00Z".parse()?);
    /// let seen = NumberSeen::after(None, 2, night);
    /// assert_eq!(NumberSeen::after(Some(seen), 2, morning).since, night);
    /// assert_eq!(NumberSeen::after(Some(seen), 3, morning).since, morning);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(before: Option<NumberSeen>, value: u32, now: DateTime<Utc>) -> NumberSeen {
        let same = before.filter(|before| before.value == value);
        same.unwrap_or(NumberSeen { value, since: now })
    }
}
