//! Why a calendar, or an event in it, cannot be read.

/// Why a calendar cannot be read; its text is one line.
///
/// ```
/// use lamplighter_core::holidays::{CalendarError, read_calendar};
///
/// let (from, to) = ("2026-01-01".parse()?, "2026-12-31".parse()?);
/// let error = read_calendar("BEGIN:VCALENDAR\nVERSION:2.0\n", from, to).unwrap_err();
/// let expected = CalendarError::NotEnded { line: 1, name: "VCALENDAR".into() };
/// assert_eq!(error, expected);
/// assert_eq!(error.to_string(), "line 1: BEGIN:VCALENDAR without its END");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("the calendar is larger than {most} MiB")]
    TooLarge { most: usize },
    /// With the first line that is not blank.
    #[error("this is no iCalendar text: it begins with {0:?}, not BEGIN:VCALENDAR")]
    NoCalendar(String),
    /// Lines are counted from 1, here and below.
    #[error("line {line}: components lie more than {deepest} deep")]
    TooDeep { line: usize, deepest: usize },
    #[error("line {line}: END:{name} without its BEGIN")]
    NotBegun { line: usize, name: String },
    #[error("line {line}: BEGIN:{name} without its END")]
    NotEnded { line: usize, name: String },
    /// With the line that is no property.
    #[error("the calendar is broken at the line {0:?}")]
    BrokenLine(String),
    #[error("the calendar is broken")]
    Broken,
    /// An all-day event that cannot be understood, by its title.
    #[error("the event {title:?} cannot be read: {error}")]
    Event { title: String, error: EventError },
}

/// Why an all-day event cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("it has no DTSTART")]
    NoStart,
    #[error("{property} is {value:?}, no date")]
    NoDate {
        property: &'static str,
        value: String,
    },
    /// Of a property that lists dates.
    #[error("{property} has {value:?}, no date")]
    NoDateInList {
        property: &'static str,
        value: String,
    },
    #[error("DURATION is {0:?}, no length of time")]
    NoLength(String),
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    #[error("its RRULE is not made of NAME=VALUE parts")]
    RuleWithoutParts,
    #[error("its RRULE has no FREQ")]
    NoFrequency,
    #[error("its RRULE has an unknown FREQ")]
    UnknownFrequency,
    #[error("it lasts all day, but repeats within the day")]
    RepeatsWithinTheDay,
    #[error("its RRULE has {name}={value}, which is not understood")]
    RulePart { name: String, value: String },
    /// The work that one calendar may cause is used up.
    #[error("it repeats too often to be worked out")]
    RepeatsTooOften,
}

/// Text of the file as a message may show it.
pub(super) fn shortened(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect()
}
