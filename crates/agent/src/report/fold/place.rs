//! Where a record stands in the order of a day.

use chrono::{DateTime, Utc};
use lamplighter_core::record::Record;
use std::cmp::Ordering;
use std::sync::Arc;

/// By its instant, then by its id. Ids of records have that of their resource in them, which is long and is kept once.
#[derive(Clone)]
pub struct Place {
    pub at: DateTime<Utc>,
    /// The record's id without that of the resource.
    pub id: Box<str>,
    /// The resource's number, and where its id was taken out.
    pub cut: Option<(u32, u32)>,
}

impl Place {
    /// `resource`: its number and its id.
    pub fn of(record: &Record, resource: Option<(u32, &str)>) -> Place {
        let found = resource.and_then(|(number, own)| {
            let begin = record.id.find(own)?;
            // A name of such a length is no file's.
            let cut = (number, u32::try_from(begin).ok()?);
            let (head, tail) = (&record.id[..begin], &record.id[begin + own.len()..]);
            Some(([head, tail].concat().into_boxed_str(), Some(cut)))
        });
        let (id, cut) = found.unwrap_or_else(|| (record.id.as_str().into(), None));
        Place {
            at: record.at,
            id,
            cut,
        }
    }

    /// `ids`: those of resources, by their numbers.
    pub fn order(&self, other: &Place, ids: &[Arc<str>]) -> Ordering {
        let by_time = self.at.cmp(&other.at);
        by_time.then_with(|| match self.cut == other.cut {
            // What was taken out is the same, at the same place.
            true => self.id.cmp(&other.id),
            false => self.bytes(ids).cmp(other.bytes(ids)),
        })
    }

    fn bytes<'a>(&'a self, ids: &'a [Arc<str>]) -> impl Iterator<Item = u8> + 'a {
        let (head, own, tail) = match self.cut {
            Some((number, begin)) => {
                let (head, tail) = self.id.split_at(begin as usize);
                let own = ids.get(number as usize);
                (head, own.map_or("", |id| &**id), tail)
            }
            None => (&*self.id, "", ""),
        };
        head.bytes().chain(own.bytes()).chain(tail.bytes())
    }
}
