//! A reader of characters that knows where it is, and what it says where it cannot go on.

use std::ops::Range;

/// Why reading stopped, and what would mend it. Positions count characters from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub at: usize,
    pub message: String,
    /// These characters, replaced by this text.
    pub fix: Option<(Range<usize>, String)>,
}

impl Failure {
    pub fn new(at: usize, message: impl Into<String>) -> Failure {
        Failure {
            at,
            message: message.into(),
            fix: None,
        }
    }

    pub fn fix(self, range: Range<usize>, text: impl Into<String>) -> Failure {
        Failure {
            fix: Some((range, text.into())),
            ..self
        }
    }

    /// The whole value replaced.
    pub fn instead(self, value: &str, text: impl Into<String>) -> Failure {
        let end = value.chars().count();
        self.fix(0..end, text)
    }
}

/// Mends a value until it reads, one fix after the other; `None` where that leads nowhere.
pub fn mend<T>(value: &str, read: impl Fn(&str) -> Result<T, Failure>) -> Option<String> {
    // More mistakes than this in 256 characters are no mistakes but another language.
    const MOST: usize = 32;
    let mut mended = value.to_string();
    for _ in 0..MOST {
        let Err(failure) = read(&mended) else {
            return Some(mended).filter(|mended| mended != value);
        };
        let (range, text) = failure.fix?;
        let chars: Vec<char> = mended.chars().collect();
        let (start, end) = (range.start.min(chars.len()), range.end.min(chars.len()));
        mended = chars[..start]
            .iter()
            .chain(text.chars().collect::<Vec<_>>().iter())
            .chain(&chars[end..])
            .collect();
    }
    None
}

pub struct Cursor {
    chars: Vec<char>,
    at: usize,
}

impl Cursor {
    pub fn new(text: &str) -> Cursor {
        Cursor {
            chars: text.chars().collect(),
            at: 0,
        }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Whether only space is left.
    pub fn is_done(&mut self) -> bool {
        self.skip_space();
        self.at == self.chars.len()
    }

    pub fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    pub fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    /// Letters, of any language.
    pub fn word(&mut self) -> String {
        self.take_while(char::is_alphabetic)
    }

    pub fn rest(&self) -> String {
        self.chars[self.at..].iter().collect()
    }

    /// A hyphen between two things; a typographic dash is recognised, and refused with its correction.
    pub fn hyphen(&mut self) -> Result<bool, Failure> {
        let before = self.at;
        self.skip_space();
        match self.peek() {
            Some('-') => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(dash @ ('–' | '—' | '−' | '‐' | '‑' | '―')) => {
                let message =
                    format!("'{dash}' is a typographic dash; a plain hyphen '-' is expected");
                Err(Failure::new(self.at, message).fix(self.at..self.at + 1, "-"))
            }
            _ => {
                self.at = before;
                Ok(false)
            }
        }
    }
}

/// The candidate nearest to a word, if any is near at all.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let scored = candidates
        .into_iter()
        .map(|one| (strsim::osa_distance(&word, &one.to_lowercase()), one));
    let best = scored.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= word.chars().count().div_ceil(2).max(1)).then_some(best.1)
}
