//! What a service asks of its callers: so many posts in so long, and none before it says so.
//!
//! It is kept by one process. Where several instances share the workspaces, each keeps it for itself, and the service's
//! own refusal is what they meet.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// No more posts than this within any such time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub posts: usize,
    pub seconds: i64,
}

/// The longest that one answer keeps a channel waiting.
pub(super) const LONGEST: Duration = Duration::from_secs(3600);

/// Why a post is not made now, and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub why: &'static str,
    pub after: Duration,
    pub kind: Kind,
}

/// Whose wish it is that no post is made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ours: more would be beyond its limits.
    Full,
    /// The service's.
    Asked,
    /// Nobody's: it did not work a moment ago, which says that it would not now.
    Down,
}

/// When posts were made over one channel.
#[derive(Debug)]
pub(super) struct Pace {
    limits: &'static [Limit],
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The oldest first.
    posts: VecDeque<DateTime<Utc>>,
    /// No post is made before.
    paused: Option<Paused>,
}

#[derive(Clone, Copy, Debug)]
struct Paused {
    until: DateTime<Utc>,
    why: &'static str,
    kind: Kind,
}

impl Pace {
    pub fn new(limits: &'static [Limit]) -> Pace {
        Pace {
            limits,
            kept: Mutex::default(),
        }
    }

    /// Counts so many posts that are about to be made.
    ///
    /// # Errors
    /// They are too many, or too early: why, and how long to wait.
    pub fn take(&self, posts: usize, now: DateTime<Utc>) -> Result<(), Wait> {
        let mut kept = self.kept();
        if let Some(Paused { until, why, kind }) = kept.paused
            && let Ok(after) = (until - now).to_std()
            && after > Duration::ZERO
            && after <= LONGEST
        {
            return Err(Wait { why, after, kind });
        }
        let longest = self.limits.iter().map(|limit| limit.seconds).max();
        let longest = TimeDelta::seconds(longest.unwrap_or(0));
        // A clock that was set back leaves instants that are still to come: they say nothing.
        kept.posts.retain(|at| *at <= now && now - *at < longest);
        let waits = self.limits.iter().filter_map(|limit| {
            let length = TimeDelta::seconds(limit.seconds);
            let within: Vec<&DateTime<Utc>> =
                kept.posts.iter().filter(|at| now - **at < length).collect();
            let over = (within.len() + posts).checked_sub(limit.posts)?;
            // More than ever fits goes as soon as nothing else does.
            let last = within.get(over.min(within.len()).checked_sub(1)?)?;
            (**last + length - now).to_std().ok()
        });
        if let Some(after) = waits.max() {
            return Err(Wait {
                why: "it takes no more just now",
                after,
                kind: Kind::Full,
            });
        }
        kept.posts.extend(std::iter::repeat_n(now, posts));
        Ok(())
    }

    /// Makes no post for as long as the service has asked.
    pub fn pause(&self, length: Duration, now: DateTime<Utc>) {
        self.stop(length, "it has asked for a pause", Kind::Asked, now);
    }

    /// Makes no post for so long, as none would arrive: why.
    pub fn down(&self, length: Duration, why: &'static str, now: DateTime<Utc>) {
        self.stop(length, why, Kind::Down, now);
    }

    fn stop(&self, length: Duration, why: &'static str, kind: Kind, now: DateTime<Utc>) {
        if let Ok(length) = TimeDelta::from_std(length.min(LONGEST)) {
            let until = now + length;
            let mut kept = self.kept();
            // A shorter pause, asked for by an answer to another post, does not end a longer one.
            if kept.paused.is_none_or(|paused| paused.until < until) {
                kept.paused = Some(Paused { until, why, kind });
            }
        }
    }

    /// Only instants are kept: a panic elsewhere cannot leave them half written.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + seconds, 0).expect("a time")
    }

    /// How long one has to wait.
    fn take(pace: &Pace, posts: usize, now: DateTime<Utc>) -> Result<(), Duration> {
        pace.take(posts, now).map_err(|wait| wait.after)
    }

    const TEAMS: &[Limit] = &[Limit {
        posts: 25,
        seconds: 300,
    }];

    #[test]
    fn the_26th_post_waits_until_the_first_is_five_minutes_old() {
        let pace = Pace::new(TEAMS);
        for second in 0..25 {
            assert_eq!(take(&pace, 1, at(second)), Ok(()));
        }
        assert_eq!(take(&pace, 1, at(100)), Err(Duration::from_secs(200)));
        assert_eq!(take(&pace, 1, at(299)), Err(Duration::from_secs(1)));
        assert_eq!(take(&pace, 1, at(300)), Ok(()));
        assert_eq!(take(&pace, 1, at(300)), Err(Duration::from_secs(1)));
        assert_eq!(take(&pace, 3, at(302)), Err(Duration::from_secs(1)));
        assert_eq!(take(&pace, 2, at(302)), Ok(()));
    }

    #[test]
    fn a_shorter_pause_does_not_end_a_longer_one() {
        let pace = Pace::new(&[]);
        pace.pause(Duration::from_secs(600), at(0));
        pace.down(Duration::from_secs(60), "it did not answer just now", at(1));
        assert_eq!(take(&pace, 1, at(100)), Err(Duration::from_secs(500)));
        assert_eq!(take(&pace, 1, at(600)), Ok(()));
    }

    #[test]
    fn within_any_time_there_are_never_more_than_the_limits() {
        const MAIL: &[Limit] = &[
            Limit {
                posts: 5,
                seconds: 60,
            },
            Limit {
                posts: 10,
                seconds: 3600,
            },
        ];
        let pace = Pace::new(MAIL);
        let mut random = fastrand::Rng::with_seed(7);
        let (mut now, mut made) = (0, Vec::new());
        for _ in 0..2000 {
            now += random.i64(0..40);
            match take(&pace, 1, at(now)) {
                Ok(()) => made.push(now),
                Err(wait) => {
                    let wait = i64::try_from(wait.as_secs()).expect("not long");
                    assert!(wait > 0);
                    // What it says is enough where nothing else is posted.
                    if random.u8(0..10) == 0 {
                        now += wait;
                        assert_eq!(take(&pace, 1, at(now)), Ok(()));
                        made.push(now);
                    }
                }
            }
        }
        for limit in MAIL {
            for start in &made {
                let within = made
                    .iter()
                    .filter(|at| (*start..start + limit.seconds).contains(*at));
                assert!(within.count() <= limit.posts);
            }
        }
        assert!(made.len() > 50, "{}", made.len());
    }

    #[test]
    fn a_pause_is_kept_and_ends_and_a_clock_that_was_wrong_stops_nothing_for_ever() {
        let pace = Pace::new(&[]);
        pace.pause(Duration::from_secs(90), at(0));
        assert_eq!(take(&pace, 1, at(10)), Err(Duration::from_secs(80)));
        assert_eq!(take(&pace, 1, at(90)), Ok(()));
        let year = 365 * 24 * 3600;
        pace.pause(Duration::from_secs(u64::MAX), at(year));
        assert_eq!(take(&pace, 1, at(year)), Err(LONGEST));
        assert_eq!(take(&pace, 1, at(100)), Ok(()));
        let pace = Pace::new(TEAMS);
        assert_eq!(take(&pace, 25, at(year)), Ok(()));
        assert_eq!(take(&pace, 25, at(0)), Ok(()));
    }

    #[test]
    fn a_message_of_more_posts_than_the_limit_is_not_kept_for_ever() {
        let pace = Pace::new(TEAMS);
        assert_eq!(take(&pace, 30, at(0)), Ok(()));
        assert_eq!(take(&pace, 30, at(1)), Err(Duration::from_secs(299)));
        assert_eq!(take(&pace, 30, at(300)), Ok(()));
    }
}
