//! A tag that cannot be read, and how its owner is told.

use super::fault::Fault;
use super::layer::Layer;
use crate::text::is_hidden;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A tag that cannot be read, with a correction where one is known.
///
/// Displayed as its owner is told:
///
/// ```
/// use lamplighter_core::policy::read_schedule;
///
/// let error = read_schedule("Mon-Fri 08:00-19:00 EST", lamplighter_core::tz::Tz::UTC).unwrap_err();
/// let lines: Vec<String> = error.to_string().lines().map(String::from).collect();
/// assert_eq!(
///     lines[1..],
///     [
///         "  Mon-Fri 08:00-19:00 EST",
///         "                      ^",
///         "  try: Mon-Fri 08:00-19:00 America/New_York",
///     ]
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagError {
    /// The tag's name as written.
    pub tag: String,
    pub layer: Layer,
    /// The tag's value as written.
    pub value: String,
    /// 1-based column, in characters, of the value where reading stopped; 0 where the tag's name is at fault.
    pub column: usize,
    pub message: String,
    /// A corrected value (or tag name, where the name is at fault), that itself reads.
    pub suggestion: Option<String>,
    /// False: a nearer layer replaces this tag, so it is reported and blocks nothing.
    pub blocks: bool,
}

/// How much of a long value stands on one line; the rest is cut away on either side of the column.
const SHOWN: usize = 100;

impl TagError {
    /// `tag`: its name as written; `value`: what `fault` is of; `suggestion`: a value that reads.
    pub(super) fn of(
        (tag, layer, value): (&str, Layer, &str),
        fault: Fault,
        suggestion: Option<String>,
        blocks: bool,
    ) -> TagError {
        TagError {
            tag: tag.to_owned(),
            layer,
            value: value.to_owned(),
            column: fault.at + 1,
            message: fault.message,
            suggestion,
            blocks,
        }
    }

    /// A tag whose name is at fault.
    pub(super) fn of_name(
        (tag, layer, value): (&str, Layer, &str),
        message: impl Into<String>,
        suggestion: Option<String>,
    ) -> TagError {
        TagError {
            tag: tag.to_owned(),
            layer,
            value: value.to_owned(),
            column: 0,
            message: message.into(),
            suggestion,
            blocks: true,
        }
    }

    /// The error on one line, for a log: where, what, and the correction.
    ///
    /// ```
    /// use lamplighter_core::policy::read_schedule;
    ///
    /// let error = read_schedule("stop dayly 19:00", lamplighter_core::tz::Tz::UTC).unwrap_err();
    /// let expected = "column 6: \"dayly\" is not a day: expected Mon to Sun, daily, weekdays or weekends \
    ///                 (did you mean 'stop daily 19:00'?)";
    /// assert_eq!(error.in_one_line(), expected);
    /// ```
    pub fn in_one_line(&self) -> String {
        let place = match self.column {
            0 => String::new(),
            column => format!("column {column}: "),
        };
        let hint = self.suggestion.as_ref();
        let hint = hint.map(|text| format!(" (did you mean '{text}'?)"));
        format!("{place}{}{}", self.message, hint.unwrap_or_default())
    }
}

/// A value around a column (from 1), cut to one line, with a caret below.
///
/// ```
/// use lamplighter_core::policy::pointed;
///
/// assert_eq!(pointed("stop dayly 19:00", 6), "  stop dayly 19:00\n       ^");
/// ```
pub fn pointed(value: &str, column: usize) -> String {
    let (line, caret) = around(value, column);
    format!("  {line}\n  {:caret$}^", "")
}

/// The value around the column, cut to one line, and the 0-based place of the column in it.
fn around(value: &str, column: usize) -> (String, usize) {
    let chars: Vec<char> = value.chars().collect();
    let at = column.saturating_sub(1).min(chars.len());
    let from = if chars.len() <= SHOWN {
        0
    } else {
        at.saturating_sub(SHOWN / 2).min(chars.len() - SHOWN)
    };
    let to = chars.len().min(from + SHOWN);
    let mut line = String::new();
    if from > 0 {
        line.push('…');
    }
    // A line break or an escape in a tag must not reach a terminal; one character each, for the caret's sake.
    line.extend(
        chars[from..to]
            .iter()
            .map(|c| match c.is_control() || is_hidden(*c) {
                true => '\u{fffd}',
                false => *c,
            }),
    );
    if to < chars.len() {
        line.push('…');
    }
    (line, at.saturating_sub(from) + usize::from(from > 0))
}

/// At most one screen: the tag, its layer, the column and the fault; the value with a caret; a correction.
impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tag.is_empty() {
            write!(f, "{} ({})", self.tag.escape_debug(), self.layer)?;
            if self.column > 0 {
                write!(f, ", column {}", self.column)?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}", self.message)?;
        if self.column > 0 {
            write!(f, "\n{}", pointed(&self.value, self.column))?;
        }
        match &self.suggestion {
            Some(suggestion) => {
                let plain = suggestion.replace(char::is_control, " ");
                write!(f, "\n  try: {plain}")
            }
            None => Ok(()),
        }
    }
}

impl std::error::Error for TagError {}
