//! ARM's token buckets, per subscription and principal, in real time.

use std::collections::HashMap;
use std::time::Instant;

/// Reads: 250, refilled at 25 a second. Writes: 200, at 10.
const READS: (f64, f64) = (250.0, 25.0);
const WRITES: (f64, f64) = (200.0, 10.0);

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// By subscription, principal and whether for writes.
    buckets: HashMap<(String, String, bool), Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    /// Seconds after `at` during which calls are refused: the Retry-After that was given.
    closed_until: Option<Instant>,
}

/// What a bucket gives a call.
#[derive(Debug, PartialEq)]
pub(super) enum Taken {
    /// How many calls are left.
    Left(u32),
    /// Seconds to wait.
    Wait(u64),
}

impl Buckets {
    pub fn take(
        &mut self,
        subscription: &str,
        principal: &str,
        write: bool,
        now: Instant,
    ) -> Taken {
        let (most, per_second) = if write { WRITES } else { READS };
        let key = (subscription.to_lowercase(), principal.to_owned(), write);
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            tokens: most,
            at: now,
            closed_until: None,
        });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * per_second).min(most);
        bucket.at = now;
        if let Some(until) = bucket.closed_until {
            if now < until {
                return Taken::Wait((until - now).as_secs_f64().ceil() as u64);
            }
            bucket.closed_until = None;
        }
        if bucket.tokens < 1.0 {
            let wait = ((1.0 - bucket.tokens) / per_second).ceil().max(1.0);
            bucket.closed_until = Some(now + std::time::Duration::from_secs_f64(wait));
            return Taken::Wait(wait as u64);
        }
        bucket.tokens -= 1.0;
        Taken::Left(bucket.tokens as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn reads_run_dry_and_fill_again_and_an_early_retry_is_refused() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        for left in (0..250).rev() {
            assert_eq!(buckets.take("s", "p", false, start), Taken::Left(left));
        }
        assert_eq!(buckets.take("S", "p", false, start), Taken::Wait(1));
        assert_eq!(
            buckets.take("s", "p", false, start + Duration::from_millis(500)),
            Taken::Wait(1)
        );
        assert_eq!(
            buckets.take("s", "p", false, start + Duration::from_secs(1)),
            Taken::Left(24)
        );
        assert_eq!(buckets.take("s", "other", false, start), Taken::Left(249));
        assert_eq!(buckets.take("s", "p", true, start), Taken::Left(199));
    }
}
