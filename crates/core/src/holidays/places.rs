//! Public holidays, by the code of a place.

use chrono::NaiveDate;

use super::table::{self, Entry};

/// The public holidays of a country (`PT`) or subdivision (`DE-BY`), sorted, each once, 2020 to 2045.
///
/// Letter case does not matter; `UK` is `GB`. `None`: a code that the table does not know; [`meant`] may know what was
/// meant. Years that the source does not cover are empty, see [the module](super).
///
/// ```
/// use lamplighter_core::holidays;
///
/// let bavaria = holidays::public("de-by").ok_or("unknown")?;
/// assert!(bavaria.contains(&"2026-01-06".parse()?));
/// assert_eq!(holidays::public("DE-XX"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`meant`]: super::meant
pub fn public(code: &str) -> Option<Vec<NaiveDate>> {
    Some(entry(code)?.decoded().into_iter().collect())
}

/// The place in English: `Portugal`, `Bavaria (Germany)`; the code where no name is known.
///
/// `None`: a code that [`public`] does not know either.
///
/// ```
/// use lamplighter_core::holidays;
///
/// assert_eq!(holidays::place("de-by").as_deref(), Some("Bavaria (Germany)"));
/// ```
pub fn place(code: &str) -> Option<String> {
    let entry = entry(code)?;
    let named = |e: &Entry| if e.name.is_empty() { e.code } else { e.name };
    Some(match entry.country() {
        Some(_) if entry.name.is_empty() => entry.code.to_owned(),
        Some(country) => format!("{} ({})", entry.name, named(&country)),
        None => named(&entry).to_owned(),
    })
}

/// Every code that [`public`] knows, in upper case, sorted. Aliases such as `UK` are not among them.
///
/// ```
/// use lamplighter_core::holidays;
///
/// assert!(holidays::codes().any(|code| code == "BR-SP"));
/// assert!(holidays::codes().all(|code| holidays::public(&code).is_some()));
/// ```
pub fn codes() -> impl Iterator<Item = String> {
    table::entries().map(|entry| entry.code.to_owned())
}

/// The entry of a code in any letter case.
pub(super) fn entry(code: &str) -> Option<Entry> {
    let upper = code.to_ascii_uppercase();
    // The United Kingdom's ISO code is GB; people write UK, as its internet names do.
    match upper.strip_prefix("UK") {
        Some(rest) if rest.is_empty() || rest.starts_with('-') => table::find(&format!("GB{rest}")),
        _ => table::find(&upper),
    }
}
