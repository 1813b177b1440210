//! How many calls a subscription has room for: a bucket just under ARM's own, lowered by what ARM says remains.
//!
//! ARM gives each principal, per subscription and region, 250 reads refilled at 25 a second and 200 writes refilled at 10 a
//! second. Ours holds a few calls less and refills a hundredth slower. The few are what the first calls of a rush may take
//! on their way (a second of refill) without the last ones finding ARM's bucket empty; and they are left to other programs of
//! the same identity, whose calls show in what ARM says remains.

use std::time::Duration;
use tokio::time::Instant;

/// The longest that one answer may silence a whole subscription.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// The part of what remains that instances take between them: each hears of the others' calls a little late.
const SAFE: f64 = 0.8;

/// What others have taken since ARM last said what remains is not known after so long.
const FRESH: Duration = Duration::from_secs(1);

/// Which of ARM's two buckets a call draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Draw {
    Read,
    Write,
}

impl Draw {
    /// ARM's burst in calls and refill in calls a second.
    fn of_arm(self) -> (f64, f64) {
        match self {
            Draw::Read => (250.0, 25.0),
            Draw::Write => (200.0, 10.0),
        }
    }

    /// Calls that stay in ARM's bucket: a second's refill.
    fn left(self) -> f64 {
        self.of_arm().1
    }

    fn limits(self) -> (f64, f64) {
        let (burst, rate) = self.of_arm();
        (burst - self.left(), rate * 0.99)
    }

    pub fn remaining_header(self) -> &'static str {
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

/// What one instance has of a subscription's bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub draw: Draw,
    /// Instances that draw from it, this one included.
    pub instances: f64,
}

impl Share {
    /// Fewer than one call at once would never be made.
    fn burst(self) -> f64 {
        (self.draw.limits().0 / self.instances).max(1.0)
    }

    fn rate(self) -> f64 {
        self.draw.limits().1 / self.instances
    }

    /// What may be taken without having heard what remains: of a bucket that others draw from, too, so little that all
    /// instances together take no more than is left in ARM's.
    fn unheard(self) -> f64 {
        if self.instances > 1.0 {
            (self.draw.left() / self.instances).clamp(1.0, self.burst())
        } else {
            self.burst()
        }
    }
}

#[derive(Debug)]
pub(super) struct Bucket {
    /// Calls that may be made at once; below zero where ARM says that others have taken them.
    level: f64,
    /// When `level` was true; in the future while Azure has asked for quiet.
    at: Instant,
    /// When ARM last said what remains.
    heard: Option<Instant>,
    /// Calls that were taken and have no answer yet: what remains may not show them.
    in_flight: u32,
    /// How often the level was raised to what remains.
    raised: u32,
}

/// A call that was taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// It was the last for which there was room.
    last: bool,
    /// After which raise.
    raised: u32,
}

impl Bucket {
    pub fn full(share: Share, now: Instant) -> Bucket {
        Bucket {
            level: share.unheard(),
            at: now,
            heard: None,
            in_flight: 0,
            raised: 0,
        }
    }

    fn refill(&mut self, share: Share, now: Instant) {
        if self.heard.is_none_or(|heard| heard + FRESH < now) {
            self.level = self.level.min(share.unheard());
        }
        let gone = now.saturating_duration_since(self.at);
        let filled = self.level + gone.as_secs_f64() * share.rate();
        self.level = self.level.max(filled.min(share.unheard()));
        self.at = self.at.max(now);
    }

    /// How long a call has to wait that comes after so many others; zero: there is room for it.
    pub fn wait(&mut self, share: Share, ahead: u32, now: Instant) -> Duration {
        self.refill(share, now);
        let quiet = self.at.saturating_duration_since(now);
        let short = (f64::from(ahead) + 1.0 - self.level).max(0.0);
        quiet + Duration::from_secs_f64(short / share.rate())
    }

    /// Takes one call out.
    pub fn take(&mut self) -> Taken {
        self.level -= 1.0;
        self.in_flight += 1;
        Taken {
            last: self.level < 1.0,
            raised: self.raised,
        }
    }

    /// A call that was taken is over.
    pub fn over(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Lowers the bucket to this instance's share of what remains, as ARM's answer to a call says; and where the bucket is
    /// shared raises it to that: there may be fewer instances than could be.
    pub fn heed(&mut self, share: Share, taken: Taken, remaining: u32, now: Instant) {
        self.refill(share, now);
        self.heard = Some(now);
        let mine = (f64::from(remaining) - share.draw.left()) / share.instances;
        // Only by an answer that knows of all that the raise before let through, and not while Azure has asked for quiet.
        let knows = taken.last && taken.raised == self.raised && self.at <= now;
        let free = (mine * SAFE - f64::from(self.in_flight)).min(share.burst());
        if share.instances > 1.0 && knows && free > self.level {
            self.level = free;
            self.raised = self.raised.wrapping_add(1);
        }
        self.level = self.level.min(mine);
    }

    /// Holds every call of the subscription back for as long as Azure asked, an hour at most.
    pub fn pause(&mut self, share: Share, length: Option<Duration>, now: Instant) {
        self.refill(share, now);
        self.level = self.level.min(0.0);
        let length = length.unwrap_or_default().min(LONGEST_PAUSE);
        self.at = self.at.max(now + length);
    }
}
