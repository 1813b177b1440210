//! Why reading a value stopped, before the tag and the layer are known.

/// Where reading stopped, and why.
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
