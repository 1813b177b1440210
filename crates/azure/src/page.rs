//! One page of a list: read item by item, so that no more than one of them is held as JSON at a time.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt::{Display, Formatter};

/// The most items of one page. Azure's longest have a thousand.
const MOST_ITEMS: usize = 10_000;
/// So many items that cannot be understood are told in words; the others are counted.
pub(super) const TOLD: usize = 20;

/// One page, as far as its items are wanted.
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// What is odd about the first items that could not be understood, in words.
    pub oddities: Vec<String>,
    /// How many could not be understood.
    pub unreadable: usize,
    pub next_link: Value,
}

/// Reads a page. `read` gives a thing of an item, nothing where it is not wanted, or what is odd about it.
///
/// # Errors
/// It is not JSON, has no list named `value`, or more items than any page of Azure's.
pub(super) fn read_page<T, O: Display>(
    body: &[u8],
    mut read: impl FnMut(&Value) -> Result<Option<T>, O>,
) -> Result<Page<T>, serde_json::Error> {
    let mut page = Page {
        items: Vec::new(),
        oddities: Vec::new(),
        unreadable: 0,
        next_link: Value::Null,
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    json.deserialize_map(Fields {
        page: &mut page,
        read: &mut read,
    })?;
    json.end()?;
    Ok(page)
}

struct Fields<'p, T, R> {
    page: &'p mut Page<T>,
    read: &'p mut R,
}

impl<'de, T, O: Display, R: FnMut(&Value) -> Result<Option<T>, O>> Visitor<'de>
    for Fields<'_, T, R>
{
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a page of a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut listed = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "value" => {
                    let (page, read) = (&mut *self.page, &mut *self.read);
                    map.next_value_seed(Items { page, read })?;
                    listed = true;
                }
                "nextLink" => self.page.next_link = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match listed {
            true => Ok(()),
            false => Err(A::Error::custom("no list named value in the answer")),
        }
    }
}

struct Items<'p, T, R> {
    page: &'p mut Page<T>,
    read: &'p mut R,
}

impl<'de, T, O: Display, R: FnMut(&Value) -> Result<Option<T>, O>> DeserializeSeed<'de>
    for Items<'_, T, R>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, T, O: Display, R: FnMut(&Value) -> Result<Option<T>, O>> Visitor<'de>
    for Items<'_, T, R>
{
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list named value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut count = 0;
        while let Some(item) = items.next_element::<Value>()? {
            count += 1;
            if count > MOST_ITEMS {
                let words = format!("a page of more than {MOST_ITEMS} items, which is absurd");
                return Err(A::Error::custom(words));
            }
            match (self.read)(&item) {
                Ok(thing) => self.page.items.extend(thing),
                Err(odd) => {
                    self.page.unreadable += 1;
                    if self.page.oddities.len() < TOLD {
                        self.page.oddities.push(odd.to_string());
                    }
                }
            }
        }
        Ok(())
    }
}
