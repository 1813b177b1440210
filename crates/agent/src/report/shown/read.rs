//! Records from their document.

use super::document::{DecidedRow, Document, Head, KIND, ObservedRow, SCHEMA, WHOLE};
use crate::report::day::is_newer;
use crate::report::stored::resource::{option, resource};
use chrono::NaiveDate;
use lamplighter_core::record::{Observation, Record, Resource, What};
use serde::Deserialize;

/// As it was before resources and texts stood once.
#[derive(Deserialize)]
struct Whole {
    schema: u32,
    kind: String,
    date: NaiveDate,
    /// In order of time.
    records: Vec<Record>,
}

/// The document of a day; `None` for one that is damaged, of another schema, or from a version that knew less of its records.
pub fn document(bytes: &[u8], date: NaiveDate) -> Option<Document> {
    let document = serde_json::from_slice::<Document>(bytes).ok()?;
    let known = (document.schema, document.kind.as_str(), document.date) == (SCHEMA, KIND, date);
    (known && document.newer.iter().all(is_newer)).then_some(document)
}

/// All of its records, in order of time.
pub fn records(bytes: &[u8], date: NaiveDate) -> Option<Vec<Record>> {
    match document(bytes, date) {
        Some(document) => Reader::of(&document)?.records(),
        None => {
            let whole = serde_json::from_slice::<Whole>(bytes).ok()?;
            let known = (whole.schema, whole.kind.as_str(), whole.date) == (WHOLE, KIND, date);
            known.then_some(whole.records)
        }
    }
}

struct Reader<'a> {
    document: &'a Document,
    resources: Vec<Resource>,
}

impl Reader<'_> {
    fn of(document: &Document) -> Option<Reader<'_>> {
        let rows = document.resources.iter();
        let resources = rows.map(|row| resource(&document.texts, row));
        Some(Reader {
            document,
            resources: resources.collect::<Option<_>>()?,
        })
    }

    fn records(&self) -> Option<Vec<Record>> {
        let observed = self.document.observed.iter();
        let observed = observed.map(|(head, row)| self.record(head, self.observed(row)?));
        let decided = self.document.decided.iter();
        let decided = decided.map(|(head, row)| self.record(head, self.decided(row)?));
        let mut records: Vec<Record> = observed.chain(decided).collect::<Option<_>>()?;
        records.extend(self.document.newer.iter().cloned());
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Some(records)
    }

    fn record(&self, Head(at, id, cut, place): &Head, what: What) -> Option<Record> {
        let resource = match place.checked_sub(1) {
            Some(index) => Some(self.resources.get(index as usize)?),
            None => None,
        };
        let id = match cut {
            Some(cut) => {
                let (head, tail) = id.split_at_checked(*cut as usize)?;
                format!("{head}{}{tail}", resource?.id)
            }
            None => id.to_string(),
        };
        Some(Record::new(id, *at, resource.cloned(), what))
    }

    fn option(&self, place: u32) -> Option<Option<String>> {
        option(&self.document.texts, place)
    }

    fn observed(&self, row: &ObservedRow) -> Option<What> {
        let observation = Observation {
            state: self.option(row.0)??,
            power: row.1,
            count: row.2,
            since: row.3,
            by: row.4,
            trigger: self.option(row.5)?,
            job: row.6,
            hold: row.7,
            schedule: self.option(row.8)?,
            holidays: self.option(row.9)?,
        };
        Some(What::Observed { observation })
    }

    fn decided(&self, row: &DecidedRow) -> Option<What> {
        let evidence = row.5.iter().map(|place| self.option(*place)?);
        Some(What::Decision {
            action: row.0,
            reason: row.1,
            text: self.option(row.2)??,
            zone: self.option(row.3)?,
            dry_run: row.4,
            evidence: evidence.collect::<Option<_>>()?,
            errors: row.6.clone(),
        })
    }
}
