//! A shared budget per subscription that stays under ARM's token bucket.
//!
//! ARM counts per region, subscription and principal: reads 250 refilled by 25 a second, writes 200 by 10 a
//! second. Four fifths of that are ours to use; people and their tools share the rest.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
}

impl Access {
    /// How many calls at once, and how many a second after that.
    fn limits(self) -> (f64, f64) {
        match self {
            Access::Read => (200.0, 20.0),
            Access::Write => (160.0, 8.0),
        }
    }
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

#[derive(Default)]
pub struct Budget {
    buckets: Mutex<HashMap<(String, Access), Bucket>>,
}

impl Budget {
    /// Takes one call from the budget; the answer is how long to wait before sending it.
    pub fn take(&self, subscription: &str, access: Access, now: Instant) -> Duration {
        let (most, rate) = access.limits();
        self.with(subscription, access, now, |bucket| {
            let since = now.saturating_duration_since(bucket.at).as_secs_f64();
            bucket.tokens = (bucket.tokens + since * rate).min(most) - 1.0;
            bucket.at = bucket.at.max(now);
            // Below zero the call is reserved for when its token will have come.
            Duration::from_secs_f64((-bucket.tokens / rate).max(0.0))
        })
    }

    /// Takes in what ARM says remains: others spend from the same bucket.
    pub fn remaining(&self, subscription: &str, access: Access, remaining: u32, now: Instant) {
        self.with(subscription, access, now, |bucket| {
            bucket.tokens = bucket.tokens.min(f64::from(remaining));
        });
    }

    fn with<T>(
        &self,
        subscription: &str,
        access: Access,
        now: Instant,
        change: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        // A panic elsewhere leaves whole numbers behind; there is nothing to be poisoned by.
        let mut buckets = self
            .buckets
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let key = (subscription.to_lowercase(), access);
        let full = || Bucket {
            tokens: access.limits().0,
            at: now,
        };
        change(buckets.entry(key).or_insert_with(full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let (budget, now) = (Budget::default(), Instant::now());
        for _ in 0..200 {
            assert_eq!(budget.take("S", Access::Read, now), Duration::ZERO);
        }
        let waits: Vec<Duration> = (0..20)
            .map(|_| budget.take("s", Access::Read, now))
            .collect();
        assert_eq!(waits.last(), Some(&Duration::from_secs(1)));
        assert_eq!(budget.take("other", Access::Read, now), Duration::ZERO);
        assert_eq!(budget.take("s", Access::Write, now), Duration::ZERO);
        assert_eq!(
            budget.take("s", Access::Read, now + Duration::from_secs(3)),
            Duration::ZERO
        );
    }

    #[test]
    fn what_azure_says_remains_is_not_exceeded() {
        let (budget, now) = (Budget::default(), Instant::now());
        budget.remaining("s", Access::Read, 0, now);
        assert!(budget.take("s", Access::Read, now) > Duration::ZERO);
    }
}
