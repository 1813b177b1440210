//! A budget per subscription that stays under ARM's token buckets, so that throttling is the exception.
//!
//! ARM gives each principal, per subscription and region, 250 reads refilled at 25 a second and 200 writes
//! refilled at 10 a second. We take most of the burst and 80 % of the rate; what ARM says remains, and any
//! `Retry-After`, lower it further for every call of that subscription.

use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The longest that one answer may silence a whole subscription.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// The part of what remains that instances take between them: each hears of the others' calls a little late.
const SAFE: f64 = 0.8;

/// Which of ARM's two buckets a call draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Draw {
    Read,
    Write,
}

impl Draw {
    /// Burst in calls and refill in calls a second.
    fn limits(self) -> (f64, f64) {
        match self {
            Draw::Read => (240.0, 20.0),
            Draw::Write => (160.0, 8.0),
        }
    }

    fn remaining_header(self) -> &'static str {
        match self {
            Draw::Read => "x-ms-ratelimit-remaining-subscription-reads",
            Draw::Write => "x-ms-ratelimit-remaining-subscription-writes",
        }
    }
}

/// Whether calls are kept under ARM's buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// They are, in real time.
    #[default]
    Arm,
    /// They are not, and what the far side says remains is not heeded: for a simulator, whose clock may run a
    /// thousand times faster than the buckets refill. A call that is throttled still waits as long as told.
    Unbounded,
}

/// The buckets of every subscription that was called, by its lower-case id (empty for calls above subscriptions).
#[derive(Debug)]
pub(super) struct Budget {
    pace: Pace,
    /// How many instances draw from ARM's buckets, this one included.
    instances: AtomicU32,
    buckets: Mutex<HashMap<(String, Draw), Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    /// Calls that may be made at once; below zero, calls already promised a later moment.
    level: f64,
    /// When `level` was true; in the future while Azure has asked for quiet.
    at: Instant,
}

impl Bucket {
    fn refill(&mut self, (burst, rate): (f64, f64), now: Instant) {
        let gone = now.saturating_duration_since(self.at);
        self.level = (self.level + gone.as_secs_f64() * rate).min(burst);
        self.at = self.at.max(now);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Budget::new(Pace::default())
    }
}

impl Budget {
    pub fn new(pace: Pace) -> Self {
        Budget {
            pace,
            instances: AtomicU32::new(1),
            buckets: Mutex::default(),
        }
    }

    /// Others draw from ARM's buckets too: this instance takes its share of them.
    pub fn share_with(&self, instances: u32) {
        self.instances.store(instances.max(1), Ordering::Relaxed);
    }

    fn instances(&self) -> f64 {
        f64::from(self.instances.load(Ordering::Relaxed))
    }

    /// Burst and refill of this instance. Fewer than one call at once would never be made.
    fn limits(&self, draw: Draw) -> (f64, f64) {
        let (burst, rate) = draw.limits();
        ((burst / self.instances()).max(1.0), rate / self.instances())
    }

    fn with<T>(
        &self,
        subscription: &str,
        draw: Draw,
        now: Instant,
        change: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        // A panic elsewhere leaves at worst a count that is off by one.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (subscription.to_ascii_lowercase(), draw);
        let limits = self.limits(draw);
        let full = Bucket {
            level: limits.0,
            at: now,
        };
        let bucket = buckets.entry(key).or_insert(full);
        bucket.refill(limits, now);
        change(bucket)
    }

    /// Takes one call out of the budget and says how long to wait before making it. Where that would reach
    /// the deadline nothing is taken and the wait is the error.
    pub fn take(
        &self,
        subscription: &str,
        draw: Draw,
        now: Instant,
        deadline: Instant,
    ) -> Result<Duration, Duration> {
        if self.pace == Pace::Unbounded {
            return Ok(Duration::ZERO);
        }
        let (_, rate) = self.limits(draw);
        self.with(subscription, draw, now, |bucket| {
            let quiet = bucket.at.saturating_duration_since(now);
            let short = (1.0 - bucket.level).max(0.0) / rate;
            let wait = quiet + Duration::from_secs_f64(short);
            if wait >= deadline.saturating_duration_since(now) {
                return Err(wait);
            }
            bucket.level -= 1.0;
            Ok(wait)
        })
    }

    /// Lowers the budget to this instance's share of what ARM says remains; and raises it to that, where the budget is
    /// shared: there may be fewer instances than could be, and what remains is known to all of them.
    pub fn heed(&self, subscription: &str, draw: Draw, now: Instant, headers: &HeaderMap) {
        if self.pace == Pace::Unbounded {
            return;
        }
        let remaining = headers
            .get(draw.remaining_header())
            .and_then(|v| v.to_str().ok()?.trim().parse::<u32>().ok());
        if let Some(remaining) = remaining {
            let (instances, (burst, _)) = (self.instances(), self.limits(draw));
            let share = f64::from(remaining) / instances;
            self.with(subscription, draw, now, |bucket| {
                // While Azure has asked for quiet, nothing is raised.
                if instances > 1.0 && bucket.at <= now {
                    bucket.level = bucket.level.max((share * SAFE).min(burst));
                }
                bucket.level = bucket.level.min(share);
            });
        }
    }

    /// Holds every call of the subscription back for as long as Azure asked, an hour at most.
    pub fn pause(&self, subscription: &str, draw: Draw, now: Instant, length: Option<Duration>) {
        if self.pace == Pace::Unbounded {
            return;
        }
        let until = now + length.unwrap_or_default().min(LONGEST_PAUSE);
        self.with(subscription, draw, now, |bucket| {
            bucket.level = bucket.level.min(0.0);
            bucket.at = bucket.at.max(until);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_long_rush_of_reads_never_meets_an_empty_arm_bucket() {
        let (budget, start) = (Budget::default(), Instant::now());
        let mut times: Vec<Duration> = (0..2000)
            .map(|_| budget.take("s", Draw::Read, start, start + 600 * SECOND))
            .collect::<Result<_, _>>()
            .expect("ten minutes are enough for 2000 reads");
        times.sort();
        let (mut arm, mut last) = (250.0f64, Duration::ZERO);
        for at in times {
            arm = (arm + (at - last).as_secs_f64() * 25.0).min(250.0) - 1.0;
            last = at;
            assert!(arm >= 0.0, "ARM would throttle at {at:?}");
        }
    }

    #[test]
    fn subscriptions_and_kinds_do_not_share_and_case_does_not_split() {
        let (budget, now) = (Budget::default(), Instant::now());
        for _ in 0..160 {
            let wait = budget.take("ABC", Draw::Write, now, now + SECOND);
            assert_eq!(wait, Ok(Duration::ZERO));
        }
        assert!(budget.take("abc", Draw::Write, now, now + SECOND) > Ok(Duration::ZERO));
        let other = budget.take("def", Draw::Write, now, now + SECOND);
        assert_eq!(other, Ok(Duration::ZERO));
        let read = budget.take("abc", Draw::Read, now, now + SECOND);
        assert_eq!(read, Ok(Duration::ZERO));
    }

    #[test]
    fn quiet_that_azure_asked_for_holds_the_whole_subscription_back() {
        let (budget, now) = (Budget::default(), Instant::now());
        budget.pause("s", Draw::Read, now, Some(60 * SECOND));
        let early = budget.take("s", Draw::Read, now, now + 30 * SECOND);
        assert!(early >= Err(60 * SECOND), "{early:?}");
        let wait = budget.take("s", Draw::Read, now, now + 240 * SECOND);
        assert!(wait.is_ok_and(|w| w >= 60 * SECOND), "{wait:?}");
        let after = now + 90 * SECOND;
        let wait = budget.take("s", Draw::Read, after, after + SECOND);
        assert_eq!(wait, Ok(Duration::ZERO));
    }

    #[test]
    fn what_arm_says_remains_is_believed() {
        let (budget, now) = (Budget::default(), Instant::now());
        let mut headers = HeaderMap::new();
        let name = "x-ms-ratelimit-remaining-subscription-reads";
        headers.insert(name, "2".parse().expect("a header value"));
        budget.heed("s", Draw::Read, now, &headers);
        let waits: Vec<_> = (0..3)
            .map(|_| budget.take("s", Draw::Read, now, now + SECOND))
            .collect();
        assert_eq!(waits[..2], [Ok(Duration::ZERO); 2]);
        assert!(waits[2] > Ok(Duration::ZERO));
    }

    #[test]
    fn three_instances_together_stay_under_arm_and_hear_what_remains() {
        let start = Instant::now();
        let copies: Vec<Budget> = (0..3).map(|_| Budget::default()).collect();
        let mut times = Vec::new();
        for copy in &copies {
            copy.share_with(3);
            let far = start + 600 * SECOND;
            times.extend((0..600).map(|_| copy.take("s", Draw::Read, start, far).expect("time")));
        }
        times.sort();
        let (mut arm, mut last) = (250.0f64, Duration::ZERO);
        for at in times {
            arm = (arm + (at - last).as_secs_f64() * 25.0).min(250.0) - 1.0;
            last = at;
            assert!(arm >= 0.0, "ARM would throttle at {at:?}");
        }
        // A copy that is alone after all learns it from ARM.
        let (copy, mut headers) = (&copies[0], HeaderMap::new());
        let name = "x-ms-ratelimit-remaining-subscription-reads";
        headers.insert(name, "240".parse().expect("a header value"));
        copy.heed("s", Draw::Read, start, &headers);
        let at_once = (0..200).take_while(|_| {
            copy.take("s", Draw::Read, start, start + SECOND) == Ok(Duration::ZERO)
        });
        assert_eq!(at_once.count(), 64);
    }

    #[test]
    fn a_simulator_is_asked_without_bounds() {
        let (budget, now) = (Budget::new(Pace::Unbounded), Instant::now());
        let mut headers = HeaderMap::new();
        let name = "x-ms-ratelimit-remaining-subscription-reads";
        headers.insert(name, "0".parse().expect("a header value"));
        for _ in 0..1000 {
            budget.heed("s", Draw::Read, now, &headers);
            budget.pause("s", Draw::Read, now, Some(60 * SECOND));
            let wait = budget.take("s", Draw::Read, now, now + SECOND);
            assert_eq!(wait, Ok(Duration::ZERO));
        }
    }
}
