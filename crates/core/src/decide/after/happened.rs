//! What has happened to a resource, and what of it is news.

use crate::decide::decision::Decision;
use crate::decide::own_tags::TagsHidden;
use crate::decide::remember::Change;
use crate::policy::{Policy, Reading};
use crate::record::{OwedAbout, OwnOperation, ResourceState, Said};
use crate::schedule::wall;
use crate::tz::Tz;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// The same thing is told no more often than this.
pub(super) const EVERY: TimeDelta = TimeDelta::days(1);

/// Something that has happened, as its owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub about: OwedAbout,
    /// The operation of ours that it is about.
    pub own: Option<OwnOperation>,
    pub said: Said,
}

/// What may be news.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'a> {
    pub name: &'a str,
    pub reading: &'a Reading,
    pub decision: &'a Decision,
    pub state: &'a ResourceState,
    pub changes: &'a [Change],
    /// What its kind has read that keeps it from being started, whatever is decided.
    pub no_start: Option<&'a str>,
    /// Its own tags, where an answer has ceased to show them.
    pub tags_hidden: Option<&'a TagsHidden>,
    /// Its cores are free for others while it is stopped.
    pub releases_quota: bool,
    /// From which cost on its owner hears of what is kept on; `None`: never.
    pub cost_from: Option<Decimal>,
    pub now: DateTime<Utc>,
}

/// Whether the owner wants to hear of this, as `lamp-notice` says. `0` is of stops, and `off` of all but failures.
pub fn wants(policy: &Policy, about: OwedAbout) -> bool {
    let length = policy.notice.as_ref().and_then(|notice| notice.value);
    let of_stop = matches!(about, OwedAbout::Stop | OwedAbout::Stopped);
    about.is_failure() || length.is_some_and(|length| !(of_stop && length.is_zero()))
}

impl Happened<'_> {
    fn zone(&self) -> Tz {
        self.reading.policy.zone.unwrap_or(Tz::UTC)
    }

    pub(super) fn local(&self, at: DateTime<Utc>) -> String {
        wall::shown(at, self.zone())
    }

    pub(super) fn of(&self, about: OwedAbout, of: &str, text: String) -> News {
        News {
            about,
            own: None,
            said: Said {
                of: of.to_owned(),
                text,
                to_do: Vec::new(),
            },
        }
    }
}

/// A text without the full stop at its end.
pub(super) fn end(text: &str) -> &str {
    text.trim_end().trim_end_matches('.')
}
