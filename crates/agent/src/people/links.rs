//! The links that notices carry.

use super::keys::KeyRing;
use super::token::Grant;
use crate::settings::{People, SignIn};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::NoticeDue;
use url::Url;

/// A link tells of its stop for so long after it; what it allows is over before that.
const GOOD_AFTER: TimeDelta = TimeDelta::days(1);

/// Makes links to the page, where there is one.
pub struct Links<'a> {
    base: &'a Url,
    sign_in: SignIn,
    keys: &'a KeyRing,
    now: DateTime<Utc>,
}

impl<'a> Links<'a> {
    /// `None`: there is no page.
    pub fn new(people: &'a People, keys: &'a KeyRing, now: DateTime<Utc>) -> Option<Links<'a>> {
        Some(Links {
            base: people.url.as_ref()?,
            sign_in: people.sign_in.0,
            keys,
            now,
        })
    }

    /// The link for one stop of a resource, or, where people sign in, to the resource; `None`, with a warning, where no key can be had: a notice goes without it.
    pub async fn to(&self, resource: &str, due: &NoticeDue) -> Option<String> {
        if self.sign_in != SignIn::Off {
            let mut url = self.base.join("api/resource").ok()?;
            url.query_pairs_mut()
                .append_pair("id", &resource.to_lowercase());
            return Some(url.into());
        }
        let grant = Grant {
            resource: resource.to_lowercase(),
            cause: due.cause,
            stop_at: due.stop_at,
            expires: due.stop_at.checked_add_signed(GOOD_AFTER)?,
            by: None,
        };
        match self.keys.sign(&grant, self.now).await {
            Ok(token) => {
                let mut url = self.base.join("api/keep").ok()?;
                url.set_query(Some(&format!("t={token}")));
                Some(url.into())
            }
            Err(error) => {
                tracing::warn!(event = "link", "a notice goes without its link: {error}");
                None
            }
        }
    }
}
