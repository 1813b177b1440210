//! One setting after another, and a note of each that cannot be read.

use super::error::BadSetting;
use super::table::SETTINGS;
use super::texts::endpoint;
use lamplighter_core::duration;
use std::time::Duration;
use url::Url;

/// Collects what cannot be read, so that one start tells all of it.
pub(super) struct Reader<L> {
    lookup: L,
    pub bad: Vec<BadSetting>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub fn new(lookup: L) -> Reader<L> {
        Reader {
            lookup,
            bad: Vec::new(),
        }
    }

    pub fn text(&self, name: &'static str) -> String {
        self.raw(name).trim().to_string()
    }

    /// As it was given, with the space around it.
    pub fn raw(&self, name: &'static str) -> String {
        let default = || {
            SETTINGS
                .iter()
                .find(|s| s.name == name)
                .map_or("", |s| s.default)
                .to_string()
        };
        (self.lookup)(name)
            .filter(|value| !value.trim().is_empty())
            .unwrap_or_else(default)
    }

    /// What was given, apart from any default.
    pub fn given(&self, name: &'static str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    pub fn optional(&self, name: &'static str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    pub fn refuse(&mut self, name: &'static str, value: &str, expected: impl Into<String>) {
        let shown = SETTINGS
            .iter()
            .find(|s| s.name == name)
            .map(|s| s.shown(Some(value)));
        let value = shown.unwrap_or_else(|| value.to_string());
        self.bad.push(BadSetting {
            name,
            value,
            expected: expected.into(),
        });
    }

    /// Reads one setting; a bad one is noted, and `None` stands in until the start is refused.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name);
        let value = parse(&text);
        if value.is_none() {
            self.refuse(name, &text, expected);
        }
        value
    }

    pub fn port(&mut self) -> Option<u16> {
        self.parsed("FUNCTIONS_CUSTOMHANDLER_PORT", "a port number", |text| {
            text.parse().ok()
        })
    }

    pub fn endpoint(&mut self, name: &'static str) -> Option<Url> {
        let expected = "an http or https URL without a user and a password";
        self.parsed(name, expected, endpoint)
    }

    pub fn length_or_off(
        &mut self,
        name: &'static str,
        least: Duration,
        most: Duration,
    ) -> Option<Option<Duration>> {
        let expected = format!(
            "off, or a length of time from {} to {}",
            duration::print(least),
            duration::print(most)
        );
        self.parsed(name, &expected, |text| {
            if text.eq_ignore_ascii_case("off") {
                return Some(None);
            }
            let length = duration::parse(text).ok()?;
            (least..=most).contains(&length).then_some(Some(length))
        })
    }

    pub fn length(
        &mut self,
        name: &'static str,
        least: Duration,
        most: Duration,
    ) -> Option<Duration> {
        let expected = format!(
            "a length of time from {} to {}",
            duration::print(least),
            duration::print(most)
        );
        self.parsed(name, &expected, |text| {
            duration::parse(text)
                .ok()
                .filter(|length| (least..=most).contains(length))
        })
    }
}
