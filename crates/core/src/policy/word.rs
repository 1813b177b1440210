//! A word in lower case, kept where it stands: most words of the language are short, and every resource of a fleet is
//! read in every sweep.

use std::ops::Deref;

/// As many bytes as need no allocation.
const SHORT: usize = 22;

pub(super) enum Word {
    /// ASCII, so that any number of bytes is a text.
    Short([u8; SHORT], usize),
    Long(String),
}

impl Word {
    /// The letters that `chars` begins with.
    pub fn of(chars: &[char]) -> Word {
        let mut short = [0; SHORT];
        for (at, c) in chars.iter().enumerate() {
            match (c, short.get_mut(at)) {
                (c, Some(place)) if c.is_ascii_alphabetic() => {
                    *place = c.to_ascii_lowercase() as u8
                }
                (c, _) if c.is_ascii() && !c.is_ascii_alphabetic() => {
                    return Word::Short(short, at);
                }
                _ => return Word::long(chars),
            }
        }
        Word::Short(short, chars.len().min(SHORT))
    }

    fn long(chars: &[char]) -> Word {
        let letters = chars.iter().take_while(|c| c.is_alphabetic());
        Word::Long(letters.flat_map(|c| c.to_lowercase()).collect())
    }

    pub fn as_str(&self) -> &str {
        match self {
            Word::Short(bytes, length) => {
                std::str::from_utf8(&bytes[..*length]).unwrap_or_default()
            }
            Word::Long(text) => text,
        }
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}
