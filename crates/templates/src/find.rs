//! The maps that are tags, and the resource that each is for.
//!
//! Tags are what stands under a name in which `tags` is a word (`tags`, `default_tags`, `tagsByRole`), and what a name
//! stands for that is used there: through functions, conditions, spreads, aliases and other names.

use crate::text::Text;
use crate::value::{Definition, Document, Entry, Key, Role, Value};
use lamplighter_core::policy::Target;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The tags that stand in one map.
#[derive(Debug)]
pub(crate) struct TagSet<'d> {
    pub role: Role,
    pub tags: Vec<Tag<'d>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Tag<'d> {
    /// Its value, where it stands in the source.
    Named(&'d Text, Option<&'d Text>),
    /// A name under the prefix that is computed from there on.
    Begins(&'d Range<usize>),
}

pub(crate) fn tags<'d>(document: &'d Document, prefix: &str) -> Vec<TagSet<'d>> {
    let mut definitions: HashMap<&str, Vec<&Value>> = HashMap::new();
    for one in &document.definitions {
        definitions.entry(&one.name).or_default().push(&one.value);
    }
    let mut finder = Finder {
        prefix: prefix.to_lowercase(),
        definitions,
        followed: HashSet::new(),
        found: Vec::new(),
    };
    for value in &document.values {
        finder.walk(value, Context::OUTSIDE);
    }
    let is_named = |one: &Definition| is_tags(one.written.rsplit('.').next().unwrap_or_default());
    let (named, others): (Vec<_>, Vec<_>) =
        document.definitions.iter().partition(|one| is_named(one));
    // Those called tags come last: by then it is known which resources use them.
    for (tags, definitions) in [(false, others), (true, named)] {
        for one in definitions {
            // What a resource of another kind uses is judged as that resource's, which it was above.
            let mut followed = finder.followed.iter();
            if followed.any(|(name, role)| *name == one.name && role.is_lenient()) {
                continue;
            }
            let role = Role::Other;
            finder.walk(&one.value, Context { role, tags });
        }
    }
    finder.found
}

#[derive(Clone, Copy)]
struct Context {
    role: Role,
    /// Within what is tags.
    tags: bool,
}

impl Context {
    const OUTSIDE: Context = Context {
        role: Role::Other,
        tags: false,
    };
}

struct Finder<'d> {
    prefix: String,
    definitions: HashMap<&'d str, Vec<&'d Value>>,
    followed: HashSet<(&'d str, Role)>,
    found: Vec<TagSet<'d>>,
}

impl<'d> Finder<'d> {
    fn walk(&mut self, value: &'d Value, context: Context) {
        match value {
            Value::Text(_) | Value::Unknown => {}
            Value::Many(values) => values.iter().for_each(|value| self.walk(value, context)),
            Value::Resource(role, value) => {
                let role = role.within(context.role);
                let tags = context.tags;
                self.walk(value, Context { role, tags });
            }
            Value::Name(name) => self.follow(name, context),
            Value::Map(entries) => self.map(entries, context),
        }
    }

    /// What a name stands for is tags where tags are expected; elsewhere it is walked where it stands.
    fn follow(&mut self, name: &'d str, context: Context) {
        if !context.tags || !self.followed.insert((name, context.role)) {
            return;
        }
        for value in self.definitions.get(name).cloned().unwrap_or_default() {
            self.walk(value, context);
        }
    }

    fn map(&mut self, entries: &'d [Entry], context: Context) {
        let role = type_of(entries).map_or(context.role, |role| role.within(context.role));
        let role = of_kind(role, entries);
        if context.tags {
            let tags: Vec<Tag<'d>> = entries.iter().filter_map(|entry| self.tag(entry)).collect();
            if !tags.is_empty() {
                self.found.push(TagSet { role, tags });
            }
        }
        for entry in entries {
            let tags = match &entry.key {
                Key::Text(name) => context.tags || is_tags(&name.value),
                Key::Spread | Key::Unknown | Key::Begins(..) => context.tags,
            };
            self.walk(&entry.value, Context { role, tags });
        }
    }

    fn tag(&self, entry: &'d Entry) -> Option<Tag<'d>> {
        match &entry.key {
            Key::Text(name) if self.is_under_prefix(&name.value) => match &entry.value {
                Value::Text(value) => Some(Tag::Named(name, Some(value))),
                // A tag is a text: a map of this name holds something else.
                Value::Map(_) => None,
                _ => Some(Tag::Named(name, None)),
            },
            Key::Begins(begins, span) if self.is_under_prefix(begins) => Some(Tag::Begins(span)),
            _ => None,
        }
    }

    fn is_under_prefix(&self, name: &str) -> bool {
        name.to_lowercase().starts_with(&self.prefix)
    }
}

/// ARM's `type`, also in Terraform's azapi and in what `az ml` reads.
fn type_of(entries: &[Entry]) -> Option<Role> {
    let named =
        |entry: &Entry, wanted: &str| matches!(&entry.key, Key::Text(name) if name.value == wanted);
    let types = entries.iter().filter(|entry| named(entry, "type"));
    let mut roles = types.filter_map(|entry| match &entry.value {
        Value::Text(text) => Some(Role::of_yaml(&text.value)),
        _ => None,
    });
    let by_type = roles.find(|role| *role != Role::Other);
    by_type.or_else(|| {
        let mut schemas = entries.iter().filter(|entry| named(entry, "$schema"));
        schemas.find_map(|entry| match &entry.value {
            Value::Text(text) => match text.value.rsplit('/').next() {
                Some("workspace.schema.json") => Some(Role::Workspace),
                Some("managedOnlineEndpoint.schema.json") => Some(Role::Endpoint),
                Some("managedOnlineDeployment.schema.json") => Some(Role::Of(Target::Deployment)),
                _ => None,
            },
            _ => None,
        })
    })
}

/// ARM's types do not tell a cluster from an instance, or whose machines a deployment runs on; their properties do.
fn of_kind(role: Role, entries: &[Entry]) -> Role {
    let property = match role {
        Role::Compute => "computeType",
        Role::Of(Target::Deployment) => "endpointComputeType",
        _ => return role,
    };
    let inner = within(entries, "body").and_then(|body| text_of(body, property));
    let kind =
        inner.or_else(|| within(entries, "properties").and_then(|one| of_map(one, property)));
    match (role, kind) {
        (Role::Compute, kind) => kind.and_then(Role::of_compute).unwrap_or(role),
        // Others have no machines of their own.
        (_, Some(kind)) if kind != "Managed" => Role::Other,
        _ => role,
    }
}

/// The property in what azapi sends.
fn text_of<'d>(body: &'d Value, property: &str) -> Option<&'d str> {
    match body {
        Value::Map(entries) => of_map(within(entries, "properties")?, property),
        Value::Many(values) => values.iter().find_map(|one| text_of(one, property)),
        _ => None,
    }
}

fn of_map<'d>(value: &'d Value, property: &str) -> Option<&'d str> {
    match value {
        Value::Map(entries) => match within(entries, property)? {
            Value::Text(text) => Some(&text.value),
            _ => None,
        },
        Value::Many(values) => values.iter().find_map(|one| of_map(one, property)),
        _ => None,
    }
}

fn within<'d>(entries: &'d [Entry], wanted: &str) -> Option<&'d Value> {
    let named = |entry: &&Entry| matches!(&entry.key, Key::Text(name) if name.value == wanted);
    entries.iter().find(named).map(|entry| &entry.value)
}

/// Whether `tags` is a word of a name: `tags`, `common_tags`, `DefaultTags`, `tagsByRole`, `extra-tags`.
fn is_tags(name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_small = at > 0 && letters[at - 1].is_lowercase();
        if !letter.is_alphanumeric() || letter.is_uppercase() && after_small {
            if word == "tags" {
                return true;
            }
            word.clear();
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    word == "tags"
}

#[cfg(test)]
mod tests {
    use super::is_tags;

    #[test]
    fn tags_is_a_word_of_a_name() {
        for name in [
            "tags",
            "Tags",
            "TAGS",
            "common_tags",
            "resourceTags",
            "tagsByRole",
            "extra-tags",
            "DEFAULT_TAGS",
        ] {
            assert!(is_tags(name), "{name}");
        }
        for name in [
            "hashtags",
            "stage",
            "tag",
            "tagsy",
            "vantages",
            "",
            "metatagsx",
        ] {
            assert!(!is_tags(name), "{name}");
        }
    }
}
