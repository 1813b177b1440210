//! Edges in cron form: `start 0 8 * * 1-5`.

use super::cursor::{Cursor, DASHES};
use super::fault::Fault;
use super::weekdays::{NAMES, Named, meant, named};
use crate::schedule::{CRON_FIELDS, Cron};

/// A field as written, and where.
struct Field {
    at: usize,
    text: String,
}

impl Field {
    fn end(&self) -> usize {
        self.at + self.text.chars().count()
    }
}

/// Reads a cron line, if one is next; otherwise takes nothing.
pub(super) fn read(cursor: &mut Cursor) -> Result<Option<Cron>, Fault> {
    if cursor.peek() == Some('@') {
        return Err(nickname(cursor));
    }
    if !cursor
        .peek()
        .is_some_and(|c| c.is_ascii_digit() || matches!(c, '*' | '?' | '/'))
    {
        return Ok(None);
    }
    let begin = cursor.at;
    let fields = fields(cursor);
    let cron_like = fields.len() >= 2 && fields[..2].iter().all(|field| is_number(&field.text));
    if !cron_like {
        cursor.at = begin;
        return Ok(None);
    }
    if let [first, .., last] = &fields[..]
        && fields.len() == CRON_FIELDS + 1
    {
        let message = "a cron edge has five fields: minute, hour, day of month, month, day of week";
        let fault = Fault::new(first.at, message);
        // Six fields begin with seconds, or end with a year.
        return Err(match (first.text.as_str(), last.text.as_str()) {
            (_, "*" | "?") if first.text != "0" => fault.fix(fields[4].end(), last.end(), ""),
            ("0", _) => fault.fix(first.at, fields[1].at, ""),
            _ => fault,
        });
    }
    let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    let Ok(texts) = <&[&str; CRON_FIELDS]>::try_from(&texts[..]) else {
        let end = fields.last().map_or(begin, Field::end);
        return Err(Fault::new(
            end,
            "a cron edge has five fields, such as 0 8 * * 1-5: minute, hour, day of month, month, day of week",
        ));
    };
    Cron::parse(texts).map(Some).map_err(|error| {
        let field = error.field.map_or(&fields[2], |field| &fields[field]);
        let fault = Fault::new(field.at, error.to_string());
        let mended = error.field.and_then(|index| mended(index, &field.text));
        match mended {
            Some(mended) => fault.fix(field.at, field.end(), mended),
            None => fault,
        }
    })
}

/// A cron line without its `start` or `stop`, if one is next.
pub(super) fn without_verb(cursor: &Cursor) -> Option<Fault> {
    let mut ahead = Cursor::beginning_at(cursor, cursor.at);
    let fields = fields(&mut ahead);
    let cron = fields.len() >= 3 && fields[..3].iter().all(|field| is_number(&field.text));
    cron.then(|| {
        Fault::new(
            cursor.at,
            "expected start or stop before a cron line: every edge says which it is",
        )
    })
}

/// Takes up to six fields: a sixth is taken only if it cannot be a zone.
fn fields(cursor: &mut Cursor) -> Vec<Field> {
    let mut fields = Vec::with_capacity(CRON_FIELDS);
    while fields.len() <= CRON_FIELDS {
        let before = cursor.at;
        cursor.skip_space();
        let at = cursor.at;
        let text = cursor.take_while(|c| !c.is_whitespace() && c != ';');
        let sixth = fields.len() == CRON_FIELDS;
        let zone = text.contains('/') && text.starts_with(|c: char| c.is_alphabetic())
            || text.eq_ignore_ascii_case("utc");
        // `Mon-Fri/2` and `Jan,3-5/2` have a slash too: no zone begins with the name of a day or a month.
        let zone = zone && !Cron::is_name(&first_word(&text));
        let fits = match sixth {
            false => !zone,
            true => is_number(&text) || named(&first_word(&text)).is_some(),
        };
        if text.is_empty() || !fits {
            cursor.at = before;
            break;
        }
        fields.push(Field { at, text });
        // A comma at the end of a line belongs to what follows.
        if let Some(last) = fields.last_mut()
            && last.text.ends_with(',')
        {
            last.text.pop();
            cursor.at = last.end();
            break;
        }
    }
    fields
}

fn first_word(text: &str) -> String {
    let word: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
    word.to_lowercase()
}

/// Whether a text can be the minute or the hour of a cron line.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | '?' | '/'))
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(c, '*' | ',' | '-' | '/' | '?' | '#' | 'L' | 'l' | 'W' | 'w')
        })
}

/// `@daily` and its like, which mean the same as five fields.
fn nickname(cursor: &Cursor) -> Fault {
    let (at, token) = (cursor.at, cursor.token());
    let fault = Fault::new(at, "expected five fields of cron, or days and a time");
    let same = match token.to_ascii_lowercase().as_str() {
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@hourly" => "0 * * * *",
        _ => return fault,
    };
    fault.fix(at, at + token.chars().count(), same)
}

/// The least and the greatest value of each field.
const BOUNDS: [(u32, u32); CRON_FIELDS] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

/// A field that means the same and reads: ranges that wrap, steps without a range, days by other names.
fn mended(index: usize, text: &str) -> Option<String> {
    let parts: Option<Vec<String>> = text
        .split(',')
        .filter(|part| !part.is_empty())
        .map(|part| part_mended(index, part))
        .collect();
    let mended = parts.filter(|parts| !parts.is_empty())?.join(",");
    let mut fields = ["*"; CRON_FIELDS];
    fields[index] = &mended;
    (mended != text && Cron::parse(&fields).is_ok()).then_some(mended)
}

fn part_mended(index: usize, part: &str) -> Option<String> {
    let (least, most) = *BOUNDS.get(index)?;
    let plain = part.replace(DASHES, "-");
    let part = plain.as_str();
    let (range, step) = part
        .split_once('/')
        .map_or((part, None), |(range, step)| (range, Some(step)));
    if range.is_empty() {
        return Some(format!("*/{}", step?));
    }
    if let (Ok(from), Some(step)) = (range.parse::<u32>(), step) {
        return Some(format!("{from}-{most}/{step}"));
    }
    if index + 1 == CRON_FIELDS && range.chars().all(|c| c.is_alphabetic() || c == '-') {
        let days = weekdays(range)?;
        return match step {
            None => Some(days),
            // Two ranges of one step would begin anew in the second.
            Some(_) if days.contains(',') => None,
            Some(step) if days.contains('-') => Some(format!("{days}/{step}")),
            Some(step) => Some(format!("{days}-{most}/{step}")),
        };
    }
    match range.split_once('-') {
        Some((from, to)) => wrapped(from.parse().ok()?, to.parse().ok()?, least, most, step),
        None => Some(part.to_string()),
    }
}

/// `22-6` as the two ranges that it spans.
fn wrapped(from: u32, to: u32, least: u32, most: u32, step: Option<&str>) -> Option<String> {
    if step.is_some() || from <= to || from > most || to < least {
        return None;
    }
    let range = |from: u32, to: u32| match from == to {
        true => from.to_string(),
        false => format!("{from}-{to}"),
    };
    // Sunday is both 0 and 7.
    let last = if most == 7 { 6 } else { most };
    let after = range(least, to);
    match from > last {
        true => Some(after),
        false => Some(format!("{},{after}", range(from, last))),
    }
}

/// Days by the names of other languages, or by long ones.
fn weekdays(text: &str) -> Option<String> {
    let number = |word: &str| {
        let word = word.to_lowercase();
        let name = match named(&word) {
            Some(Named::Day(day)) => NAMES[day],
            _ => meant(&word)?,
        };
        let day = NAMES.iter().position(|known| *known == name)?;
        Some((day as u32 + 1) % 7)
    };
    match text.split_once('-') {
        None => number(text).map(|day| day.to_string()),
        Some((from, to)) => match (number(from)?, number(to)?) {
            (from, 0) => Some(format!("{from}-7")),
            (from, to) if from <= to => Some(format!("{from}-{to}")),
            (from, to) => wrapped(from, to, 0, 7, None),
        },
    }
}
