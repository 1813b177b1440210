//! Lists: page after page, as far as they can be read.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::http;
use super::page::{Page, TOLD, read_page};
use super::wire::WireCall;
use serde_json::Value;
use std::collections::HashSet;
use tokio::time::Instant;
use url::Url;

/// The most pages followed of one list.
const MOST_PAGES: usize = 5_000;
/// The most things kept of one list: more than any place of Azure's may hold.
const MOST_KEPT: usize = 200_000;

/// A list as far as it could be read.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// The first items that could not be understood, in words; they are not among `items`.
    pub oddities: Vec<String>,
    /// How many could not be understood.
    pub unreadable: usize,
    /// Why the list breaks off after `items`, where it does.
    pub incomplete: Option<AzureError>,
}

impl<T> Listing<T> {
    pub(super) fn empty() -> Listing<T> {
        Listing {
            items: Vec::new(),
            oddities: Vec::new(),
            unreadable: 0,
            incomplete: None,
        }
    }

    /// Whether it is known to hold all there is: no page is missing, and no item could not be read.
    pub fn is_whole(&self) -> bool {
        self.incomplete.is_none() && self.unreadable == 0
    }
}

impl Arm {
    /// Reads a list from its `first` page on. Each item goes through `read`, which returns a thing or what is odd
    /// about it. A list whose first page fails is an error; a later failure stands in `incomplete`.
    pub(super) async fn list<T, O: std::fmt::Display>(
        &self,
        first: WireCall,
        deadline: Instant,
        mut read: impl FnMut(&Value) -> Result<T, O>,
    ) -> Result<Listing<T>, AzureError> {
        self.list_of(first, deadline, |item| read(item).map(Some))
            .await
    }

    /// The same, of items that `read` may pass over.
    pub(super) async fn list_of<T, O: std::fmt::Display>(
        &self,
        first: WireCall,
        deadline: Instant,
        mut read: impl FnMut(&Value) -> Result<Option<T>, O>,
    ) -> Result<Listing<T>, AzureError> {
        let mut listing = Listing::empty();
        let mut visited = HashSet::new();
        let (name, mut next) = (first.name, Some(first));
        while let Some(call) = next.take() {
            let page = match self.page(&call, deadline, &mut read).await {
                Ok(page) => page,
                Err(error) if visited.is_empty() => return Err(error),
                Err(error) => {
                    listing.incomplete = Some(error);
                    break;
                }
            };
            listing.items.extend(page.items);
            listing.unreadable += page.unreadable;
            let told = TOLD.saturating_sub(listing.oddities.len());
            listing
                .oddities
                .extend(page.oddities.into_iter().take(told));
            visited.insert(call.url.clone());
            let link = self.link(&call, &page.next_link);
            match link.and_then(|link| next_page(&call, link, &visited)) {
                Ok(Some(_)) if listing.items.len() >= MOST_KEPT => {
                    let words = format!("more than {MOST_KEPT} items, which is absurd");
                    listing.incomplete = Some(call.error(ErrorKind::Garbled, &words));
                }
                Ok(link) => next = link.map(|link| WireCall::get(name, link)),
                Err(error) => listing.incomplete = Some(error),
            }
        }
        Ok(listing)
    }

    async fn page<T, O: std::fmt::Display>(
        &self,
        call: &WireCall,
        deadline: Instant,
        read: &mut impl FnMut(&Value) -> Result<Option<T>, O>,
    ) -> Result<Page<T>, AzureError> {
        let reply = self.send(call, deadline).await?;
        if reply.status != 200 {
            // 206, 202 and their like promise that something is missing.
            let error = call.error(ErrorKind::Garbled, "not the answer of a whole page");
            return Err(error.with_status(reply.status, None));
        }
        read_page(&reply.body, read).map_err(|error| reply.garbled(call.name, &call.url, &error))
    }

    /// Where the next page is.
    fn link(&self, call: &WireCall, link: &Value) -> Result<Option<Url>, AzureError> {
        match link {
            Value::Null => Ok(None),
            Value::String(link) if link.is_empty() => Ok(None),
            Value::String(link) => follow(call, link, self.endpoint()).map(Some),
            _ => Err(call.error(ErrorKind::Garbled, "nextLink is not text")),
        }
    }
}

/// The link, unless the list goes round or on for ever.
fn next_page(
    call: &WireCall,
    link: Option<Url>,
    visited: &HashSet<Url>,
) -> Result<Option<Url>, AzureError> {
    match link {
        Some(link) if visited.contains(&link) => Err(call.error(
            ErrorKind::Garbled,
            "nextLink leads back to a page already read",
        )),
        Some(_) if visited.len() >= MOST_PAGES => {
            Err(call.error(ErrorKind::Garbled, "a list without an end"))
        }
        link => Ok(link),
    }
}

/// The link of an answer, if it stays on the server that it came from.
pub(super) fn follow(call: &WireCall, link: &str, home: &Url) -> Result<Url, AzureError> {
    let url = call
        .url
        .join(link)
        .map_err(|_| call.error(ErrorKind::Garbled, "the link to the next page is no URL"))?;
    match http::same_server(&url, home) {
        true => Ok(url),
        false => {
            let words = format!("to {}", url.host_str().unwrap_or("no host"));
            Err(call.error(ErrorKind::ForeignLink, &words))
        }
    }
}

/// Keeps one of each key, the one read last, in the place of the first: a list that changes while it is
/// read can name a thing twice.
pub(super) fn without_duplicates<T>(items: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut places = std::collections::HashMap::new();
    let mut out: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        match places.get(&key(&item)) {
            Some(&place) => out[place] = item,
            None => {
                places.insert(key(&item), out.len());
                out.push(item);
            }
        }
    }
    out
}
