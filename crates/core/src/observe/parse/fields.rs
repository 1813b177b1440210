//! A JSON object read field by field.

use super::oddity::Oddity;
use crate::observe::Tags;
use serde_json::{Map, Value};

/// A JSON object read field by field, with the place where it stands and the oddities found so far.
#[derive(Debug)]
pub struct Fields<'a, 'o> {
    /// `None`: missing, null, or not an object.
    object: Option<&'a Map<String, Value>>,
    place: String,
    oddities: &'o mut Vec<String>,
}

impl<'a, 'o> Fields<'a, 'o> {
    pub fn new(value: Option<&'a Value>, place: &str, oddities: &'o mut Vec<String>) -> Self {
        let object = match value {
            None | Some(Value::Null) => None,
            Some(Value::Object(object)) => Some(object),
            Some(other) => {
                oddities.push(Oddity::new(place, "an object", other).to_string());
                None
            }
        };
        Fields {
            object,
            place: place.to_owned(),
            oddities,
        }
    }

    /// The whole object; `None` where there is none.
    pub fn object(&self) -> Option<&'a Map<String, Value>> {
        self.object
    }

    /// The field, `None` also where it is null.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|v| !v.is_null())
    }

    /// The object in a field.
    pub fn below(&mut self, name: &str) -> Fields<'a, '_> {
        let place = self.path(name);
        Fields::new(self.get(name), &place, self.oddities)
    }

    /// One element of the list in a field, as an object.
    pub fn element(&mut self, name: &str, index: usize, item: &'a Value) -> Fields<'a, '_> {
        let place = self.path(&format!("{name}[{index}]"));
        Fields::new(Some(item), &place, self.oddities)
    }

    fn path(&self, name: &str) -> String {
        match self.place.as_str() {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }

    /// Notes that a field is not as it should be.
    pub fn odd(&mut self, name: &str, expected: &str, found: &Value) {
        let odd = Oddity::new(&self.path(name), expected, found);
        self.oddities.push(odd.to_string());
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => {
                self.odd(name, "text", other);
                None
            }
        }
    }

    /// A list; empty where missing, `None` where it is something else.
    pub fn list(&mut self, name: &str) -> Option<&'a [Value]> {
        match self.get(name) {
            None => Some(&[]),
            Some(Value::Array(items)) => Some(items),
            Some(other) => {
                self.odd(name, "a list", other);
                None
            }
        }
    }

    /// A number of things.
    pub fn count(&mut self, name: &str) -> Option<u32> {
        let value = self.get(name)?;
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        if count.is_none() {
            self.odd(name, "a whole number", value);
        }
        count
    }

    /// Text that `read` understands.
    pub fn read<T>(
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

    /// No tag is dropped: one that is lost could be the one that says "leave this resource alone".
    pub fn tags(&mut self) -> Tags {
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
