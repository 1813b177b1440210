//! The language of `lamp-schedule`.
//!
//! ```text
//! schedule = ("always" | "never" | "none" | rule {(";" | ",") rule}) [zone]
//! rule     = [days] window {"," window} | ("start" | "stop") [days] time {"," time}
//! days     = day ["-" day] {"," day ["-" day]} | "daily" | "weekdays" | "weekends"
//! window   = time "-" time
//! ```

use super::cursor::{Cursor, Failure, mend, nearest};
use super::zone::zone;
use super::{Layer, TagError};
use crate::schedule::{Days, EdgeRule, Power, Rules, Schedule, Window};
use chrono_tz::Tz;

/// A value that reads, shown where nothing better is known.
pub const EXAMPLE: &str = "Mon-Fri 08:00-19:00";

/// Reads one schedule, as `lamp-schedule` holds it. The error's `tag` is empty and its layer `Default`.
pub fn read_schedule(text: &str, default_zone: Tz) -> Result<Schedule, TagError> {
    parse(text, default_zone).map_err(|failure| TagError {
        tag: String::new(),
        layer: Layer::Default,
        value: text.to_string(),
        column: failure.at + 1,
        message: failure.message,
        suggestion: mend(text, |text| parse(text, default_zone)),
        blocks: true,
    })
}

/// What follows a rule.
enum Then {
    Rule,
    End,
    Zone,
}

pub fn parse(text: &str, default_zone: Tz) -> Result<Schedule, Failure> {
    let mut cursor = Cursor::new(text);
    if cursor.is_done() {
        return Err(Failure::new(0, "it is empty; a schedule is expected").instead(text, EXAMPLE));
    }
    if let Some(rules) = keyword(&mut cursor) {
        let zone = if cursor.is_done() {
            default_zone
        } else {
            zone(&mut cursor)?
        };
        end(&mut cursor)?;
        return Ok(Schedule { rules, zone });
    }
    let (mut windows, mut edges) = (Vec::new(), Vec::new());
    let zone = loop {
        match rule(&mut cursor, &mut windows, &mut edges)? {
            Then::Rule => {}
            Then::End => break default_zone,
            Then::Zone => {
                let zone = zone(&mut cursor)?;
                end(&mut cursor)?;
                break zone;
            }
        }
    };
    Ok(Schedule {
        rules: Rules::Timed { windows, edges },
        zone,
    })
}

fn keyword(cursor: &mut Cursor) -> Option<Rules> {
    let start = cursor.at();
    let rules = match cursor.word().to_lowercase().as_str() {
        "always" => Rules::Always,
        "never" => Rules::Never,
        "none" => Rules::None,
        _ => {
            cursor.back_to(start);
            return None;
        }
    };
    Some(rules)
}

fn end(cursor: &mut Cursor) -> Result<(), Failure> {
    let after = cursor.at();
    if cursor.is_done() {
        return Ok(());
    }
    let message = "nothing is expected after the time zone";
    Err(Failure::new(cursor.at(), message).fix(after..cursor.len(), ""))
}

fn rule(
    cursor: &mut Cursor,
    windows: &mut Vec<Window>,
    edges: &mut Vec<EdgeRule>,
) -> Result<Then, Failure> {
    cursor.skip_space();
    let start = cursor.at();
    let power = match cursor.word().to_lowercase().as_str() {
        "start" => Some(Power::On),
        "stop" => Some(Power::Off),
        _ => {
            cursor.back_to(start);
            None
        }
    };
    cursor.skip_space();
    if power.is_some() {
        not_cron(cursor)?;
    }
    let bare = cursor.peek().is_some_and(|c| c.is_ascii_digit());
    let days = if bare {
        Days(0b111_1111)
    } else {
        days(cursor)?
    };
    loop {
        cursor.skip_space();
        match power {
            Some(power) => edges.push(EdgeRule {
                power,
                days,
                at: time(cursor, false)?,
            }),
            None => windows.push(window(cursor, days)?),
        }
        cursor.skip_space();
        let here = cursor.at();
        match cursor.peek() {
            None => return Ok(Then::End),
            Some(',') => {
                cursor.eat(',');
                cursor.skip_space();
                // A comma and a time is one more of the same days; a comma and a day begins a new rule.
                if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
                    return separated(cursor, here);
                }
            }
            Some(';') => {
                cursor.eat(';');
                return separated(cursor, here);
            }
            Some(c) if c.is_alphabetic() => return Ok(Then::Zone),
            Some(c) => {
                let message =
                    format!("'{c}' is not expected here; a comma, a semicolon or a time zone is");
                return Err(Failure::new(here, message).fix(here..here + 1, ""));
            }
        }
    }
}

/// After a separator comes a rule; one at the very end does no harm.
fn separated(cursor: &mut Cursor, separator: usize) -> Result<Then, Failure> {
    cursor.skip_space();
    match cursor.peek() {
        None => Ok(Then::End),
        Some(',' | ';') => {
            let message = "a rule is expected between two separators";
            Err(Failure::new(cursor.at(), message).fix(separator..cursor.at(), ""))
        }
        Some(_) => Ok(Then::Rule),
    }
}

/// Cron lines come with a later version; until then they are recognised, and left unread.
fn not_cron(cursor: &mut Cursor) -> Result<(), Failure> {
    let here = cursor.at();
    let line = cursor.take_while(|c| c != ';');
    cursor.back_to(here);
    let fields: Vec<&str> = line.split_whitespace().collect();
    let numeric = |field: &&str| {
        field
            .chars()
            .all(|c| c.is_ascii_digit() || "*/,-".contains(c))
    };
    if fields.len() >= 5 && fields.iter().take(3).all(numeric) {
        let message = "this version does not read cron lines yet; days and a time are expected, such as Mon-Fri 08:00";
        return Err(Failure::new(here, message));
    }
    Ok(())
}

const DAYS: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// Days in other languages, to be suggested in English: German, Portuguese, Spanish and French as far as no two
/// of them mean different days.
const FOREIGN: &[(&str, usize)] = &[
    ("mo", 0),
    ("montag", 0),
    ("seg", 0),
    ("segunda", 0),
    ("lun", 0),
    ("lunes", 0),
    ("lundi", 0),
    ("di", 1),
    ("dienstag", 1),
    ("ter", 1),
    ("terça", 1),
    ("mar", 1),
    ("martes", 1),
    ("mardi", 1),
    ("mi", 2),
    ("mittwoch", 2),
    ("qua", 2),
    ("quarta", 2),
    ("mercredi", 2),
    ("miércoles", 2),
    ("do", 3),
    ("donnerstag", 3),
    ("qui", 3),
    ("quinta", 3),
    ("jueves", 3),
    ("jeudi", 3),
    ("fr", 4),
    ("freitag", 4),
    ("sex", 4),
    ("sexta", 4),
    ("viernes", 4),
    ("vendredi", 4),
    ("sa", 5),
    ("samstag", 5),
    ("sáb", 5),
    ("sábado", 5),
    ("sabado", 5),
    ("samedi", 5),
    ("so", 6),
    ("sonntag", 6),
    ("dom", 6),
    ("domingo", 6),
    ("dimanche", 6),
];

fn days(cursor: &mut Cursor) -> Result<Days, Failure> {
    let mut set = 0u8;
    loop {
        cursor.skip_space();
        set |= day_item(cursor)?;
        let here = cursor.at();
        cursor.skip_space();
        if !cursor.eat(',') {
            cursor.back_to(here);
            return Ok(Days(set));
        }
    }
}

fn day_item(cursor: &mut Cursor) -> Result<u8, Failure> {
    let start = cursor.at();
    let word = cursor.word();
    match word.to_lowercase().as_str() {
        "daily" | "everyday" => return Ok(0b111_1111),
        "weekdays" | "weekday" => return Ok(0b001_1111),
        "weekends" | "weekend" => return Ok(0b110_0000),
        _ => {}
    }
    let from = day(&word, start, cursor)?;
    if !cursor.hyphen()? {
        return Ok(1 << from);
    }
    let start = cursor.at();
    let word = cursor.word();
    let to = day(&word, start, cursor)?;
    // A range may wrap: Fri-Mon.
    let length = (to + 7 - from) % 7;
    Ok((0..=length).fold(0, |set, step| set | 1 << ((from + step) % 7)))
}

fn day(word: &str, start: usize, cursor: &Cursor) -> Result<usize, Failure> {
    let lower = word.to_lowercase();
    let known = DAYS.iter().position(|(short, long)| {
        lower == *short || lower == *long || lower.strip_suffix('s') == Some(long)
    });
    if let Some(day) = known {
        return Ok(day);
    }
    let expected = "a day is expected: Mon to Sun, daily, weekdays or weekends";
    if word.is_empty() {
        let found = cursor
            .peek()
            .map_or("nothing".to_string(), |c| format!("'{c}'"));
        let failure = Failure::new(start, format!("{found} is found where {expected}"));
        return Err(if cursor.peek().is_none() {
            failure.fix(0..cursor.len(), EXAMPLE)
        } else {
            failure.fix(start..start + 1, "")
        });
    }
    let names = DAYS
        .iter()
        .flat_map(|(short, long)| [*short, *long])
        .chain(["daily", "weekdays", "weekends"]);
    let foreign = FOREIGN
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, day)| DAYS[*day].0);
    let failure = Failure::new(start, format!("'{word}' is no day; {expected}"));
    Err(match foreign.or_else(|| nearest(word, names)) {
        Some(name) => failure.fix(start..start + word.chars().count(), capital(name)),
        // A name that stands alone may be a schedule of the platform's, which a later version reads.
        None => failure.fix(0..cursor.len(), EXAMPLE),
    })
}

fn capital(name: &str) -> String {
    if matches!(name, "daily" | "weekdays" | "weekends") {
        return name.to_string();
    }
    let short: String = name.chars().take(3).collect();
    short[..1].to_uppercase() + &short[1..]
}

fn window(cursor: &mut Cursor, days: Days) -> Result<Window, Failure> {
    let begin = cursor.at();
    let start = time(cursor, false)?;
    if !cursor.hyphen()? {
        let message = "a window's end is expected, such as 08:00-19:00";
        let end = if start < 1140 { "-19:00" } else { "-24:00" };
        return Err(Failure::new(cursor.at(), message).fix(cursor.at()..cursor.at(), end));
    }
    let end = time(cursor, true)?;
    if end % 1440 == start % 1440 && end != start + 1440 {
        let message = "a window of no length; for the whole day 00:00-24:00 is expected";
        return Err(Failure::new(begin, message).fix(begin..cursor.at(), "00:00-24:00"));
    }
    Ok(Window { days, start, end })
}

/// A time of day in minutes; `24:00` only as an end.
fn time(cursor: &mut Cursor, is_end: bool) -> Result<u16, Failure> {
    let start = cursor.at();
    let expected = "a time such as 08:00 is expected";
    let hour = cursor.take_while(|c| c.is_ascii_digit());
    if hour.is_empty() {
        let found = cursor
            .peek()
            .map_or("the end".to_string(), |c| format!("'{c}'"));
        let time = if is_end { "19:00" } else { "08:00" };
        return Err(
            Failure::new(start, format!("{found} is found where {expected}"))
                .fix(start..start, format!("{time} ")),
        );
    }
    let colon = cursor.eat(':');
    let minute = if colon {
        cursor.take_while(|c| c.is_ascii_digit())
    } else {
        String::new()
    };
    let suffix = cursor.take_while(|c| c.is_ascii_alphabetic() || c == '.' || c.is_ascii_digit());
    let well = colon && hour.len() <= 2 && minute.len() == 2 && suffix.is_empty();
    let (hours, minutes): (u16, u16) = (
        hour.parse().unwrap_or(u16::MAX),
        minute.parse().unwrap_or(0),
    );
    if well && minutes < 60 && (hours < 24 || is_end && hours == 24 && minutes == 0) {
        return Ok(hours * 60 + minutes);
    }
    let written = format!("{hour}{}{minute}{suffix}", if colon { ":" } else { "" });
    let message = match well {
        true if hours == 24 && minutes == 0 => {
            "24:00 is the end of a day, never a start; 00:00 is expected".to_string()
        }
        _ => format!("'{written}' is no time of day; {expected}"),
    };
    Err(Failure::new(start, message).fix(
        start..cursor.at(),
        corrected(hours, minutes, &hour, &suffix, is_end),
    ))
}

/// What a time that is none most likely means: `9am`, `8`, `19h30`, `0800`, `25:00`.
fn corrected(hours: u16, minutes: u16, hour: &str, suffix: &str, is_end: bool) -> String {
    let (mut hours, mut minutes) = (hours, minutes);
    if hour.len() == 4 {
        (hours, minutes) = (hours / 100, hours % 100);
    }
    let suffix = suffix.to_ascii_lowercase().replace('.', "");
    match suffix.as_str() {
        "pm" if hours < 12 => hours += 12,
        "am" if hours == 12 => hours = 0,
        _ => {
            let digits = suffix.trim_start_matches(['h', 'u']);
            if let Ok(given) = digits.parse::<u16>() {
                minutes = given;
            }
        }
    }
    if hours >= 24 {
        return if is_end {
            "24:00".into()
        } else if hours == 24 {
            "00:00".into()
        } else {
            "23:00".into()
        };
    }
    format!("{hours:02}:{:02}", minutes.min(59))
}
