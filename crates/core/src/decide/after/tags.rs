//! Tags that cannot be read.

use super::{Happened, News, end};
use crate::record::{OwedAbout, Reason};

/// Of many unreadable tags so many are told.
const TAGS: usize = 3;

impl Happened<'_> {
    pub(super) fn unreadable(&self) -> Option<News> {
        if self.decision.reason != Reason::UnreadableTag {
            return None;
        }
        let errors = self.reading.errors.iter().filter(|error| error.blocks);
        let of: Vec<String> = errors
            .clone()
            .map(|error| format!("{}={}", error.tag, error.value))
            .collect();
        let told = errors.clone().take(TAGS).map(|error| {
            let (tag, layer, value) = (&error.tag, error.layer, &error.value);
            let place = match error.column {
                0 => String::new(),
                column => format!("column {column}: "),
            };
            format!("{tag} ({layer}) = {value}: {place}{}.", end(&error.message))
        });
        let more = of.len().saturating_sub(TAGS);
        let more = (more > 0).then(|| format!("And {more} more."));
        let told: Vec<String> = told.chain(more).collect();
        let text = format!(
            "{} is neither stopped nor started while one of its tags cannot be read. {}",
            self.name,
            told.join(" ")
        );
        let mut news = self.of(OwedAbout::UnreadableTag, &of.join("; "), text);
        let corrections = errors.take(TAGS).filter_map(|error| {
            let meant = error.suggestion.as_ref()?;
            Some(match error.column {
                0 => format!("What may be meant by the name {}: {meant}", error.tag),
                _ => format!("What may be meant: {} = {meant}", error.tag),
            })
        });
        news.said.to_do = corrections.collect();
        Some(news)
    }
}
