//! The keys of links, as this process knows them: read from the ledger, and made there when the newest is too old.

use super::token::{Grant, Key};
use crate::ledger::{Ledger, LedgerError};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A new key is made when the newest is this old.
const ROTATED_AFTER: TimeDelta = TimeDelta::days(90);
/// What is known is read again after this long.
const FRESH: Duration = Duration::from_secs(3600);
/// A token that no known key has signed may be of a newer one; whoever sends many does not make us read at each.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The keys, read when they are first needed.
pub struct KeyRing {
    ledger: Ledger,
    known: Mutex<Option<Known>>,
}

struct Known {
    /// The newest first.
    keys: Vec<Key>,
    newest_made: Option<DateTime<Utc>>,
    /// The number of the newest document.
    newest: u64,
    read: Instant,
}

impl Known {
    async fn read(ledger: &Ledger) -> Result<Known, LedgerError> {
        let (keys, newest) = ledger.secret_keys().await?;
        let made = keys.first().filter(|key| key.id == newest);
        Ok(Known {
            newest_made: made.map(|key| key.made),
            keys: keys
                .iter()
                .map(|key| Key::new(key.id, &key.secret))
                .collect(),
            newest,
            read: Instant::now(),
        })
    }

    /// The newest key, unless it is too old to sign.
    fn signer(&self, now: DateTime<Utc>) -> Option<&Key> {
        let made = self.newest_made?;
        (now - made < ROTATED_AFTER)
            .then(|| self.keys.first())
            .flatten()
    }
}

impl KeyRing {
    pub fn of(ledger: &Ledger) -> KeyRing {
        KeyRing {
            ledger: ledger.clone(),
            known: Mutex::default(),
        }
    }

    /// Signs with the newest key; one is made where there is none, or where it is too old.
    ///
    /// # Errors
    /// The ledger cannot be read, or no key can be made.
    pub async fn sign(&self, grant: &Grant, now: DateTime<Utc>) -> Result<String, LedgerError> {
        let mut known = self.known.lock().await;
        let fresh = known.take().filter(|known| known.read.elapsed() < FRESH);
        let mut found = match fresh {
            Some(found) => found,
            None => Known::read(&self.ledger).await?,
        };
        if found.signer(now).is_none() {
            self.ledger
                .make_key(found.newest.saturating_add(1), now)
                .await?;
            found = Known::read(&self.ledger).await?;
        }
        // Of two that make one at the same time, both read the one that was first.
        let token = found.keys.first().map(|key| grant.token(key));
        *known = Some(found);
        token.ok_or_else(|| LedgerError::Store {
            location: self.ledger.location().to_owned(),
            doing: "sign a link".to_owned(),
            problem: "the key that was just made is not there".to_owned(),
        })
    }

    /// What a token allows, where one of the accepted keys has signed it. Nothing is ever written.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn open(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Grant>, LedgerError> {
        let mut known = self.known.lock().await;
        if let Some(found) = known.as_ref().filter(|found| found.read.elapsed() < FRESH) {
            let grant = Grant::of(token, &found.keys, now);
            if grant.is_some() || found.read.elapsed() < AGAIN_AFTER {
                return Ok(grant);
            }
        }
        let found = Known::read(&self.ledger).await?;
        let grant = Grant::of(token, &found.keys, now);
        *known = Some(found);
        Ok(grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(now: DateTime<Utc>) -> Grant {
        Grant {
            resource: "/ci".into(),
            cause: now,
            stop_at: now,
            expires: now + TimeDelta::days(1),
            by: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_change_with_age_and_two_are_accepted() {
        let ledger = Ledger::in_memory();
        let (sweeps, page) = (KeyRing::of(&ledger), KeyRing::of(&ledger));
        let begin: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("a time");
        // Whoever only reads makes none.
        assert_eq!(page.open("a.b", begin).await.expect("read"), None);
        assert_eq!(ledger.secret_keys().await.expect("read").1, 0);
        let mut tokens = Vec::new();
        for (days, newest) in [(0, 1), (89, 1), (90, 2), (179, 2), (180, 3)] {
            let now = begin + TimeDelta::days(days);
            let grant = Grant {
                expires: begin + TimeDelta::days(400),
                ..grant(now)
            };
            tokens.push((newest, sweeps.sign(&grant, now).await.expect("signed")));
            let (keys, known) = ledger.secret_keys().await.expect("read");
            assert_eq!((known, keys[0].id), (newest, newest), "{days}");
            tokio::time::advance(FRESH).await;
            for (signed, token) in &tokens {
                let opened = page.open(token, now).await.expect("read");
                assert_eq!(opened.is_some(), signed + 1 >= newest, "{days}: {signed}");
            }
        }
        // Those that are accepted no more are gone.
        assert_eq!(ledger.secret_keys().await.expect("read").0.len(), 2);
    }

    #[tokio::test]
    async fn two_who_begin_at_once_agree_and_another_ledgers_key_is_foreign() {
        let (ledger, other) = (Ledger::in_memory(), Ledger::in_memory());
        let now = Utc::now();
        let (a, b) = (KeyRing::of(&ledger), KeyRing::of(&ledger));
        let grant = grant(now);
        let (one, two) = futures::join!(a.sign(&grant, now), b.sign(&grant, now));
        let (one, two) = (one.expect("signed"), two.expect("signed"));
        let page = KeyRing::of(&ledger);
        for token in [&one, &two] {
            assert!(page.open(token, now).await.expect("read").is_some());
        }
        let foreign = KeyRing::of(&other);
        let token = foreign.sign(&grant, now).await.expect("signed");
        assert_eq!(page.open(&token, now).await.expect("read"), None);
    }

    #[tokio::test]
    async fn a_broken_key_is_passed_over_and_the_next_one_made() {
        let folder = std::env::temp_dir().join(format!("lamplighter-keys-{:x}", fastrand::u64(..)));
        let ledger = Ledger::scratch(&folder).await.expect("a ledger");
        std::fs::create_dir_all(folder.join("keys")).expect("a folder");
        std::fs::write(folder.join("keys/000004.json"), "{").expect("a file");
        let now = Utc::now();
        let ring = KeyRing::of(&ledger);
        let token = ring.sign(&grant(now), now).await.expect("signed");
        assert!(ring.open(&token, now).await.expect("read").is_some());
        assert!(folder.join("keys/000005.json").is_file());
        let _ = std::fs::remove_dir_all(folder);
    }
}
