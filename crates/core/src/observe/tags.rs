//! The tags of a resource, by name.

use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use std::ops::{Deref, DerefMut};

/// The tags of a resource, by name, in order. Few as they are, they take far less room than a `BTreeMap`'s first node, and
/// a sweep holds those of thousands.
///
/// ```
/// use lamplighter_core::observe::Tags;
///
/// let tags = Tags::from([("team".into(), "vision".into()), ("lamp-schedule".into(), "always".into())]);
/// assert_eq!(tags.get("team").map(String::as_str), Some("vision"));
/// assert_eq!(tags.iter().next(), Some((&"lamp-schedule".to_owned(), &"always".to_owned())));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(LiteMap<String, String>);

impl Tags {
    pub const fn new() -> Tags {
        Tags(LiteMap::new_vec())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Deref for Tags {
    type Target = LiteMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Tags {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<(String, String)> for Tags {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(tags: I) -> Tags {
        Tags(tags.into_iter().collect())
    }
}

impl<const N: usize> From<[(String, String); N]> for Tags {
    fn from(tags: [(String, String); N]) -> Tags {
        tags.into_iter().collect()
    }
}

impl Extend<(String, String)> for Tags {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, tags: I) {
        for (name, value) in tags {
            self.0.insert(name, value);
        }
    }
}

impl IntoIterator for Tags {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_tuple_vec().into_iter()
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = (&'a String, &'a String);
    type IntoIter = <&'a LiteMap<String, String> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.0).into_iter()
    }
}
