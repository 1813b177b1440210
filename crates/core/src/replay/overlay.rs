//! Tags that a replay lays over every compute's own.

use crate::observe::Tags;
use crate::policy::{self, Defaults, Layer, Layers, TagError};
use std::collections::BTreeMap;

/// `--set name=value`, in the order given; an empty value takes the tag away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay(Vec<(String, String)>);

/// Why tags cannot be laid over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    #[error("--set {0}")]
    Tag(TagError),
    #[error(
        "--set {name}: no policy is read from this tag; a policy's tags begin with {prefix}, and the owner's is {owner_tag}"
    )]
    NotPolicy {
        name: String,
        prefix: String,
        owner_tag: String,
    },
}

impl Overlay {
    /// Reads the tags as an owner's would be read.
    ///
    /// # Errors
    /// The first of them that cannot be read, or that no policy is read from.
    pub fn read(tags: Vec<(String, String)>, defaults: &Defaults) -> Result<Overlay, OverlayError> {
        for (name, _) in &tags {
            let lower = name.to_lowercase();
            let known = lower.starts_with(&defaults.prefix.to_lowercase())
                || lower == defaults.owner_tag.to_lowercase();
            if !known {
                return Err(OverlayError::NotPolicy {
                    name: name.clone(),
                    prefix: defaults.prefix.clone(),
                    owner_tag: defaults.owner_tag.clone(),
                });
            }
        }
        // One that takes a tag away is read by itself, for its name alone.
        let (away, laid): (Vec<_>, Vec<_>) = tags
            .iter()
            .cloned()
            .partition(|(_, value)| value.is_empty());
        let overlay = Overlay(laid);
        let of_names = |error: &TagError| error.column == 0;
        let wrong = errors(&overlay.over(&Tags::new()), defaults)
            .into_iter()
            .next();
        let wrong = wrong.or_else(|| {
            let away = errors(&away.into_iter().collect(), defaults);
            away.into_iter().find(of_names)
        });
        match wrong {
            Some(error) => Err(OverlayError::Tag(error)),
            None => Ok(Overlay(tags)),
        }
    }

    /// A compute's own tags with these laid over them; names ignore case.
    pub fn over(&self, tags: &Tags) -> Tags {
        let mut tags = tags.clone();
        for (name, value) in &self.0 {
            let lower = name.to_lowercase();
            tags.retain(|known, _| known.to_lowercase() != lower);
            if !value.is_empty() {
                tags.insert(name.clone(), value.clone());
            }
        }
        tags
    }

    /// What was asked for, by name.
    pub fn shown(&self) -> BTreeMap<String, String> {
        self.0.iter().cloned().collect()
    }
}

fn errors(tags: &Tags, defaults: &Defaults) -> Vec<TagError> {
    let none = Tags::new();
    let layers = Layers {
        compute_name: "",
        compute: tags,
        workspace: &none,
        resource_group: &none,
    };
    let mut errors = policy::read(&layers, defaults).errors;
    errors.retain(|error| error.layer == Layer::Compute);
    errors
}
