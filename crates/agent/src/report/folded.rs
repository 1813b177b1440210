//! Records that become days as they are read: what of them lies before a period, in it and after it.

use super::day::Day;
use super::fold::Fold;
use super::stored::document::Document;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::record::Record;
use std::collections::BTreeMap;

/// Where a day, or a part of one, lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Before,
    Within,
    After,
}

/// Takes the records of days one by one and in any order.
pub struct Folding {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    last: Option<DateTime<Utc>>,
    days: BTreeMap<(Part, NaiveDate), Fold>,
}

/// What records came to: much smaller than they are.
#[derive(Default)]
pub struct Folded {
    /// When the last of them was.
    pub last: Option<DateTime<Utc>>,
    days: Vec<(Part, Document)>,
    /// Records that cannot be read.
    pub unreadable: Vec<String>,
}

impl Folding {
    /// For the period `from <= t < to`.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Folding {
        Folding {
            from,
            to,
            last: None,
            days: BTreeMap::new(),
        }
    }

    pub fn take(&mut self, record: &Record) {
        let part = if record.at < self.from {
            Part::Before
        } else if record.at < self.to {
            Part::Within
        } else {
            Part::After
        };
        self.last = self.last.max(Some(record.at));
        let date = record.at.date_naive();
        let fold = self.days.entry((part, date));
        fold.or_insert_with(|| Fold::new(date)).take(record);
    }

    pub fn finish(self) -> Folded {
        let days = self.days.into_iter();
        Folded {
            last: self.last,
            days: days
                .map(|((part, _), fold)| (part, fold.finish()))
                .collect(),
            unreadable: Vec::new(),
        }
    }
}

impl Folded {
    /// The days, in order of time.
    pub fn days(&self) -> impl Iterator<Item = (Part, Day)> {
        // A document that was just made has every text that it names.
        self.documents()
            .filter_map(|(part, document)| Some((part, document.day(None)?)))
    }

    /// The same as they are stored.
    pub fn documents(&self) -> impl Iterator<Item = (Part, &Document)> {
        self.days.iter().map(|(part, document)| (*part, document))
    }
}
