//! Lists: page after page, as far as they can be read.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::http;
use super::wire::WireCall;
use serde_json::Value;
use std::collections::HashSet;
use tokio::time::Instant;
use url::Url;

/// The most pages followed of one list.
const MOST_PAGES: usize = 5_000;

/// A list as far as it could be read.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Items that could not be understood, in words; they are not among `items`.
    pub oddities: Vec<String>,
    /// Why the list breaks off after `items`, where it does.
    pub incomplete: Option<AzureError>,
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
        let mut listing = Listing {
            items: Vec::new(),
            oddities: Vec::new(),
            incomplete: None,
        };
        let mut visited = HashSet::new();
        let (name, mut next) = (first.name, Some(first));
        while let Some(call) = next.take() {
            let page = match self.page(&call, deadline).await {
                Ok(page) => page,
                Err(error) if visited.is_empty() => return Err(error),
                Err(error) => {
                    listing.incomplete = Some(error);
                    break;
                }
            };
            for item in &page.items {
                match read(item) {
                    Ok(thing) => listing.items.push(thing),
                    Err(odd) => listing.oddities.push(odd.to_string()),
                }
            }
            visited.insert(call.url.clone());
            match page.next.and_then(|link| next_page(&call, link, &visited)) {
                Ok(link) => next = link.map(|link| WireCall::get(name, link)),
                Err(error) => listing.incomplete = Some(error),
            }
        }
        Ok(listing)
    }

    async fn page(&self, call: &WireCall, deadline: Instant) -> Result<Page, AzureError> {
        let reply = self.send(call, deadline).await?;
        let mut body: Value = reply.json(call.name, &call.url)?;
        let items = match body.get_mut("value").map(Value::take) {
            Some(Value::Array(items)) => items,
            _ => return Err(call.error(ErrorKind::Garbled, "no list named value in the answer")),
        };
        let next = match body.get("nextLink") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(link)) if link.is_empty() => Ok(None),
            Some(Value::String(link)) => follow(call, link, self.endpoint()).map(Some),
            Some(_) => Err(call.error(ErrorKind::Garbled, "nextLink is not text")),
        };
        Ok(Page { items, next })
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

struct Page {
    items: Vec<Value>,
    next: Result<Option<Url>, AzureError>,
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
