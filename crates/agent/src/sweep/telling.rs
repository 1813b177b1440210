//! The time that notices may take.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// No post of a sweep begins later than this after the first; one that has begun has its own time, so that notices delay
/// a sweep by that much more at most. What is not told by then is told by the next sweep.
const WITHIN: Duration = Duration::from_secs(5);

/// The time that is left for notices in a sweep. It passes while any workspace is telling.
pub struct TellingTime {
    clock: Mutex<Running>,
}

struct Running {
    left: Duration,
    /// Workspaces that are telling, and since when any has been.
    telling: usize,
    since: Instant,
}

/// A workspace tells until this is dropped.
pub struct Telling<'a> {
    time: &'a TellingTime,
    pub until: Instant,
}

impl TellingTime {
    pub fn new() -> TellingTime {
        TellingTime {
            clock: Mutex::new(Running {
                left: WITHIN,
                telling: 0,
                since: Instant::now(),
            }),
        }
    }

    pub fn begin(&self) -> Telling<'_> {
        let mut clock = self.lock();
        if clock.telling == 0 {
            clock.since = Instant::now();
        }
        clock.telling += 1;
        Telling {
            time: self,
            until: clock.since + clock.left,
        }
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Running> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        let mut clock = self.time.lock();
        clock.telling -= 1;
        if clock.telling == 0 {
            clock.left = clock.left.saturating_sub(clock.since.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn the_time_passes_once_however_many_tell_and_stands_still_between() {
        let time = TellingTime::new();
        let begun = Instant::now();
        let (first, second) = (time.begin(), time.begin());
        assert_eq!(
            (first.until, second.until),
            (begun + WITHIN, begun + WITHIN)
        );
        advance(Duration::from_secs(2)).await;
        drop(first);
        advance(Duration::from_secs(1)).await;
        drop(second);
        advance(Duration::from_secs(60)).await;
        let third = time.begin();
        assert_eq!(third.until, Instant::now() + Duration::from_secs(2));
        advance(Duration::from_secs(9)).await;
        drop(third);
        assert_eq!(time.begin().until, Instant::now());
    }
}
