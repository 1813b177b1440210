//! Lists that come in pages.

use super::arm::{Arm, Call};
use super::error::{AzureError, Kind, short};
use reqwest::Method;
use serde_json::Value;
use std::collections::HashSet;
use tokio::time::Instant;
use url::Url;

/// A list as far as it could be read.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Items that could not be understood, in words.
    pub oddities: Vec<String>,
    /// Why later pages are missing, if they are: what is not in the list is then not known to be gone.
    pub incomplete: Option<AzureError>,
}

/// More pages than any list of ours has; a list that goes on is going in circles.
const MOST_PAGES: usize = 2_000;

impl Arm {
    /// Reads all pages, each item by `read`, whose error is an oddity.
    ///
    /// # Errors
    /// The first page could not be read; a later one makes the list incomplete.
    pub(super) async fn list<T>(
        &self,
        name: &'static str,
        first: Url,
        subscription: Option<&str>,
        read: impl Fn(&Value) -> Result<T, String>,
        deadline: Instant,
    ) -> Result<Listing<T>, AzureError> {
        let mut listing = Listing {
            items: Vec::new(),
            oddities: Vec::new(),
            incomplete: None,
        };
        let mut seen = HashSet::new();
        let mut next = Some(first);
        while let Some(url) = next {
            let again = !seen.insert(url.to_string());
            let page = if again || seen.len() > MOST_PAGES {
                Err(AzureError::new(
                    name,
                    Kind::Garbled("its pages go in circles".into()),
                ))
            } else {
                self.page(name, url, subscription, deadline).await
            };
            let (items, link) = match page {
                Ok(page) => page,
                Err(error) if seen.len() == 1 && !again => return Err(error),
                Err(error) => {
                    listing.incomplete = Some(error);
                    break;
                }
            };
            for item in &items {
                match read(item) {
                    Ok(item) => listing.items.push(item),
                    Err(oddity) => listing.oddities.push(format!("{name}: {oddity}")),
                }
            }
            next = match link.map(|link| self.follow(name, &link)).transpose() {
                Ok(next) => next,
                Err(error) => {
                    listing.incomplete = Some(error);
                    None
                }
            };
        }
        Ok(listing)
    }

    async fn page(
        &self,
        name: &'static str,
        url: Url,
        subscription: Option<&str>,
        deadline: Instant,
    ) -> Result<(Vec<Value>, Option<String>), AzureError> {
        let call = Call {
            name,
            method: Method::GET,
            url,
            subscription: subscription.map(str::to_string),
        };
        let answer = self.call(call, deadline).await?;
        let body: Value = json(name, &answer.body)?;
        let link = body
            .get("nextLink")
            .and_then(Value::as_str)
            .filter(|link| !link.is_empty())
            .map(str::to_string);
        match body {
            Value::Object(mut fields) => match fields.remove("value") {
                Some(Value::Array(items)) => Ok((items, link)),
                _ => Err(AzureError::new(
                    name,
                    Kind::Garbled("a list without 'value'".into()),
                )),
            },
            _ => Err(AzureError::new(
                name,
                Kind::Garbled("not a JSON object".into()),
            )),
        }
    }

    /// A nextLink is followed verbatim, but never to another host: the token goes with it.
    fn follow(&self, name: &'static str, link: &str) -> Result<Url, AzureError> {
        let url = Url::parse(link)
            .map_err(|_| AzureError::new(name, Kind::Garbled("its nextLink is no URL".into())))?;
        if self.is_home(&url) {
            return Ok(url);
        }
        Err(AzureError::new(
            name,
            Kind::ForeignLink(short(url.host_str().unwrap_or("(none)"))),
        ))
    }
}

/// A body as JSON; what else stands there is shown by its beginning.
pub(super) fn json(name: &'static str, body: &[u8]) -> Result<Value, AzureError> {
    serde_json::from_slice(body).map_err(|error| {
        let begin = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        AzureError::new(
            name,
            Kind::Garbled(format!("no JSON ({error}): {}", short(&begin))),
        )
    })
}
