//! Where calendars are. The path and the query of a calendar's address are often its only secret: neither is printed.

use super::named;
use std::fmt;
use url::Url;

/// Where a calendar is. Shown without the path of an address.
#[derive(Clone, PartialEq, Eq)]
pub enum CalendarPlace {
    /// A file's path.
    File(String),
    /// An http or https address.
    Address(Url),
}

/// Why a text is no place of a calendar; it shows no address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    #[error("an address that begins with {0}:// cannot be read")]
    Scheme(String),
    #[error("the address is not a whole one")]
    Address,
}

/// What addresses begin with that are read; `webcal` is what "subscribe" links have for https.
const SCHEMES: [(&str, &str); 4] = [
    ("https", "https"),
    ("http", "http"),
    ("webcal", "https"),
    ("webcals", "https"),
];

impl CalendarPlace {
    /// Reads `lab.ics`, `https://…`, `webcal://…`.
    ///
    /// # Errors
    /// It looks like an address, and is none that can be read.
    pub fn read(text: &str) -> Result<CalendarPlace, PlaceError> {
        let Some((scheme, rest)) = text.split_once(':') else {
            return Ok(CalendarPlace::File(text.to_owned()));
        };
        let known = SCHEMES
            .iter()
            .find(|(name, _)| scheme.eq_ignore_ascii_case(name));
        match known {
            Some((_, read_as)) => {
                let url = rest
                    .strip_prefix("//")
                    .map(|rest| format!("{read_as}://{rest}"));
                let url = url.and_then(|url| Url::parse(&url).ok());
                url.map(CalendarPlace::Address).ok_or(PlaceError::Address)
            }
            None if rest.starts_with("//") => {
                let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
                let short = scheme.len() <= 20 && scheme.chars().all(letter);
                let scheme = if short { scheme } else { "…" };
                Err(PlaceError::Scheme(scheme.to_owned()))
            }
            None => Ok(CalendarPlace::File(text.to_owned())),
        }
    }
}

impl fmt::Display for CalendarPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarPlace::File(path) => f.write_str(path),
            CalendarPlace::Address(url) => f.write_str(url.host_str().unwrap_or_default()),
        }
    }
}

impl fmt::Debug for CalendarPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `CALENDARS` as it may be shown: of an address its host.
pub(super) fn shown(text: &str) -> String {
    // The path of a file of names.
    if !text.contains(':') && !text.contains('=') {
        return text.to_owned();
    }
    let Ok(pairs) = named::pairs(text) else {
        return HIDDEN.to_owned();
    };
    let one = |(name, place): (String, String)| match CalendarPlace::read(&place) {
        Ok(place @ CalendarPlace::Address(_)) => format!("{name} = {place} (address hidden)"),
        Ok(place) => format!("{name} = {place}"),
        Err(_) => format!("{name} = {HIDDEN}"),
    };
    pairs.into_iter().map(one).collect::<Vec<_>>().join(" | ")
}

const HIDDEN: &str = "(hidden: it may hold the address of a calendar)";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<CalendarPlace, PlaceError> {
        Ok(CalendarPlace::Address(
            Url::parse(text).expect("an address"),
        ))
    }

    #[test]
    fn places_as_people_write_them() {
        let file = |path: &str| Ok(CalendarPlace::File(path.into()));
        for (text, read) in [
            ("lab.ics", file("lab.ics")),
            ("/srv/a b/lab.ics", file("/srv/a b/lab.ics")),
            ("C:\\calendars\\lab.ics", file("C:\\calendars\\lab.ics")),
            ("lab:2026.ics", file("lab:2026.ics")),
            (
                "https://h.example/s?k=1",
                address("https://h.example/s?k=1"),
            ),
            ("http://h.example/s", address("http://h.example/s")),
            ("webcal://h.example/s", address("https://h.example/s")),
            ("WebCal://h.example/s", address("https://h.example/s")),
            (
                "webcals://h.example:8443/s",
                address("https://h.example:8443/s"),
            ),
            ("ftp://h.example/s", Err(PlaceError::Scheme("ftp".into()))),
            ("feed://h.example/s", Err(PlaceError::Scheme("feed".into()))),
            (
                "my secret://h.example/s",
                Err(PlaceError::Scheme("…".into())),
            ),
            ("https:h.example/s", Err(PlaceError::Address)),
            ("webcal:/h.example/s", Err(PlaceError::Address)),
            ("https://", Err(PlaceError::Address)),
            ("webcal://a b/s", Err(PlaceError::Address)),
        ] {
            assert_eq!(CalendarPlace::read(text), read, "{text}");
        }
    }

    #[test]
    fn no_address_is_shown() {
        for (text, expected) in [
            ("plant = lab.ics", "plant = lab.ics"),
            ("calendars.toml", "calendars.toml"),
            (
                "a = webcal://u:SECRET@h.example/SECRET",
                "a = h.example (address hidden)",
            ),
            (
                "a = https://h.example/SECRET | b = b.ics",
                "a = h.example (address hidden) | b = b.ics",
            ),
            (
                "{\"a\": \"https://h.example/SECRET\"}",
                "a = h.example (address hidden)",
            ),
            ("https://h.example/SECRET", HIDDEN),
            ("https://h.example/?k=SECRET", HIDDEN),
            ("{\"a\": [\"https://h.example/SECRET\"]}", HIDDEN),
            ("a = ftp://h.example/SECRET", &format!("a = {HIDDEN}")),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
