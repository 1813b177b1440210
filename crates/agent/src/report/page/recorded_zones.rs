//! Texts keep the zone in which they were recorded, whichever the page's is: a line says so where a text tells a time.

use super::locale::Language;
use super::marks::isolated;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// So many zones are named.
const NAMED: usize = 4;

/// What there is to say of these texts, each with its zone; nothing where every time in them is in the page's.
pub fn note<'a>(
    texts: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    language: &Language,
) -> Markup {
    let told = texts.filter(|(text, _)| tells_a_time(text));
    let zones: BTreeSet<&str> = told.filter_map(|(_, zone)| zone).collect();
    if zones.iter().all(|zone| *zone == language.zone()) {
        return html! {};
    }
    let more = zones.len().saturating_sub(NAMED);
    html! {
        p class="soft" {
            "Times in the column are in " (language.zone()) "; those within a text are as they were recorded, in the resource's own zone: "
            @for (index, zone) in zones.iter().take(NAMED).enumerate() { @if index > 0 { ", " } (isolated(zone)) }
            @if more > 0 { " and " (language.count(more)) " more" }
        }
    }
}

/// Whether there is a time of day in it, such as 19:00.
fn tells_a_time(text: &str) -> bool {
    let time = |five: &[u8]| {
        let digit = |at: usize| five.get(at).is_some_and(u8::is_ascii_digit);
        five.get(2) == Some(&b':') && [0, 1, 3, 4].into_iter().all(digit)
    };
    text.as_bytes().windows(5).any(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[(&str, Option<&str>)]) -> String {
        note(texts.iter().copied(), &Language::default()).into_string()
    }

    #[test]
    fn zones_are_named_where_a_text_tells_a_time_in_another_than_the_pages() {
        let lisbon = (
            "off by its schedule since Mon 23 Nov 19:00 WET",
            Some("Europe/Lisbon"),
        );
        assert!(said(&[lisbon]).contains("own zone: <bdi>Europe/Lisbon</bdi></p>"));
        for none in [
            ("no tag governs it", Some("Asia/Tokyo")),
            ("stopped at 19:00 UTC", Some("UTC")),
            ("of before zones were kept, at 19:00 CET", None),
        ] {
            assert_eq!(said(&[none]), "", "{none:?}");
        }
        let six = [
            "UTC",
            "Asia/Tokyo",
            "Asia/Seoul",
            "Asia/Dubai",
            "Asia/Dhaka",
            "Asia/Tokyo",
        ];
        let six = six.map(|zone| ("at 19:00", Some(zone)));
        assert!(
            said(&six).ends_with(", <bdi>Asia/Tokyo</bdi> and 1 more</p>"),
            "{}",
            said(&six)
        );
    }
}
