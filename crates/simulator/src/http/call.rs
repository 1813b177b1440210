//! One call, taken apart.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ops::Range;

/// A token of a page that was never given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the page's token is unknown")]
pub(super) struct UnknownToken;

/// A call as the routes take it.
pub(super) struct Call {
    pub method: Method,
    /// The path as it was sent, without the query.
    pub path: String,
    /// Decoded segments of the path, in the caller's case.
    pub segments: Vec<String>,
    /// The same in lower case: Azure's paths ignore it.
    pub lower: Vec<String>,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Scheme and authority under which the caller reached the simulator.
    pub base: String,
    /// The caller's object id, once its token has been read.
    pub principal: String,
}

impl Call {
    pub fn new(
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        scheme: &str,
        own: &str,
    ) -> Call {
        let host = headers
            .get("host")
            .and_then(|host| host.to_str().ok())
            .unwrap_or(own);
        let segments: Vec<String> = uri
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decode)
            .collect();
        Call {
            method,
            path: uri.path().to_owned(),
            lower: segments
                .iter()
                .map(|segment| segment.to_lowercase())
                .collect(),
            segments,
            query: url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
            base: format!("{scheme}://{host}"),
            headers,
            body,
            principal: String::new(),
        }
    }

    /// A query parameter; names ignore case.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The present page of a list of `total` items, and the link to the next.
    ///
    /// # Errors
    /// A `$skip` that the simulator never gave out.
    pub fn page(
        &self,
        total: usize,
        size: usize,
    ) -> Result<(Range<usize>, Option<String>), UnknownToken> {
        let from = match self.query("$skip").or_else(|| self.query("$skiptoken")) {
            None => 0,
            Some(token) => read_token(token).ok_or(UnknownToken)?,
        };
        let to = from.saturating_add(size).min(total);
        let next = (to < total).then(|| self.link(&[("$skip", &write_token(to))]));
        Ok((from.min(to)..to, next))
    }

    /// This call's own address with query parameters replaced.
    pub fn link(&self, replace: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.query {
            if !replace
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
            {
                query.append_pair(name, value);
            }
        }
        for (name, value) in replace {
            query.append_pair(name, value);
        }
        format!("{}{}?{}", self.base, self.path, query.finish())
    }
}

/// A place in a list as an opaque token.
pub(super) fn write_token(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("page at {offset}"))
}

/// The place in a list that a token stands for.
pub(super) fn read_token(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("page at ")?.parse().ok()
}

/// Undoes percent-encoding; what is not valid stays as it is.
fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
