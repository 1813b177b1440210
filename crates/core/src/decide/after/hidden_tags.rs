//! Own tags that Azure does not show any more, though nobody took them away: told once for each time that this happens.

use super::happened::{Happened, News};
use crate::record::OwedAbout;

/// What is told of them, whichever they are.
const OF: &str = "own tags";

impl Happened<'_> {
    /// That they stand for a time only, and where else to write them.
    pub(super) fn tags_hidden(&self) -> Option<News> {
        let hidden = self.tags_hidden?;
        let told = self.state.tags_seen.as_ref().is_none_or(|seen| seen.told);
        if told {
            return None;
        }
        let text = format!(
            "The own tags of {} are not shown any more: Azure's api-versions from {} on leave them out. \
             Those of {} stand until {}. After that, only what is written above it counts.",
            self.name,
            hidden.since_version,
            self.local(hidden.seen),
            self.local(hidden.until)
        );
        let mut news = self.of(OwedAbout::TagsNotShown, OF, text);
        news.said.to_do = vec![format!(
            "To keep what they say, write this on its {}: {}",
            hidden.place, hidden.instead
        )];
        Some(news)
    }
}
