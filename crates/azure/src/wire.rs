//! A call as it is sent.

use super::budget::Draw;
use super::error::{AzureError, ErrorKind};
use super::retry::Safety;
use lamplighter_core::kinds::{Call, Method};
use url::Url;

/// One call, as it is sent however often it takes.
#[derive(Clone, Debug)]
pub(super) struct WireCall {
    /// In words, for messages.
    pub name: &'static str,
    pub method: reqwest::Method,
    pub url: Url,
    /// JSON, of a POST that has one.
    pub body: Option<Vec<u8>>,
    /// It changes nothing, so that asking again is harmless.
    pub asks: bool,
    /// The statuses by which Azure says yes; none: any that means success.
    pub yes: &'static [u16],
}

impl WireCall {
    /// A call of core's to this endpoint. The segments of its path are encoded one by one: no name can lead elsewhere.
    pub fn new(call: &Call, endpoint: &Url, api_version: &str) -> WireCall {
        let mut url = endpoint.clone();
        // Every client makes sure that its endpoint has a host, and so segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(&call.path);
        }
        url.set_query(None);
        url.query_pairs_mut()
            .append_pair("api-version", call.api_version.unwrap_or(api_version))
            .extend_pairs(&call.query);
        WireCall {
            name: call.name,
            method: match call.method {
                Method::Get => reqwest::Method::GET,
                Method::Post => reqwest::Method::POST,
                Method::Patch => reqwest::Method::PATCH,
            },
            url,
            body: call.body.as_ref().map(|body| body.to_string().into_bytes()),
            asks: call.asks,
            yes: call.yes,
        }
    }

    /// A GET of a link in an answer.
    pub fn get(name: &'static str, url: Url) -> WireCall {
        WireCall {
            name,
            method: reqwest::Method::GET,
            url,
            body: None,
            asks: true,
            yes: &[],
        }
    }

    pub fn error(&self, kind: ErrorKind, message: &str) -> AzureError {
        AzureError::new(kind, self.name, &self.url, message)
    }

    pub fn draw(&self) -> Draw {
        match self.asks {
            true => Draw::Read,
            false => Draw::Write,
        }
    }

    pub fn safety(&self) -> Safety {
        match self.asks {
            true => Safety::Read,
            false => Safety::Action,
        }
    }

    /// The subscription in the path; empty where there is none.
    pub fn subscription(&self) -> &str {
        let mut segments = self.url.path().split('/').skip_while(|s| s.is_empty());
        match segments.next() {
            Some(first) if first.eq_ignore_ascii_case("subscriptions") => {
                segments.next().unwrap_or_default()
            }
            _ => "",
        }
    }
}
