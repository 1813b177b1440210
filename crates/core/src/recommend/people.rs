//! What people did with a resource, and what they would do if a tag had stopped it meanwhile.

use super::need::{Need, Needed};
use super::seen::Seen;
use crate::record::ChangedBy;
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// Something that happens whatever the tags say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happens {
    /// Somebody starts it, if it is off.
    Started,
    /// Somebody, or Azure itself, stops it, if it is on.
    Stopped,
    /// Somebody comes to use it, and starts it if it is off; its place among the needs.
    Needed(usize),
    /// What is known of its use changes.
    Changes,
}

/// All of it, in order of time. What Lamplighter did is left out: another tag does otherwise.
pub(super) fn happens(seen: &Seen, needs: &[Needed]) -> Vec<(DateTime<Utc>, Happens)> {
    let mut all = Vec::new();
    for run in &seen.on {
        let ours = |power: Power, at| seen.by(power, at) == Some(ChangedBy::Lamplighter);
        if run.from > seen.period.from && !ours(Power::On, run.from) {
            all.push((run.from, Happens::Started));
        }
        if run.to < seen.period.to && !ours(Power::Off, run.to) {
            all.push((run.to, Happens::Stopped));
        }
    }
    for (place, need) in needs.iter().enumerate() {
        all.push((need.span.from, Happens::Needed(place)));
        all.push((need.span.to, Happens::Changes));
    }
    all.sort();
    all
}

/// What it is needed for at an instant.
pub(super) fn need_at(needs: &[Needed], at: DateTime<Utc>) -> Option<Needed> {
    let after = needs.partition_point(|need| need.span.to <= at);
    needs.get(after).copied().filter(|need| need.span.holds(at))
}

/// Since when it has not been needed, if it is not; `None` where that began before the period.
pub(super) fn free_since(needs: &[Needed], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let after = needs.partition_point(|need| need.span.to <= at);
    let last = needs.get(after.checked_sub(1)?)?;
    Some(last.span.to)
}

impl Need {
    /// Whether somebody is known to have used it.
    pub(super) fn is_known(self) -> bool {
        self != Need::Unknown
    }
}
