//! Single settings from their texts: each is what was given, or `None` where it cannot be read.

use lamplighter_core::policy::{is_tag_name, same_name};
use std::str::FromStr;
use url::{Host, Url};

pub(super) fn http_url(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Where a service is. Whoever signs in by a user and a password in its URL signs in to something that is not Azure.
pub(super) fn endpoint(text: &str) -> Option<Url> {
    http_url(text).filter(|url| url.username().is_empty() && url.password().is_none())
}

/// Secrets and tokens go over TLS; a service on this computer, as in tests, needs none.
pub(super) fn secure(text: &str) -> Option<Url> {
    let here = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    endpoint(text).filter(|url| url.scheme() == "https" || here(url))
}

pub(super) fn region_url(text: &str) -> Option<String> {
    endpoint(&text.replace("{region}", "region")).map(|_| text.to_string())
}

/// The items of a list, `None` where a text has separators only: taken for nothing it would mean everything.
pub(super) fn items<'a>(text: &'a str, separators: &[char]) -> Option<Vec<&'a str>> {
    let items = text.split(separators).map(str::trim);
    let items: Vec<&str> = items.filter(|item| !item.is_empty()).collect();
    (text.is_empty() || !items.is_empty()).then_some(items)
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Names of tags, each one that a tag can have, and each once.
pub(super) fn cost_tags(text: &str) -> Option<Vec<String>> {
    let names = items(text, &[',', '\n'])?;
    let once = |at: usize| {
        let before = &names[..at];
        !before.iter().any(|known| same_name(known, names[at]))
    };
    let fits = (0..names.len()).all(|at| is_tag_name(names[at]) && once(at));
    fits.then(|| names.into_iter().map(str::to_owned).collect())
}

/// Subscription ids are GUIDs; a name pasted by mistake would silently govern nothing.
pub(super) fn subscriptions(text: &str) -> Option<Vec<String>> {
    let ids = items(text, &[',', ';', ' ', '\n'])?.into_iter();
    ids.map(|id| {
        let groups: Vec<&str> = id.split('-').collect();
        let lengths = groups.iter().map(|g| g.len());
        let guid =
            lengths.eq([8, 4, 4, 4, 12]) && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
        guid.then(|| id.to_ascii_lowercase())
    })
    .collect()
}

pub(super) fn api_version(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let rest = &text[10..];
    let fits = chrono::NaiveDate::from_str(date).is_ok() && (rest.is_empty() || rest == "-preview");
    fits.then(|| text.to_string())
}

pub(super) fn currency(text: &str) -> Option<String> {
    (text.len() == 3 && text.chars().all(|c| c.is_ascii_alphabetic()))
        .then(|| text.to_ascii_uppercase())
}

/// A folder, or a blob container. A container is an https URL (http only on loopback, for Azurite); anything without
/// `://` is a folder.
pub(super) fn location(text: &str) -> Option<String> {
    if !text.contains("://") {
        return Some(text.to_string());
    }
    let url = endpoint(text)?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let container = url
        .path_segments()
        .is_some_and(|mut s| s.any(|part| !part.is_empty()));
    (container && (url.scheme() == "https" || loopback)).then(|| text.to_string())
}
