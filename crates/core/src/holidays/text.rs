//! From the bytes of a calendar file to its lines.
//!
//! Bytes are unfolded before they are decoded: a fold after 75 bytes may lie inside a character (RFC 5545, 3.1).

use std::borrow::Cow;

/// One line, unfolded, with the number of the first line of the file that it stands on.
pub(super) struct Line {
    pub number: usize,
    pub text: String,
}

/// The lines of a file. Each ends at LF, CR LF or CR, whatever its neighbours end with; blank ones are left out.
pub(super) fn lines(content: &[u8]) -> impl Iterator<Item = Line> + '_ {
    let mut folded = physical(content).zip(1..).peekable();
    let lines = std::iter::from_fn(move || {
        let (first, number) = folded.next()?;
        let mut line = first.to_vec();
        let goes_on = |next: &(&[u8], usize)| matches!(next.0, [] | [b' ' | b'\t', ..]);
        while let Some((more, _)) = folded.next_if(goes_on) {
            line.extend_from_slice(more.get(1..).unwrap_or_default());
        }
        let text = decode(line);
        Some(Line { number, text })
    });
    let shown = |line: &Line| {
        !line
            .text
            .chars()
            .all(|c| c.is_whitespace() || c.is_control())
    };
    lines.filter(shown)
}

/// A file in UTF-16 as UTF-8; any other as it is; both without their byte order mark.
pub(super) fn without_marks(content: &[u8]) -> Cow<'_, [u8]> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
    };
    match content {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        // Without a mark: a calendar begins with an ASCII letter.
        [b'B' | b'b', 0, ..] => wide(content, u16::from_le_bytes),
        [0, b'B' | b'b', ..] => wide(content, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        _ => Cow::Borrowed(content),
    }
}

/// The lines as they stand in the file, folded, without their ends.
fn physical(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(content);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            rest = None;
            return Some(text);
        };
        let (line, after) = text.split_at(end);
        // CR CR LF, which copying in text mode makes of CR LF, is one end as well.
        let returns = after.iter().take_while(|byte| **byte == b'\r').count();
        let end = match after.get(returns) {
            Some(b'\n') => returns + 1,
            _ => 1,
        };
        rest = after.get(end..);
        Some(line)
    })
}

/// UTF-8, or else Windows-1252, of which Latin-1 is a part.
fn decode(line: Vec<u8>) -> String {
    let text = String::from_utf8(line).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        bytes.into_iter().map(of_windows_1252).collect()
    });
    // Of the second of two files joined into one.
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// What Windows-1252 has from 0x80 to 0x9f, where Latin-1 has control characters.
const FROM_0X80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

fn of_windows_1252(byte: u8) -> char {
    let high = byte.checked_sub(0x80).map(usize::from);
    let own = high.and_then(|at| FROM_0X80.chars().nth(at));
    own.unwrap_or_else(|| char::from(byte))
}
