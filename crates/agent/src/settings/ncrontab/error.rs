//! Why the host's timer does not take a schedule, or why Lamplighter does not although the host would.

/// Each reads on after "is not a schedule of six fields …: ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("it has {0} fields")]
    Count(usize),
    /// The host takes these without seconds, so that `0 */5 * * *` is every fifth hour.
    #[error(
        "it has five fields, of which the host would take the first for minutes; write 0 before them for the seconds"
    )]
    Five,
    /// The host tries to read these as a length of time: `5` is five days.
    #[error(
        "it has one field; the host takes lengths of time too, but 5 and 24:00:00 are days to it"
    )]
    One,
    #[error("{field}: {why}")]
    Field {
        field: &'static str,
        why: FieldError,
    },
    /// Values that the host takes and the library that finds their instants does not.
    #[error("its times cannot be told: {0}")]
    Calendar(String),
    /// The host takes it, and no sweep ever comes.
    #[error("there is no such day, so that it never comes")]
    Never,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    #[error("a value is missing")]
    Empty,
    #[error("'{}' is no whole number", .0.escape_debug())]
    Number(String),
    #[error("'{}' is no step", .0.escape_debug())]
    Step(String),
    #[error("'{}' is no number and no name{hint}", .text.escape_debug())]
    Name { text: String, hint: &'static str },
    #[error("{value} is not from {least} to {most}{hint}")]
    Range {
        value: i64,
        least: u32,
        most: u32,
        hint: &'static str,
    },
}
