//! What is owed and was told of what has happened, and is forgotten: it is not true any more, or was long ago.

use super::happened::EVERY;
use super::tags;
use crate::decide::scale::to_be_raised;
use crate::policy::Reading;
use crate::record::{OwedAbout, Reason, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// A start that has failed for so long is not the one that works now.
const STARTS_FAIL: TimeDelta = TimeDelta::days(4);

impl ResourceState {
    /// Forgets what is owed of this, and that it was told.
    pub(super) fn forget_after(&mut self, about: OwedAbout) {
        self.owed_after.retain(|owed| owed.about != about);
        self.told_after.retain(|told| told.about != about);
    }

    /// Forgets what is owed and not true any more, or for too long. `reason`: of the present decision.
    pub fn forget_over(&mut self, (reading, reason): (&Reading, Reason), now: DateTime<Utc>) {
        let (rest, unused) = (self.rest, self.unused_starts.is_some());
        let lacks = to_be_raised(self);
        let hidden = self.tags_seen.as_ref().is_some_and(|seen| seen.told);
        self.owed_after.retain(|owed| {
            let holds = match owed.about {
                OwedAbout::Stopped => rest != Some(Power::On),
                OwedAbout::StartFailed => lacks || rest != Some(Power::On),
                OwedAbout::StartLate | OwedAbout::StartWorked | OwedAbout::StillOn => {
                    rest != Some(Power::Off)
                }
                // What stands of it is news again, without what does not.
                OwedAbout::UnreadableTag => {
                    let said = owed.said.as_ref();
                    reason == Reason::UnreadableTag
                        && said.is_some_and(|said| tags::stands(reading, &said.of))
                }
                // Shown again, they are seen anew.
                OwedAbout::TagsNotShown => hidden,
                OwedAbout::StartsEnded => unused && rest != Some(Power::On),
                _ => true,
            };
            holds && now < owed.since + EVERY
        });
        let by_hand = rest == Some(Power::On);
        self.late_start = self.late_start.filter(|_| !by_hand);
        self.told_after.retain(|told| match told.about {
            OwedAbout::StartFailed => (lacks || !by_hand) && now < told.at + STARTS_FAIL,
            _ => now < told.at + EVERY,
        });
    }
}
