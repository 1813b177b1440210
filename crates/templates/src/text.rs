//! Strings as a language decodes them, each character with its place in the source.

use std::ops::Range;

/// A text that stands in the source as such: nothing in it is computed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub value: String,
    /// Bytes of the source, without quotes.
    pub span: Range<usize>,
    /// For each character of the value the byte where it begins; empty where the value cannot be laid beside its source.
    pub at: Vec<usize>,
    /// Written without quotes in YAML, where some words mean something else.
    pub plain: bool,
    /// Written without quotes where a text needs them: a number, a name.
    pub bare: bool,
}

impl Text {
    /// A text that stands in the source as it is: an identifier, a number.
    pub fn verbatim(source: &str, span: Range<usize>) -> Text {
        let value = source[span.clone()].to_string();
        let at = value.char_indices().map(|(at, _)| span.start + at);
        Text {
            at: at.collect(),
            value,
            span,
            plain: false,
            bare: true,
        }
    }

    /// The byte at which a character of the value begins; after the last, the end.
    pub fn place(&self, character: usize) -> usize {
        match self.at.is_empty() {
            true => self.span.start,
            false => *self.at.get(character).unwrap_or(&self.span.end),
        }
    }

    /// Two texts of which the language makes one.
    pub fn join(&mut self, other: Text) {
        self.value.push_str(&other.value);
        self.at.extend(other.at);
        self.span.end = other.span.end;
    }
}

/// How a language writes what it cannot write plainly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Escapes {
    /// Nothing is escaped.
    None,
    Bicep,
    Hcl,
    /// A heredoc: `$${` and `%%{` only.
    Heredoc,
    Json,
    Python,
}

/// Decodes a part of the source; nothing where an escape is wrong, or is one that only the language's own tables know.
pub(crate) fn decode(source: &str, span: Range<usize>, escapes: Escapes) -> Option<Text> {
    let mut text = Text {
        value: String::new(),
        span: span.clone(),
        at: Vec::new(),
        plain: false,
        bare: false,
    };
    let mut at = span.start;
    while at < span.end {
        let rest = &source[at..span.end];
        let (decoded, length) = next(rest, escapes)?;
        if let Some(decoded) = decoded {
            text.value.push(decoded);
            text.at.push(at);
        }
        at += length;
    }
    Some(text)
}

/// The next character, if it means one, and how many bytes it takes.
fn next(rest: &str, escapes: Escapes) -> Option<(Option<char>, usize)> {
    let first = rest.chars().next()?;
    let plain = Some((Some(first), first.len_utf8()));
    match escapes {
        Escapes::None => plain,
        Escapes::Hcl | Escapes::Heredoc if doubled(rest) => Some((Some(first), 2)),
        Escapes::Heredoc => plain,
        _ if first != '\\' => plain,
        _ => escaped(rest, escapes),
    }
}

/// `$${` is `${`; what follows the first character is read as it is.
fn doubled(rest: &str) -> bool {
    rest.starts_with("$${") || rest.starts_with("%%{")
}

fn escaped(rest: &str, escapes: Escapes) -> Option<(Option<char>, usize)> {
    let letter = rest[1..].chars().next()?;
    let simple = match letter {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '\\' => Some('\\'),
        '"' if escapes != Escapes::Bicep => Some('"'),
        '\'' if matches!(escapes, Escapes::Bicep | Escapes::Python) => Some('\''),
        '$' if escapes == Escapes::Bicep => Some('$'),
        '/' if escapes == Escapes::Json => Some('/'),
        'b' if matches!(escapes, Escapes::Json | Escapes::Python) => Some('\u{8}'),
        'f' if matches!(escapes, Escapes::Json | Escapes::Python) => Some('\u{c}'),
        'a' if escapes == Escapes::Python => Some('\u{7}'),
        'v' if escapes == Escapes::Python => Some('\u{b}'),
        _ => None,
    };
    if simple.is_some() {
        return Some((simple, 2));
    }
    match (letter, escapes) {
        ('u', Escapes::Bicep) => {
            let inner = rest[2..].strip_prefix('{')?;
            let end = inner.find('}')?;
            Some((Some(number(&inner[..end], 16)?), end + 4))
        }
        ('u', Escapes::Json) => json_unit(rest),
        ('u', _) => Some((Some(number(rest.get(2..6)?, 16)?), 6)),
        ('U', Escapes::Hcl | Escapes::Python) => Some((Some(number(rest.get(2..10)?, 16)?), 10)),
        ('x', Escapes::Python) => Some((Some(number(rest.get(2..4)?, 16)?), 4)),
        ('\n', Escapes::Python) => Some((None, 2)),
        ('\r', Escapes::Python) if rest[2..].starts_with('\n') => Some((None, 3)),
        ('N', Escapes::Python) => None,
        ('0'..='7', Escapes::Python) => {
            let digits = rest[1..].bytes().take(3);
            let length = digits
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            Some((Some(number(&rest[1..=length], 8)?), length + 1))
        }
        // Any other stays as it is, backslash and all.
        (_, Escapes::Python) => Some((Some('\\'), 1)),
        _ => None,
    }
}

fn number(digits: &str, radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

/// A UTF-16 unit, or two of them that are one character.
fn json_unit(rest: &str) -> Option<(Option<char>, usize)> {
    let unit = |from: usize| u16::from_str_radix(rest.get(from..from + 4)?, 16).ok();
    let first = unit(2)?;
    if let Some(one) = char::from_u32(u32::from(first)) {
        return Some((Some(one), 6));
    }
    let second = rest
        .get(6..8)
        .filter(|mark| *mark == "\\u")
        .and_then(|_| unit(8))?;
    let pair = char::decode_utf16([first, second]).next()?.ok()?;
    Some((Some(pair), 12))
}
