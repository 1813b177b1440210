//! Azure's JSON to the model, leniently: every field may be missing, null or of another type, unknown words
//! are kept, and what cannot be understood becomes an oddity in words instead of an error.

mod compute;
mod schedule;
mod time;

pub(super) use compute::compute;
pub(crate) use time::instant;

use super::error::one_line;
use super::model::{Job, ResourceGroup, Subscription, Tags, Workspace};
use serde_json::{Map, Value};

/// A JSON object read field by field, with the place where it stands and the oddities found so far.
struct Fields<'a, 'o> {
    /// `None`: missing, null, or not an object.
    object: Option<&'a Map<String, Value>>,
    place: String,
    oddities: &'o mut Vec<String>,
}

impl<'a, 'o> Fields<'a, 'o> {
    fn new(value: Option<&'a Value>, place: &str, oddities: &'o mut Vec<String>) -> Self {
        let object = match value {
            None | Some(Value::Null) => None,
            Some(Value::Object(object)) => Some(object),
            Some(other) => {
                oddities.push(odd(place, "an object", other));
                None
            }
        };
        Fields {
            object,
            place: place.to_owned(),
            oddities,
        }
    }

    /// The field, `None` also where it is null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|v| !v.is_null())
    }

    fn below(&mut self, name: &str) -> Fields<'a, '_> {
        let place = self.path(name);
        Fields::new(self.get(name), &place, self.oddities)
    }

    fn path(&self, name: &str) -> String {
        match self.place.as_str() {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }

    fn odd(&mut self, name: &str, expected: &str, found: &Value) {
        let place = self.path(name);
        self.oddities.push(odd(&place, expected, found));
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => {
                self.odd(name, "text", other);
                None
            }
        }
    }

    /// A list; empty where missing. `Err` where it is something else.
    fn list(&mut self, name: &str) -> Result<&'a [Value], ()> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => {
                self.odd(name, "a list", other);
                Err(())
            }
        }
    }

    /// Text that `read` understands.
    fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let read = value.as_str().and_then(read);
        if read.is_none() {
            self.odd(name, expected, value);
        }
        read
    }

    /// No tag is dropped: one that is lost could be the one that says "leave this machine alone".
    fn tags(&mut self) -> Tags {
        let mut fields = self.below("tags");
        let mut tags = Tags::new();
        for (name, value) in fields.object.into_iter().flatten() {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => {
                    fields.odd(name, "text", other);
                    other.to_string()
                }
            };
            tags.insert(name.clone(), text);
        }
        tags
    }
}

/// One oddity in words, of bounded length.
fn odd(place: &str, expected: &str, found: &Value) -> String {
    let mut shown: String = found.to_string().chars().take(60).collect();
    if found.to_string().chars().nth(60).is_some() {
        shown.push('…');
    }
    one_line(&format!("{place}: expected {expected}, found {shown}"))
}

/// A segment of an ARM id, by the name of the segment before it.
fn id_part<'a>(id: &'a str, before: &str) -> Option<&'a str> {
    let mut segments = id.split('/');
    segments.find(|s| s.eq_ignore_ascii_case(before))?;
    segments.next().filter(|s| !s.is_empty())
}

/// The oddity of an item that has to be left out, for want of what names it.
fn unusable(what: &str, missing: &str, item: &Value) -> String {
    odd(what, missing, item)
}

pub(super) fn subscription(item: &Value) -> Result<Subscription, String> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "subscription", &mut oddities);
    let id = fields.text("subscriptionId").or_else(|| {
        let id = fields.text("id")?;
        id_part(&id, "subscriptions").map(str::to_owned)
    });
    match id.filter(|id| usable_name(id)) {
        Some(id) => Ok(Subscription {
            id,
            name: fields.text("displayName"),
        }),
        None => Err(unusable("subscription", "one with subscriptionId", item)),
    }
}

pub(super) fn resource_group(item: &Value) -> Result<ResourceGroup, String> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "resource group", &mut oddities);
    match fields.text("name").filter(|name| usable_name(name)) {
        Some(name) => Ok(ResourceGroup {
            name,
            tags: fields.tags(),
        }),
        None => Err(unusable("resource group", "one with a name", item)),
    }
}

/// A resource group with its subscription, out of its ARM id.
pub(super) fn placed_resource_group(item: &Value) -> Result<(String, ResourceGroup), String> {
    let group = resource_group(item)?;
    let subscription = item["id"]
        .as_str()
        .and_then(|id| id_part(id, "subscriptions"));
    match subscription {
        Some(subscription) => Ok((subscription.to_owned(), group)),
        None => Err(unusable("resource group", "one with its ARM id", item)),
    }
}

pub(super) fn workspace(item: &Value) -> Result<Workspace, String> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "workspace", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    let part = |name| id_part(&id, name).filter(|part| usable_name(part));
    let (Some(subscription), Some(resource_group), Some(name)) = (
        part("subscriptions"),
        part("resourceGroups"),
        part("workspaces"),
    ) else {
        return Err(unusable("workspace", "one with its ARM id", item));
    };
    Ok(Workspace {
        subscription: subscription.to_owned(),
        resource_group: resource_group.to_owned(),
        name: name.to_owned(),
        location: fields.text("location"),
        tags: fields.tags(),
        id,
    })
}

/// A job. What matters is whether it can be on a machine: where that cannot be read, it is no job but an
/// oddity, and the caller must not take the list as proof of anything.
pub(super) fn job(item: &Value) -> Result<Job, String> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "job", &mut oddities);
    let name = fields.text("name");
    let mut system_data = fields.below("systemData");
    let created_at = system_data.read("createdAt", "a time", time::instant);
    let changed_at = system_data.read("lastModifiedAt", "a time", time::instant);
    let mut properties = fields.below("properties");
    let job = Job {
        name: name.unwrap_or_else(|| "(no name)".to_owned()),
        display_name: properties.text("displayName"),
        status: properties.text("status"),
        compute_id: properties.text("computeId"),
        created_at,
        changed_at,
    };
    let understood =
        properties.object.is_some() && properties.get("computeId").is_none_or(Value::is_string);
    match understood || !job.is_active() {
        true => Ok(job),
        false => Err(unusable("job", "one whose computeId can be read", item)),
    }
}

/// Whether a name can stand as one segment of a path.
fn usable_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
}
