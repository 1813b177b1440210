//! Text from outside, shown as what it is: a name or a tag may hold characters that steer a terminal, or turn the text
//! around them.

use std::borrow::Cow;
use std::io::{self, Write};

/// Whether a character does something instead of showing itself. Line ends and tabs are as they are in any text.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

/// The text with hidden characters written out, as JSON writes them: so JSON stays the same JSON.
///
/// ```
/// use lamplighter_core::text::visible;
///
/// assert_eq!(visible("ci-\u{1b}[31mana\u{202e}"), r"ci-\u001b[31mana\u202e");
/// assert_eq!(visible("München\n"), "München\n");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, is_hidden)
}

fn shown(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(is_plain) || !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match hidden(c) {
            true => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                units.for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            }
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\t')
}

/// Writes text on with its hidden characters written out.
///
/// ```
/// use lamplighter_core::text::Visible;
/// use std::io::Write;
///
/// let mut out = Vec::new();
/// Visible::new(&mut out).write_all("\u{202e}ana".as_bytes())?;
/// assert_eq!(out, br"\u202eana");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Visible<W> {
    to: W,
    colours: bool,
}

impl<W: Write> Visible<W> {
    pub fn new(to: W) -> Visible<W> {
        Visible { to, colours: false }
    }

    /// For a writer that colours its lines, and takes care of other escapes itself.
    pub fn coloured(to: W) -> Visible<W> {
        Visible { to, colours: true }
    }
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !bytes.iter().copied().all(is_plain) => {
                let hidden = |c| is_hidden(c) && !(self.colours && c == '\u{1b}');
                self.to.write_all(shown(text, hidden).as_bytes())?;
                Ok(bytes.len())
            }
            // A part of a text that ends within a character is no text.
            _ => self.to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
