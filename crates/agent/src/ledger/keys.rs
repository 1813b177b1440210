//! The keys that sign people's links, `keys/<n>.json`: 32 random bytes each, created once and never rewritten. Whoever
//! can read the ledger's container can read them; they stand nowhere else.

use super::envelope::PartDocument;
use super::error::LedgerError;
use super::store::Ledger;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use object_store::path::Path;
use serde::{Deserialize, Serialize};

const FOLDER: &str = "keys";
const BYTES: usize = 32;
/// The newest, and the one before it: a link that was just sent stays good when a key is made.
const ACCEPTED: usize = 2;

/// A key; it has no form in which it could be logged.
pub struct SecretKey {
    pub id: u64,
    pub made: DateTime<Utc>,
    pub secret: [u8; BYTES],
}

#[derive(Serialize, Deserialize)]
struct Content {
    made: DateTime<Utc>,
    secret: String,
}

impl Ledger {
    /// The keys that are accepted, the newest first, and the number of the newest document, whether it can be read or not.
    ///
    /// # Errors
    /// The store fails.
    pub async fn secret_keys(&self) -> Result<(Vec<SecretKey>, u64), LedgerError> {
        let mut ids = self.key_ids().await?;
        ids.sort_unstable_by(|a, b| b.cmp(a));
        let newest = ids.first().copied().unwrap_or_default();
        let mut keys = Vec::new();
        for id in ids.into_iter().take(ACCEPTED) {
            let bytes = match self.read(&self.key_path(id)).await {
                Ok(bytes) => bytes,
                // Somebody else has just tidied.
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(e) => return Err(self.failed("read a key", &e)),
            };
            keys.extend(key(id, &bytes));
        }
        Ok((keys, newest))
    }

    /// Makes the key of this number, unless it is there. Those that are accepted no more go.
    ///
    /// # Errors
    /// The store fails, or there is no randomness.
    pub async fn make_key(&self, id: u64, made: DateTime<Utc>) -> Result<(), LedgerError> {
        let doing = "make a key";
        let mut secret = [0; BYTES];
        rand::fill(&mut secret).map_err(|_| LedgerError::Store {
            location: self.location().to_owned(),
            doing: doing.to_owned(),
            problem: "this system has no random numbers".to_owned(),
        })?;
        let secret = STANDARD.encode(secret);
        let bytes = self.json(&PartDocument::key(Content { made, secret }), doing)?;
        let created = self.create(&self.key_path(id), bytes).await;
        created.map_err(|e| self.failed(doing, &e))?;
        let old = self.key_ids().await?.into_iter();
        let old = old.filter(|known| *known + ACCEPTED as u64 <= id);
        let old = old.map(|id| self.key_path(id)).collect();
        self.delete_all(old, "clear old keys").await
    }

    async fn key_ids(&self) -> Result<Vec<u64>, LedgerError> {
        let folder = self.path(FOLDER);
        let ids = self.documents_in(&folder, "list the keys").await?;
        let ids = ids.into_iter();
        let id = |path: &Path| path.filename()?.strip_suffix(".json")?.parse().ok();
        Ok(ids.filter_map(|meta| id(&meta.location)).collect())
    }

    fn key_path(&self, id: u64) -> Path {
        self.path(FOLDER).join(format!("{id:06}.json"))
    }
}

/// `None`: the document is broken, and the next key is made in its place.
fn key(id: u64, bytes: &[u8]) -> Option<SecretKey> {
    let Content { made, secret } = serde_json::from_slice::<PartDocument<Content>>(bytes)
        .ok()?
        .part;
    let secret = STANDARD.decode(secret).ok()?.try_into().ok()?;
    Some(SecretKey { id, made, secret })
}
