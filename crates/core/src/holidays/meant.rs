//! The code that a slip must mean.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::places::entry;
use super::table;

/// A subdivision's name on its own counts from this length on: shorter ones are abbreviations that mean many things.
const SHORTEST_NAME: usize = 4;
/// What subdivisions are called for short, beside their country.
const SHORT_NAMES: [(&str, &str, &str); 2] = [("DE", "nrw", "DE-NW"), ("US", "nyc", "US-NY")];
/// The beginning of a subdivision's name counts from this length on, beside its country.
const SHORTEST_BEGINNING: usize = 3;
/// Longer text is no place's name; the table's longest has 63 characters.
const LONGEST: usize = 120;

/// The code that somebody who wrote this must have meant; [`super::public`] accepts it.
///
/// Understands other separators (`de_by`, `DE BY`, `DE.BY`), names in English and the local language
/// with or without accents (`Portugal`, `Bayern`, `Bavaria (Germany)`, `DE-Bayern`), three-letter codes
/// (`DEU`), and falls back to the country for a subdivision that is not known (`DE-XX`).
///
/// `None` where it is unclear: a name that several places bear and whose holidays differ (`Georgia`,
/// `La Paz`), or no place at all.
///
/// ```
/// use lamplighter_core::holidays::meant;
///
/// assert_eq!(meant("Bayern").as_deref(), Some("DE-BY"));
/// assert_eq!(meant("DE_BY").as_deref(), Some("DE-BY"));
/// assert_eq!(meant("Georgia"), None);
/// ```
pub fn meant(code: &str) -> Option<String> {
    if code.len() > LONGEST {
        return None;
    }
    let folded = fold(code);
    if let Some(found) = entry(&folded.replace(' ', "-")) {
        return Some(found.code.to_owned());
    }
    if names().contains_key(folded.as_str()) {
        return named(&folded).map(str::to_owned);
    }
    let found = within(&folded).or_else(|| unknown_part(code));
    found.map(str::to_owned)
}

/// Lower case; every run of anything but letters and digits becomes one space. `tools/holidays.py` folds alike.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// From folded names to the codes that bear them.
fn names() -> &'static HashMap<&'static str, Vec<&'static str>> {
    static NAMES: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        for entry in table::entries() {
            for spelling in entry.spellings() {
                names.entry(spelling).or_default().push(entry.code);
            }
        }
        names
    })
}

/// The one place of this name; of several with the same holidays (`PR` and `US-PR`) the shortest code.
fn named(name: &str) -> Option<&'static str> {
    let codes = names().get(name)?;
    let long = name.chars().count() >= SHORTEST_NAME;
    let mut codes: Vec<_> = codes
        .iter()
        .copied()
        .filter(|code| long || !code.contains('-'))
        .collect();
    codes.sort_by_key(|code| code.len());
    let (first, others) = codes.split_first()?;
    if !others.is_empty() {
        let days = table::find(first)?.decoded();
        let alike = |code: &&str| table::find(code).is_some_and(|entry| entry.decoded() == days);
        if !others.iter().all(alike) {
            return None;
        }
    }
    Some(first)
}

/// A subdivision and its country, in either order: `de bayern`, `bavaria germany`, `germany by`.
fn within(folded: &str) -> Option<&'static str> {
    let splits = || {
        folded
            .match_indices(' ')
            .map(|(at, _)| (&folded[..at], &folded[at + 1..]))
    };
    splits().find_map(|(left, right)| {
        let first = country(left).and_then(|country| part_of(country, right));
        first.or_else(|| country(right).and_then(|country| part_of(country, left)))
    })
}

/// A country by its code or name.
fn country(folded: &str) -> Option<&'static str> {
    let by_code = entry(folded).map(|entry| entry.code);
    by_code
        .or_else(|| named(folded))
        .filter(|code| !code.contains('-'))
}

/// A country's subdivision by its code or name.
fn part_of(country: &str, folded: &str) -> Option<&'static str> {
    let code = format!("{country}-{}", folded.replace(' ', "-"));
    if let Some(entry) = entry(&code) {
        return Some(entry.code);
    }
    let inside = |code: &&&str| code.split_once('-').is_some_and(|(c, _)| c == country);
    match names().get(folded) {
        Some(codes) => only(codes.iter().filter(inside)),
        // `DE-BAY`: the beginning of one name, and of no other in that country.
        None if folded.chars().count() >= SHORTEST_BEGINNING => {
            let mut short = SHORT_NAMES.iter();
            let short = short.find(|known| (known.0, known.1) == (country, folded));
            let begun = names().iter().filter(|(name, _)| name.starts_with(folded));
            let begun = || only(begun.flat_map(|(_, codes)| codes.iter().filter(inside)));
            short.map(|known| known.2).or_else(begun)
        }
        None => None,
    }
}

/// The one code, however often it stands there.
fn only<'a>(codes: impl Iterator<Item = &'a &'static str>) -> Option<&'static str> {
    let codes: BTreeSet<&'static str> = codes.copied().collect();
    let mut codes = codes.into_iter();
    let only = codes.next()?;
    codes.next().is_none().then_some(only)
}

/// The country of `DE-XX`: two letters, a separator that is no space, and what may be a subdivision's code.
fn unknown_part(code: &str) -> Option<&'static str> {
    let (left, right) = code.trim().split_once(['-', '_', '.', '/', ':'])?;
    let coded = (1..=3).contains(&right.len()) && right.bytes().all(|b| b.is_ascii_alphanumeric());
    if left.len() != 2 || !coded {
        return None;
    }
    entry(left).map(|entry| entry.code)
}
