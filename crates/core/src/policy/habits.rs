//! What people put around and between the words of the language: quotes, `every`, `at`, `and`, `o'clock`. Not read,
//! but corrected, so that nobody has to guess which word was one too many.

use super::cursor::Cursor;
use super::fault::Fault;
use super::weekdays::named;

/// Words before days or times that add nothing, in English, German, Portuguese, Spanish and French.
const FILLERS: [&str; 24] = [
    "at", "from", "every", "each", "between", "von", "um", "ab", "jeden", "jede", "zwischen", "de",
    "da", "das", "às", "as", "cada", "toda", "todo", "desde", "entre", "du", "dès", "dalle",
];
/// Words between two of a kind.
const AND: [&str; 6] = ["and", "und", "e", "y", "et", "sowie"];
/// Words after a time.
const CLOCK: [&str; 8] = [
    "uhr", "h", "hrs", "hours", "oclock", "o'clock", "horas", "heures",
];

/// A value in quotes, as a shell or a spreadsheet leaves it.
pub(super) fn quoted(text: &str) -> Option<Fault> {
    let inner = text.trim();
    let quote = |c: char| {
        matches!(
            c,
            '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'
        )
    };
    if inner.chars().count() < 2 || !inner.starts_with(quote) || !inner.ends_with(quote) {
        return None;
    }
    let at = text.chars().take_while(|c| c.is_whitespace()).count();
    let plain = inner.trim_matches(quote).trim();
    let to = at + inner.chars().count();
    Some(Fault::new(at, "expected the value without quotes").fix(at, to, plain))
}

/// A word that adds nothing, if one is next.
pub(super) fn filler(cursor: &Cursor) -> Option<Fault> {
    let word = cursor.word();
    if word.is_empty() || !FILLERS.contains(&word.as_str()) {
        return None;
    }
    let (at, message) = (
        cursor.at,
        format!("{:?} is one word too many", cursor.token()),
    );
    let to = at + word.chars().count();
    Some(Fault::new(at, message).fix(at, to + cursor.spaces_from(to), ""))
}

/// Something else than a comma between two days or two windows, if it is next.
pub(super) fn and(cursor: &Cursor) -> Option<Fault> {
    let (at, word) = (cursor.at, cursor.word());
    let length = match cursor.peek()? {
        '&' | '+' | '/' | '|' => 1,
        _ if AND.contains(&word.as_str()) => word.chars().count(),
        _ => return None,
    };
    let to = at + length;
    Some(Fault::new(at, "expected a comma").fix(at, to + cursor.spaces_from(to), ", "))
}

/// `Uhr` and its like after a time, if it is next.
pub(super) fn clock(cursor: &Cursor) -> Option<Fault> {
    let token = cursor.token().to_lowercase();
    let word = token.trim_end_matches('.');
    if !CLOCK.contains(&word) {
        return None;
    }
    let (at, to) = (cursor.at, cursor.at + token.chars().count());
    let message = format!("{:?} is one word too many", cursor.token());
    Some(Fault::new(at, message).fix(at, to, ""))
}

/// A separator or a sign between days and their times.
pub(super) fn between_days_and_time(cursor: &Cursor) -> Option<Fault> {
    let mark = cursor.peek()?;
    let at = cursor.at;
    let after = at + 1 + cursor.spaces_from(at + 1);
    let ahead = Cursor::beginning_at(cursor, after);
    let fault = |message: &str| Fault::new(at, message);
    match mark {
        ',' | '@' | ':' | '=' | '-' if ahead.peek().is_some_and(|c| c.is_ascii_digit()) => {
            Some(fault("nothing is expected between days and times").fix(at, after, " "))
        }
        ';' if named(&ahead.word()).is_some() => {
            Some(fault("expected a comma between days").fix(at, at + 1, ","))
        }
        _ => None,
    }
}
