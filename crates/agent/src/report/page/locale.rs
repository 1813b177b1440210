//! Numbers and dates as the reader's language writes them; words stay English.

use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::tz::Tz;
use rust_decimal::{Decimal, RoundingStrategy};

/// A language, as far as numbers and dates go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// As `lang` and `Accept-Language` name it.
    pub tag: &'static str,
    decimal: &'static str,
    group: &'static str,
    date: &'static str,
    day: &'static str,
    /// In which zone times of day are told.
    zone: Tz,
}

const fn language(
    tag: &'static str,
    decimal: &'static str,
    group: &'static str,
    date: &'static str,
    day: &'static str,
) -> Language {
    Language {
        tag,
        decimal,
        group,
        date,
        day,
        zone: Tz::UTC,
    }
}

/// The first is taken where none fits. What is narrower stands before what is wider. Groups and dates as CLDR 46 has
/// them in their numeric forms.
const LANGUAGES: [Language; 12] = [
    language("en", ".", ",", "%-d %b %Y", "%-d %b"),
    language("en-us", ".", ",", "%b %-d, %Y", "%b %-d"),
    language("de", ",", ".", "%d.%m.%Y", "%d.%m."),
    language("de-ch", ".", "’", "%d.%m.%Y", "%d.%m."),
    language("fr", ",", "\u{202f}", "%d/%m/%Y", "%d/%m"),
    language("es", ",", ".", "%d/%m/%Y", "%d/%m"),
    language("pt", ",", ".", "%d/%m/%Y", "%d/%m"),
    language("pt-pt", ",", "\u{a0}", "%d/%m/%Y", "%d/%m"),
    language("it", ",", ".", "%d/%m/%Y", "%d/%m"),
    language("nl", ",", ".", "%d-%m-%Y", "%d-%m"),
    language("pl", ",", "\u{a0}", "%d.%m.%Y", "%d.%m"),
    language("sv", ",", "\u{a0}", "%Y-%m-%d", "%-d/%-m"),
];

impl Default for Language {
    fn default() -> Language {
        LANGUAGES[0]
    }
}

impl Language {
    /// A language by its tag, such as `de` or `pt-PT`; of a region that is not known, its language's own.
    pub fn named(tag: &str) -> Option<Language> {
        let tag = tag.trim().to_ascii_lowercase();
        let wide = tag.split(['-', '_']).next().unwrap_or_default();
        let find = |tag: &str| LANGUAGES.iter().find(|known| known.tag == tag).copied();
        find(&tag.replace('_', "-")).or_else(|| find(wide))
    }

    /// The one that a reader likes best, of those there are: `de-DE,de;q=0.9,en;q=0.8`.
    pub fn accepted(header: &str) -> Language {
        let mut accepted: Vec<(f32, Language)> = Vec::new();
        for one in header.split(',').take(32) {
            let mut parts = one.split(';');
            let known = parts.next().and_then(Language::named);
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
            let weight: f32 = weight.unwrap_or(1.0);
            if let Some(known) = known.filter(|_| weight > 0.0) {
                accepted.push((weight, known));
            }
        }
        // The first of those with the highest weight.
        let best = accepted
            .into_iter()
            .rev()
            .max_by(|a, b| a.0.total_cmp(&b.0));
        best.map(|(_, language)| language).unwrap_or_default()
    }

    /// `1,234.50`, rounded half up.
    pub fn number(&self, number: Decimal, places: u32) -> String {
        let rounded = number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        let text = format!("{:.*}", places as usize, rounded.abs());
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let groups: Vec<&str> = whole
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap_or_default())
            .collect();
        let negative = rounded.is_sign_negative() && !rounded.is_zero();
        let sign = if negative { "−" } else { "" };
        let rest = match rest {
            "" => String::new(),
            rest => format!("{}{rest}", self.decimal),
        };
        format!("{sign}{}{rest}", groups.join(self.group))
    }

    pub fn money(&self, amount: Decimal, currency: Option<&str>) -> String {
        let number = self.number(amount, 2);
        match currency {
            Some(currency) => format!("{number}\u{a0}{currency}"),
            None => number,
        }
    }

    pub fn hours(&self, seconds: i64) -> String {
        let hours = Decimal::from(seconds) / Decimal::from(3600);
        format!("{}\u{a0}h", self.number(hours, 1))
    }

    pub fn count(&self, count: usize) -> String {
        self.number(Decimal::from(count), 0)
    }

    /// The same with times of day in a zone.
    pub fn in_zone(self, zone: Tz) -> Language {
        Language { zone, ..self }
    }

    /// What stands behind a time of day: the name of the zone.
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// The day of an instant, in the zone.
    pub fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The UTC day of an instant, as figures are counted by.
    pub fn date(&self, at: DateTime<Utc>) -> String {
        at.format(self.date).to_string()
    }

    /// A day, with its year.
    pub fn whole_day(&self, day: NaiveDate) -> String {
        day.format(self.date).to_string()
    }

    /// A month, with its year, as all of these languages' readers know it.
    pub fn month(&self, day: NaiveDate) -> String {
        day.format("%Y-%m").to_string()
    }

    /// A day of a year that is known.
    pub fn day(&self, day: NaiveDate) -> String {
        day.format(self.day).to_string()
    }

    /// A time of day, in the zone.
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        format!("{} {}", local.format(self.date), local.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_the_reader_writes_them() {
        let at = "2026-11-03T07:05:00Z".parse().expect("a time in a test");
        let number: Decimal = "-1234567.895".parse().expect("a number in a test");
        for (tag, money, time) in [
            ("en", "−1,234,567.90", "3 Nov 2026 07:05"),
            ("en-US", "−1,234,567.90", "Nov 3, 2026 07:05"),
            ("de-AT", "−1.234.567,90", "03.11.2026 07:05"),
            ("de_CH", "−1’234’567.90", "03.11.2026 07:05"),
            ("fr", "−1\u{202f}234\u{202f}567,90", "03/11/2026 07:05"),
            ("nl", "−1.234.567,90", "03-11-2026 07:05"),
        ] {
            let language = Language::named(tag).expect(tag);
            assert_eq!(
                (
                    language.number(number, 2).as_str(),
                    language.time(at).as_str()
                ),
                (money, time)
            );
        }
        let kolkata = lamplighter_core::tz::named("Asia/Kolkata").expect("a zone in a test");
        let there = Language::default().in_zone(kolkata);
        assert_eq!(
            (there.time(at), there.zone()),
            ("3 Nov 2026 12:35".into(), "Asia/Kolkata")
        );
        assert_eq!(Language::default().hours(46_500), "12.9\u{a0}h");
        assert_eq!(Language::default().number(Decimal::ZERO, 2), "0.00");
    }

    #[test]
    fn the_reader_gets_the_language_that_is_liked_best_of_those_there_are() {
        for (header, tag) in [
            ("de-DE,de;q=0.9,en;q=0.8", "de"),
            ("tlh, fr;q=0.4, pt-PT;q=0.7", "pt-pt"),
            ("en-GB,en;q=0.5", "en"),
            ("de;q=0, it;q=0.1", "it"),
            ("", "en"),
            ("*;q=x, \u{0}", "en"),
        ] {
            assert_eq!(Language::accepted(header).tag, tag, "{header}");
        }
    }
}
