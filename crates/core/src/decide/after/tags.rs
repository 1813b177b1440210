//! Tags that cannot be read. Each value is one thing, of which its owner is told once a day, though one notice may be of
//! several.

use super::happened::{EVERY, Happened, News, end};
use crate::policy::{Reading, TagError};
use crate::record::{OwedAbout, Reason};

/// Of many unreadable tags so many are told.
const TAGS: usize = 3;
/// Between the values that a notice is of; in no value, as [`part`] has it.
const BETWEEN: char = '\n';

/// Of which value a notice is. Values hold any character, and a part is one line all the same.
fn part(error: &TagError) -> String {
    let value = error.value.replace('\\', r"\\").replace(BETWEEN, r"\n");
    format!("{}={value}", error.tag)
}

fn blocking(reading: &Reading) -> impl Iterator<Item = &TagError> {
    reading.errors.iter().filter(|error| error.blocks)
}

/// Whether every value that a notice is of cannot be read still.
pub(super) fn stands(reading: &Reading, of: &str) -> bool {
    let is_unreadable = |one: &str| blocking(reading).any(|error| part(error) == one);
    of.split(BETWEEN).all(is_unreadable)
}

impl Happened<'_> {
    /// The values of which its owner was not told today, and is not about to be.
    pub(super) fn unreadable(&self) -> Option<News> {
        if self.decision.reason != Reason::UnreadableTag {
            return None;
        }
        let errors = blocking(self.reading);
        let errors: Vec<&TagError> = errors.filter(|error| !self.knows(&part(error))).collect();
        if errors.is_empty() {
            return None;
        }
        let of: Vec<String> = errors.iter().map(|error| part(error)).collect();
        let told = errors.iter().take(TAGS).map(|error| {
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
        let of = of.join(&BETWEEN.to_string());
        let mut news = self.of(OwedAbout::UnreadableTag, &of, text);
        news.said.to_do = corrections(&errors);
        Some(news)
    }

    /// Whether its owner has heard of this value today, or a notice of it is owed.
    fn knows(&self, part: &str) -> bool {
        let about = OwedAbout::UnreadableTag;
        let is_of = |of: &str| of.split(BETWEEN).any(|one| one == part);
        let mut told = self.state.told_after.iter();
        let told =
            told.any(|told| told.about == about && self.now < told.at + EVERY && is_of(&told.of));
        let said = self.state.owed_after.iter();
        let mut said = said.filter_map(|owed| owed.said.as_ref().filter(|_| owed.about == about));
        told || said.any(|said| is_of(&said.of))
    }
}

fn corrections(errors: &[&TagError]) -> Vec<String> {
    let corrections = errors.iter().take(TAGS).filter_map(|error| {
        let meant = error.suggestion.as_ref()?;
        Some(match error.column {
            0 => format!("What may be meant by the name {}: {meant}", error.tag),
            _ => format!("What may be meant: {} = {meant}", error.tag),
        })
    });
    corrections.collect()
}
