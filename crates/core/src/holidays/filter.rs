//! Which events of a calendar count, where its keeper also writes down days on which everybody works.

use super::component::Component;

/// The fields of an event that are looked at.
const FIELDS: [&str; 3] = ["SUMMARY", "DESCRIPTION", "CATEGORIES"];

/// Which events count: by default all. `CALENDAR_EVENTS` has one for each calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// An event counts if one of these fits, or there is none of them.
    any: Vec<Term>,
    /// And none of these does.
    none: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// `None`: any of the three.
    field: Option<&'static str>,
    /// As [`folded`] gives it.
    text: String,
}

/// Why a filter cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a text that events contain, such as Public holiday; several separated by ;, each may begin with not, and with SUMMARY:, DESCRIPTION: or CATEGORIES:"
)]
pub struct FilterError;

impl EventFilter {
    /// Every event counts.
    pub const ALL: EventFilter = EventFilter {
        any: Vec::new(),
        none: Vec::new(),
    };

    /// Reads `Public holiday; categories: Closed; not Observance`: an event counts if it contains one of the texts, and
    /// none of those after `not`. Letter case and white space do not matter.
    ///
    /// ```
    /// use lamplighter_core::holidays::EventFilter;
    ///
    /// assert!(EventFilter::read("Public holiday; not SUMMARY: half day").is_ok());
    /// assert!(EventFilter::read("not ; Closed").is_err());
    /// ```
    ///
    /// # Errors
    /// A text is empty.
    pub fn read(text: &str) -> Result<EventFilter, FilterError> {
        let mut filter = EventFilter::default();
        let terms = text.split(';').map(str::trim);
        for term in terms.filter(|term| !term.is_empty()) {
            let start = term.get(..3).unwrap_or_default();
            let rest = term.get(3..).filter(|_| start.eq_ignore_ascii_case("not"));
            match rest.filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
                Some(rest) => filter.none.push(Term::read(rest)?),
                None => filter.any.push(Term::read(term)?),
            }
        }
        match filter == EventFilter::default() {
            true => Err(FilterError),
            false => Ok(filter),
        }
    }

    /// Whether the event counts.
    pub(super) fn takes(&self, event: &Component) -> bool {
        let fits = |term: &Term| term.fits(event);
        (self.any.is_empty() || self.any.iter().any(fits)) && !self.none.iter().any(fits)
    }
}

impl Term {
    fn read(text: &str) -> Result<Term, FilterError> {
        let named = text.split_once(':').and_then(|(name, rest)| {
            let name = name.trim();
            let field = FIELDS
                .into_iter()
                .find(|field| field.eq_ignore_ascii_case(name))?;
            Some((field, rest))
        });
        let (field, text) = named.map_or((None, text), |(field, rest)| (Some(field), rest));
        let text = folded(text);
        match text.is_empty() {
            true => Err(FilterError),
            false => Ok(Term { field, text }),
        }
    }

    fn fits(&self, event: &Component) -> bool {
        let fields = FIELDS.into_iter();
        let mut fields = fields.filter(|field| self.field.is_none_or(|wanted| wanted == *field));
        let holds = |value: &str| folded(&unescaped(value)).contains(&self.text);
        fields.any(|field| event.all(field).any(|property| holds(&property.value)))
    }
}

/// Small letters, with one space where there is white space.
fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it was before it was written into the file: `\,` is a comma, `\n` begins a line.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
