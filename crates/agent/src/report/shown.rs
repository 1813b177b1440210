//! The single records that the page shows, observations and decisions: those of a past day in one document, so that a
//! page asks the store for fourteen documents and not for every record of two weeks.

use crate::ledger::{Ledger, LedgerError};
use chrono::NaiveDate;
use lamplighter_core::record::{Record, What};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Documents of another schema are not read: the records are.
const SCHEMA: u32 = 1;
const KIND: &str = "shown";
const FOLDER: &str = "shown";

#[derive(Serialize, Deserialize)]
struct Document<'a> {
    schema: u32,
    kind: Cow<'a, str>,
    date: NaiveDate,
    /// In order of time.
    records: Cow<'a, [Record]>,
}

/// Whether the page shows it: timelines and the list of decisions are made from these.
pub(super) fn is_shown(record: &Record) -> bool {
    matches!(record.what, What::Observed { .. } | What::Decision { .. })
}

fn name(date: NaiveDate) -> String {
    format!("{FOLDER}/{date}.json")
}

/// A past day's; `None` where there is no document that this version reads.
pub(super) async fn read(
    ledger: &Ledger,
    date: NaiveDate,
) -> Result<Option<Vec<Record>>, LedgerError> {
    let Some(bytes) = ledger.derived(&name(date)).await? else {
        return Ok(None);
    };
    let document = serde_json::from_slice::<Document<'_>>(&bytes).ok();
    let known =
        document.filter(|known| (known.schema, &*known.kind, known.date) == (SCHEMA, KIND, date));
    Ok(known.map(|known| known.records.into_owned()))
}

/// Writes a past day's, all of which are shown, in order of time.
pub(super) async fn write(
    ledger: &Ledger,
    date: NaiveDate,
    records: &[Record],
) -> Result<(), LedgerError> {
    let document = Document {
        schema: SCHEMA,
        kind: KIND.into(),
        date,
        records: records.into(),
    };
    let bytes = serde_json::to_vec(&document).map_err(|error| LedgerError::Unwritable {
        location: ledger.location().to_string(),
        doing: "keep what a day's page shows".into(),
        problem: error.to_string(),
    })?;
    ledger.derive(&name(date), bytes).await
}
