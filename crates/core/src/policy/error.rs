//! What stands in the way of reading a value, and how an owner is told.

use super::{Layer, TagError};
use std::fmt;

/// Why reading stopped, before the tag and the layer are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// 0-based character of the value.
    pub at: usize,
    pub message: String,
    /// The edit that would get reading past this fault; see [`super::suggest`].
    pub fix: Option<Fix>,
}

/// Puts `with` in the place of the characters `from..to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fix {
    pub from: usize,
    pub to: usize,
    pub with: String,
}

impl Fault {
    pub fn new(at: usize, message: impl Into<String>) -> Fault {
        Fault {
            at,
            message: message.into(),
            fix: None,
        }
    }

    pub fn fix(mut self, from: usize, to: usize, with: impl Into<String>) -> Fault {
        self.fix = Some(Fix {
            from,
            to,
            with: with.into(),
        });
        self
    }
}

/// How much of a long value stands on one line; the rest is cut away on either side of the column.
const SHOWN: usize = 100;

impl TagError {
    /// The value around the column, cut to one line, and the 0-based place of the column in it.
    fn line(&self) -> (String, usize) {
        let at = self.column.saturating_sub(1);
        let chars: Vec<char> = self.value.chars().collect();
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
        // A line break or an escape in a tag must not reach a terminal.
        line.extend(
            chars[from..to]
                .iter()
                .map(|c| if c.is_control() { '\u{fffd}' } else { *c }),
        );
        if to < chars.len() {
            line.push('…');
        }
        (line, at.saturating_sub(from) + usize::from(from > 0))
    }
}

/// One screen: the tag, where it stands, what is wrong, the value with a caret, a correction.
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
            let (line, caret) = self.line();
            write!(f, "\n  {line}\n  {:caret$}^", "")?;
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

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Compute => "on the compute",
            Layer::WorkspaceAddressed => "on the workspace, for this compute",
            Layer::Workspace => "on the workspace",
            Layer::ResourceGroup => "on the resource group",
            Layer::Default => "in the platform's settings",
        })
    }
}

impl TagError {
    /// The same on one line, for a log: where, what, and the correction.
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
