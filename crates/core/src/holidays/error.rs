//! Why a calendar, or something in it, cannot be read.

/// Why a whole calendar cannot be read; its text is one line.
///
/// ```
/// use lamplighter_core::holidays::{CalendarError, Wanted, read_calendar};
///
/// let wanted = Wanted::all("2026-01-01".parse()?, "2026-12-31".parse()?);
/// let error = read_calendar(b"<html>sign in", &wanted).unwrap_err();
/// assert_eq!(error, CalendarError::NoCalendar("<html>sign in".into()));
/// let cut_off = read_calendar(b"BEGIN:VCALENDAR\nVERSION:2.0\n", &wanted).unwrap_err();
/// assert_eq!(cut_off.to_string(), "line 1: BEGIN:VCALENDAR without its END");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("the calendar is larger than {most} MiB")]
    TooLarge { most: usize },
    /// With the first line that is not blank.
    #[error("this is no iCalendar text: it begins with {0:?}, not BEGIN:VCALENDAR")]
    NoCalendar(String),
    #[error(transparent)]
    Broken(Oddity),
    /// The work that one calendar may cause is used up.
    #[error("its events repeat too often to be worked out")]
    RepeatsTooOften,
}

/// Something that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Oddity {
    /// The line of the file on which it begins, counted from 1.
    pub line: usize,
    pub why: LineError,
}

/// What is wrong with a line, or with the event that begins there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    #[error("{0:?} is no line of a calendar and was passed over")]
    NoProperty(String),
    #[error("END:{0} without its BEGIN")]
    NotBegun(String),
    #[error("BEGIN:{0} without its END")]
    NotEnded(String),
    #[error("components lie more than {0} deep")]
    TooDeep(usize),
    /// An event that cannot be understood, by its title.
    #[error("the event {title:?} takes no day away: {error}")]
    Event { title: String, error: EventError },
}

/// Why an event cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("it has no END:VEVENT")]
    NotEnded,
    #[error("it has no DTSTART")]
    NoStart,
    #[error("{property} (line {line}) is {value:?}, no date")]
    NoDate {
        property: &'static str,
        line: usize,
        value: String,
    },
    /// Of a property that lists dates.
    #[error("{property} (line {line}) has {value:?}, no date")]
    NoDateInList {
        property: &'static str,
        line: usize,
        value: String,
    },
    #[error("DURATION (line {line}) is {value:?}, no length of time")]
    NoLength { line: usize, value: String },
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    #[error("its RRULE (line {line}) {error}")]
    Rule { line: usize, error: RuleError },
    /// The work that one event may cause is used up.
    #[error("it repeats too often to be worked out")]
    RepeatsTooOften,
}

/// Why a rule cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("is not made of NAME=VALUE parts")]
    WithoutParts,
    #[error("has no FREQ")]
    NoFrequency,
    #[error("has an unknown FREQ")]
    UnknownFrequency,
    #[error("repeats within the day, though it lasts all day")]
    WithinTheDay,
    #[error("has {name}={value}, which is not understood")]
    Part { name: String, value: String },
}

/// Text of the file as a message may show it: short, on one line, and in the direction in which it is written.
pub(super) fn shortened(text: &str) -> String {
    let spaced = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown: String = spaced.filter(|c| !c.is_control() && !turns(*c)).collect();
    shown.trim().chars().take(80).collect()
}
