//! A place in a value, counted in characters.

use super::fault::Fault;
use super::word::Word;

/// What people's keyboards and word processors make of `-`.
pub(super) const DASHES: [char; 9] = ['‐', '‑', '‒', '–', '—', '―', '−', '－', '~'];

pub(super) struct Cursor {
    chars: Vec<char>,
    pub at: usize,
}

impl Cursor {
    pub fn new(text: &str) -> Cursor {
        let chars = match text.is_ascii() {
            // Of known length, so quicker.
            true => text.bytes().map(char::from).collect(),
            false => text.chars().collect(),
        };
        Cursor { chars, at: 0 }
    }

    pub fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    pub fn ahead(&self, by: usize) -> Option<char> {
        self.chars.get(self.at.checked_add(by)?).copied()
    }

    pub fn end(&self) -> usize {
        self.chars.len()
    }

    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Takes `wanted` if it is next.
    pub fn eat(&mut self, wanted: char) -> bool {
        let next = self.peek() == Some(wanted);
        self.at += usize::from(next);
        next
    }

    /// The characters `from..to`, as written.
    pub fn slice(&self, from: usize, to: usize) -> String {
        let chars = self.chars.get(from..to).unwrap_or_default();
        // As long as they are, where all are ASCII: a text that grows letter by letter is copied over and over.
        let mut text = String::with_capacity(chars.len());
        text.extend(chars);
        text
    }

    /// Everything not yet read.
    pub fn rest(&self) -> String {
        self.slice(self.at, self.end())
    }

    /// Takes the characters that `belongs` accepts.
    pub fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.slice(from, self.at)
    }

    /// The letters next, in lower case, without taking them.
    pub fn word(&self) -> Word {
        Word::of(&self.chars[self.at.min(self.end())..])
    }

    /// Everything up to white space, a comma or a semicolon; for showing in a message.
    pub fn token(&self) -> String {
        self.token_chars().iter().collect()
    }

    fn token_chars(&self) -> &[char] {
        let rest = &self.chars[self.at.min(self.end())..];
        let end = rest
            .iter()
            .position(|c| c.is_whitespace() || matches!(c, ',' | ';'));
        &rest[..end.unwrap_or(rest.len())]
    }

    /// Whether a zone is next: a place with a slash, or the one plain name.
    pub fn at_zone(&self) -> bool {
        let token = self.token_chars();
        let utc = || token.iter().map(char::to_ascii_lowercase).eq("utc".chars());
        token.contains(&'/') || utc()
    }

    /// Takes a `-`, with white space around it. `Ok(false)`: something else is next, nothing was taken.
    pub fn dash(&mut self) -> Result<bool, Fault> {
        let before = self.at;
        self.skip_space();
        let at = self.at;
        if self.eat('-') {
            self.skip_space();
            return Ok(true);
        }
        if self.peek().is_some_and(|c| DASHES.contains(&c)) {
            return Err(Fault::new(at, "expected a plain hyphen, -").fix(at, at + 1, "-"));
        }
        if matches!(self.peek(), Some('.' | '…')) {
            let dots = self.take_while(|c| matches!(c, '.' | '…'));
            self.at = at;
            let to = at + dots.chars().count();
            let to = to + self.spaces_from(to);
            if dots != "." {
                return Err(Fault::new(at, "expected a hyphen, -").fix(before, to, "-"));
            }
        }
        let word = self.word();
        if matches!(
            word.as_str(),
            "to" | "until"
                | "till"
                | "through"
                | "thru"
                | "bis"
                | "a"
                | "à"
                | "às"
                | "até"
                | "au"
                | "al"
                | "alle"
        ) {
            let to = at + word.chars().count();
            return Err(Fault::new(at, "expected a hyphen, -").fix(
                before,
                to + self.spaces_from(to),
                "-",
            ));
        }
        self.at = before;
        Ok(false)
    }

    /// The same value, read from another place on.
    pub fn beginning_at(other: &Cursor, at: usize) -> Cursor {
        Cursor {
            chars: other.chars.clone(),
            at,
        }
    }

    pub fn spaces_from(&self, from: usize) -> usize {
        self.chars[from.min(self.end())..]
            .iter()
            .take_while(|c| c.is_whitespace())
            .count()
    }
}
