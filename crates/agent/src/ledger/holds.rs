//! People's holds, `holds/<workspace>/<end>-<digest>.json`: each document created once, by whatever door
//! somebody came in, and deleted when it is over. What it did stands in the records.

use super::envelope::PartDocument;
use super::error::{self, LedgerError, UnreadableDocument};
use super::name;
use super::records::Appended;
use super::store::{AT_ONCE, Created, Ledger};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use lamplighter_core::record::PersonalHold;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

/// A person's hold, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldResource {
    /// The ARM id, in lower case.
    pub resource: String,
    pub hold: PersonalHold,
}

/// Holds that were found.
#[derive(Debug, Default)]
pub struct HoldsRead {
    pub holds: Vec<HeldResource>,
    /// One line for each document that cannot be read.
    pub unreadable: Vec<String>,
}

impl Ledger {
    /// Adds a hold on a resource of a workspace. The same one again changes nothing.
    ///
    /// # Errors
    /// The store fails; adding it again is safe.
    pub async fn add_hold(
        &self,
        workspace: &str,
        held: &HeldResource,
    ) -> Result<Appended, LedgerError> {
        let doing = "keep a hold";
        let bytes = self.json(&PartDocument::hold(held), doing)?;
        let hold = &held.hold;
        let what = format!(
            "{}:{}:{:?}",
            held.resource,
            hold.since.to_rfc3339(),
            hold.door
        );
        let file = format!("{}-{}.json", hold.until.timestamp(), name::record(&what));
        match self.create(&self.holds(workspace).join(file), bytes).await {
            Ok(Created::Written) => Ok(Appended::Written),
            Ok(Created::AlreadyThere) => Ok(Appended::AlreadyThere),
            Err(e) => Err(self.failed(doing, &e)),
        }
    }

    /// The holds on resources of a workspace that are in force: one list, and only these are read.
    ///
    /// # Errors
    /// The store fails.
    pub async fn holds_of(
        &self,
        workspace: &str,
        now: DateTime<Utc>,
    ) -> Result<HoldsRead, LedgerError> {
        let listed = self
            .documents_in(&self.holds(workspace), "list holds")
            .await?;
        let in_force = |path: &Path| end_of(path).is_none_or(|end| end > now.timestamp());
        let paths = listed
            .into_iter()
            .map(|meta| meta.location)
            .filter(in_force);
        let read: Vec<Result<HeldResource, UnreadableDocument>> = futures::stream::iter(paths)
            .map(|path| self.read_hold(path))
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut found = HoldsRead::default();
        for one in read {
            match one {
                Ok(held) => found.holds.push(held),
                Err(problem) => found.unreadable.push(problem.to_string()),
            }
        }
        Ok(found)
    }

    /// Deletes the holds of all workspaces that ended before an instant.
    ///
    /// # Errors
    /// The store fails.
    pub async fn tidy_holds(&self, before: DateTime<Utc>) -> Result<(), LedgerError> {
        let all = self.documents_in(&self.path("holds"), "list holds").await?;
        let over = |path: &Path| end_of(path).is_some_and(|end| end < before.timestamp());
        let paths = all.into_iter().map(|meta| meta.location).filter(over);
        self.delete_all(paths.collect(), "clear holds that are over")
            .await
    }

    async fn read_hold(&self, path: Path) -> Result<HeldResource, UnreadableDocument> {
        let bytes = self.read(&path).await;
        let bytes = bytes.map_err(|e| UnreadableDocument::new(&path, error::explain(&e)))?;
        let read = serde_json::from_slice::<PartDocument<HeldResource>>(&bytes);
        let read = read.map_err(|e| UnreadableDocument::new(&path, e.to_string()))?;
        Ok(read.part)
    }

    fn holds(&self, workspace: &str) -> Path {
        self.path("holds").join(name::workspace(workspace))
    }
}

/// The end of a hold as its document's name has it, in seconds since 1970.
fn end_of(path: &Path) -> Option<i64> {
    let (end, _) = path.filename()?.split_once('-')?;
    end.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use lamplighter_core::record::Door;

    #[tokio::test]
    async fn a_hold_is_found_until_it_ends_and_twice_is_once() {
        let (ledger, at) = (
            Ledger::in_memory(),
            DateTime::UNIX_EPOCH + TimeDelta::days(20_000),
        );
        let workspace = "/subscriptions/s/resourceGroups/rg/providers/x/workspaces/W";
        let held = HeldResource {
            resource: format!("{}/computes/ci", workspace.to_lowercase()),
            hold: PersonalHold {
                until: at + TimeDelta::hours(2),
                since: at,
                at,
                door: Door::Link,
                by: None,
            },
        };
        for expected in [Appended::Written, Appended::AlreadyThere] {
            let added = ledger.add_hold(workspace, &held).await;
            assert_eq!(added.expect("written"), expected);
        }
        let of = async |workspace: &str, hours: i64| {
            let read = ledger
                .holds_of(workspace, at + TimeDelta::hours(hours))
                .await;
            read.expect("read").holds
        };
        assert_eq!(
            of(&workspace.to_uppercase(), 1).await,
            std::slice::from_ref(&held)
        );
        assert_eq!(of("/another", 1).await, []);
        assert_eq!(of(workspace, 2).await, []);
        ledger
            .tidy_holds(at + TimeDelta::hours(1))
            .await
            .expect("tidied");
        assert_eq!(of(workspace, 1).await, [held]);
        ledger
            .tidy_holds(at + TimeDelta::hours(3))
            .await
            .expect("tidied");
        assert_eq!(of(workspace, 1).await, []);
    }
}
