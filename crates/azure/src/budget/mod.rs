//! The turn of a call: in the order of asking, and not before its subscription has room for it.

mod bucket;
#[cfg(test)]
mod tests;

pub(crate) use bucket::Draw;
pub use bucket::Pace;

use bucket::{Bucket, Share, Taken};
use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout_at};

/// The buckets of every subscription that was called, by its lower-case id (empty for calls above subscriptions).
#[derive(Debug)]
pub(super) struct Budget {
    pace: Pace,
    /// How many instances draw from ARM's buckets, this one included.
    instances: AtomicU32,
    lines: Mutex<HashMap<(String, Draw), Arc<Line>>>,
}

/// Those who wait for one bucket.
#[derive(Debug)]
struct Line {
    bucket: Mutex<Bucket>,
    /// Who holds it is the first; all others get it in the order in which they came.
    first: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicU32,
}

impl Line {
    /// A panic elsewhere leaves at worst a count that is off by one.
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
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
            lines: Mutex::default(),
        }
    }

    /// Others draw from ARM's buckets too: this instance takes its share of them.
    pub fn share_with(&self, instances: u32) {
        self.instances.store(instances.max(1), Ordering::Relaxed);
    }

    fn share(&self, draw: Draw) -> Share {
        let instances = f64::from(self.instances.load(Ordering::Relaxed));
        Share { draw, instances }
    }

    fn line(&self, subscription: &str, draw: Draw) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            Arc::new(Line {
                bucket: Mutex::new(Bucket::full(self.share(draw), Instant::now())),
                first: Arc::default(),
                waiting: AtomicU32::new(0),
            })
        };
        let key = (subscription.to_ascii_lowercase(), draw);
        lines.entry(key).or_insert_with(new).clone()
    }

    /// Waits until the bucket has room for this call, which has it until the turn is taken or dropped.
    ///
    /// # Errors
    /// How long it would have to wait, where that reaches the deadline: said at once, as far as it is known then.
    pub async fn turn(
        &self,
        subscription: &str,
        draw: Draw,
        deadline: Instant,
    ) -> Result<Turn, Duration> {
        if self.pace == Pace::Unbounded {
            return Ok(Turn(None));
        }
        let line = self.line(subscription, draw);
        let ahead = line.waiting.load(Ordering::Relaxed);
        self.fits(&line, (draw, ahead), deadline)?;
        let waits = Waits::begin(&line);
        let first = timeout_at(deadline, line.first.clone().lock_owned()).await;
        let first = first.map_err(|_| Duration::ZERO)?;
        loop {
            let wait = self.fits(&line, (draw, 0), deadline)?;
            if wait.is_zero() {
                break;
            }
            sleep(wait).await;
        }
        drop(waits);
        Ok(Turn(Some((line, first))))
    }

    /// How long a call has to wait that comes after so many others, or the same where that is too long.
    fn fits(
        &self,
        line: &Line,
        (draw, ahead): (Draw, u32),
        deadline: Instant,
    ) -> Result<Duration, Duration> {
        let now = Instant::now();
        let wait = line.bucket().wait(self.share(draw), ahead, now);
        let left = deadline.saturating_duration_since(now);
        if wait.is_zero() || wait < left {
            Ok(wait)
        } else {
            Err(wait)
        }
    }

    /// Takes in what the answer to a call says remains.
    pub fn answered(&self, mut sent: Sent, draw: Draw, headers: &HeaderMap) {
        let Some((line, taken)) = sent.0.take() else {
            return;
        };
        let header = headers.get(draw.remaining_header());
        let remaining = header.and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok());
        let mut bucket = line.bucket();
        bucket.over();
        if let Some(remaining) = remaining {
            bucket.heed(self.share(draw), taken, remaining, Instant::now());
        }
    }

    /// Holds every call of the subscription back for as long as Azure asked, an hour at most.
    pub fn pause(&self, subscription: &str, draw: Draw, length: Option<Duration>) {
        if self.pace == Pace::Unbounded {
            return;
        }
        let line = self.line(subscription, draw);
        line.bucket()
            .pause(self.share(draw), length, Instant::now());
    }
}

/// A call stands in the line until this is dropped.
struct Waits<'a>(&'a Line);

impl Waits<'_> {
    fn begin(line: &Line) -> Waits<'_> {
        line.waiting.fetch_add(1, Ordering::Relaxed);
        Waits(line)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A call's turn. Nobody else of its line goes before it is taken or dropped.
pub(super) struct Turn(Option<(Arc<Line>, OwnedMutexGuard<()>)>);

impl Turn {
    /// The call is about to be sent. To be kept until its answer is there.
    pub fn take(self) -> Sent {
        let taken = self.0.map(|(line, _first)| {
            let taken = line.bucket().take();
            (line, taken)
        });
        Sent(taken)
    }
}

/// A call that was taken out of the budget and has no answer yet.
pub(super) struct Sent(Option<(Arc<Line>, Taken)>);

impl Drop for Sent {
    fn drop(&mut self) {
        if let Some((line, _)) = &self.0 {
            line.bucket().over();
        }
    }
}
