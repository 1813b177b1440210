//! The single records that the page shows, observations and decisions: those of a past day in one document, so that a
//! page asks the store for fourteen documents and not for every record of two weeks.

mod document;
mod fold;
mod read;

pub use document::Document;
pub use fold::Fold;

use crate::ledger::{Ledger, LedgerError};
use chrono::NaiveDate;
use lamplighter_core::record::{Record, What};

const FOLDER: &str = "shown";

/// Whether the page shows it: timelines and the list of decisions are made from these.
pub fn is_shown(record: &Record) -> bool {
    matches!(record.what, What::Observed { .. } | What::Decision { .. })
}

fn name(date: NaiveDate) -> String {
    format!("{FOLDER}/{date}.json")
}

/// A past day's, in order of time; `None` where there is no document that this version reads.
pub async fn read(ledger: &Ledger, date: NaiveDate) -> Result<Option<Vec<Record>>, LedgerError> {
    let bytes = ledger.derived(&name(date)).await?;
    Ok(bytes.and_then(|bytes| read::records(&bytes, date)))
}

/// A past day's as it is stored; `None` where there is none as this version writes it.
pub async fn document(ledger: &Ledger, date: NaiveDate) -> Result<Option<Document>, LedgerError> {
    let bytes = ledger.derived(&name(date)).await?;
    Ok(bytes.and_then(|bytes| read::document(&bytes, date)))
}

/// Writes a past day's.
pub async fn write(ledger: &Ledger, document: Document) -> Result<(), LedgerError> {
    let name = name(document.date);
    let bytes = serde_json::to_vec(&document).map_err(|error| LedgerError::Unwritable {
        location: ledger.location().to_string(),
        doing: "keep what a day's page shows".into(),
        problem: error.to_string(),
    })?;
    // It is written, and need not be in memory twice.
    drop(document);
    ledger.derive(&name, bytes).await
}

#[cfg(test)]
mod tests;
