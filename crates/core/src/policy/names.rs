//! What tags are called, and to whom their names may address them.

use super::error::TagError;
use super::layer::Layer;
use super::suggest;
use std::fmt;

/// What the tags are called after the prefix.
pub(super) const KEYS: [&str; 10] = [
    "schedule",
    "idle",
    "max-uptime",
    "hold",
    "holidays",
    "notice",
    "unused",
    "mode",
    "warm",
    "floor",
];
pub(super) const OWNER: &str = "owner";

/// Whether this tag has something stopped or started.
pub(super) fn acts(key: &str) -> bool {
    matches!(key, "schedule" | "hold" | "idle" | "max-uptime")
}

/// Whether this tag only says how: it then governs nothing by itself.
pub(super) fn counts_nodes(key: &str) -> bool {
    matches!(key, "warm" | "floor")
}

/// What follows the first dot of an addressed tag's name.
#[derive(Clone, Copy)]
pub(super) enum Address<'n> {
    To(&'n str),
    /// A deployment, behind its endpoint.
    Within(&'n str, &'n str),
}

impl Address<'_> {
    pub fn is(self, written: &str) -> bool {
        match self {
            Address::To(name) => !written.is_empty() && same(written, name),
            Address::Within(endpoint, name) => written
                .rsplit_once('.')
                .is_some_and(|(first, last)| same(first, endpoint) && same(last, name)),
        }
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::To(name) => f.write_str(name),
            Address::Within(endpoint, name) => write!(f, "{endpoint}.{name}"),
        }
    }
}

/// Whether two names are one but for letter case, which Azure ignores in them.
pub fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}

/// What follows the prefix in a name under it.
pub(super) fn after_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let length = match name.is_ascii() {
        true => prefix.len(),
        // Letters may have another length in the other case.
        false => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .find(|at| same(&name[..*at], prefix))?,
    };
    let (head, rest) = name.split_at_checked(length)?;
    same(head, prefix).then_some(rest)
}

/// A tag that stands twice on one layer, in different letter case: Azure takes that for one, so who wrote both
/// meant only one of them.
pub(super) fn twice(layer: Layer, name: &str, value: &str) -> TagError {
    let message = "this tag is written twice, in different letter case";
    TagError::of_name((name, layer, value), message, None)
}

/// What Azure allows in no tag's name, and how long one may be.
const NOT_IN_NAMES: [char; 7] = ['<', '>', '%', '&', '\\', '?', '/'];
const LONGEST_NAME: usize = 512;

/// A name that no tag in Azure can have: on the command line, or addressed to a compute that does not exist.
pub(super) fn not_azures(layer: Layer, name: &str, value: &str) -> Option<TagError> {
    let message = if name.contains(NOT_IN_NAMES) {
        "Azure takes no tag name with < > % & \\ ? or /".to_string()
    } else if name.len() > LONGEST_NAME && name.chars().count() > LONGEST_NAME {
        format!("Azure takes no tag name of more than {LONGEST_NAME} characters")
    } else {
        return None;
    };
    Some(TagError::of_name((name, layer, value), message, None))
}

/// A name under the prefix that means nothing, or that is addressed to a compute where none can be. `known`: what follows the prefix is a tag's.
pub(super) fn unknown(
    (name, layer, value): (&str, Layer, &str),
    (key, known): (&str, bool),
    prefix: &str,
    to: Address<'_>,
) -> TagError {
    let key = &key.to_lowercase();
    let (message, suggestion) = if known {
        let message = match layer {
            Layer::Workspace => "expected the name of a compute after the dot",
            Layer::Project | Layer::Account => "expected the name of a workbench after the dot",
            Layer::Endpoint => "expected the name of a deployment after the dot",
            _ => {
                "only a tag of a workspace, or of a project or an account of Foundry, is addressed to one; here the \
                 name ends before the dot"
            }
        };
        (message.to_owned(), Some(format!("{prefix}{key}")))
    } else {
        let joined = key.replace(['_', ' '], "-");
        let meant = KEYS
            .into_iter()
            .find(|known| known.replace('-', "") == joined.replace('-', ""));
        let meant = meant.or_else(|| suggest::nearest(&joined, KEYS));
        let address = match layer.is_addressed() {
            true => format!(".{to}"),
            false => String::new(),
        };
        let known: Vec<String> = KEYS
            .iter()
            .map(|known| format!("{prefix}{known}"))
            .collect();
        (
            format!("no tag has this name: expected one of {}", known.join(", ")),
            meant.map(|meant| format!("{prefix}{meant}{address}")),
        )
    };
    TagError::of_name((name, layer, value), message, suggestion)
}
