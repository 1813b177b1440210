//! Weekdays: names, ranges that may wrap, lists.

use super::cursor::Cursor;
use super::error::Fault;
use super::habits;
use super::suggest::nearest;
use crate::schedule::Days;

pub(super) const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Names for several days at once.
pub(super) const GROUPS: [(&str, Days); 3] = [
    ("daily", Days(0b111_1111)),
    ("weekdays", Days(0b001_1111)),
    ("weekends", Days(0b110_0000)),
];

/// What people write instead, in English, German, Portuguese, Spanish, French and Italian. Not read, but corrected.
const OTHER_NAMES: [(&str, &[&str]); 10] = [
    (
        "Mon",
        &[
            "lunes",
            "lun",
            "lundi",
            "lunedì",
            "lunedi",
            "monday",
            "mondays",
            "mo",
            "montag",
            "montags",
            "segunda",
            "seg",
            "segundafeira",
        ],
    ),
    (
        "Tue",
        &[
            "martes",
            "mardi",
            "martedì",
            "martedi",
            "tuesday",
            "tuesdays",
            "tues",
            "tu",
            "di",
            "dienstag",
            "dienstags",
            "terça",
            "terca",
            "ter",
        ],
    ),
    (
        "Wed",
        &[
            "miércoles",
            "miercoles",
            "mié",
            "mie",
            "mercredi",
            "mercoledì",
            "mercoledi",
            "wednesday",
            "wednesdays",
            "weds",
            "we",
            "mi",
            "mittwoch",
            "mittwochs",
            "quarta",
            "qua",
        ],
    ),
    (
        "Thu",
        &[
            "jueves",
            "jue",
            "jeudi",
            "giovedì",
            "giovedi",
            "thursday",
            "thursdays",
            "thur",
            "thurs",
            "th",
            "do",
            "donnerstag",
            "donnerstags",
            "quinta",
            "qui",
        ],
    ),
    (
        "Fri",
        &[
            "viernes", "vie", "vendredi", "venerdì", "venerdi", "friday", "fridays", "fr",
            "freitag", "freitags", "sexta", "sex",
        ],
    ),
    (
        "Sat",
        &[
            "samedi",
            "sabato",
            "saturday",
            "saturdays",
            "sa",
            "samstag",
            "samstags",
            "sonnabend",
            "sábado",
            "sabado",
            "sáb",
            "sab",
        ],
    ),
    (
        "Sun",
        &[
            "dimanche", "domenica", "sunday", "sundays", "su", "so", "sonntag", "sonntags",
            "domingo", "dom",
        ],
    ),
    (
        "daily",
        &[
            "diario",
            "diariamente",
            "quotidien",
            "everyday",
            "day",
            "days",
            "täglich",
            "taeglich",
            "diariamente",
            "diário",
            "all",
        ],
    ),
    (
        "weekdays",
        &[
            "weekday",
            "workday",
            "workdays",
            "werktags",
            "wochentags",
            "úteis",
            "uteis",
        ],
    ),
    ("weekends", &["weekend", "wochenende", "wochenends"]),
];

/// What stands next, by its word alone.
pub(super) enum Named {
    Day(usize),
    Group(Days),
}

pub(super) fn named(word: &str) -> Option<Named> {
    if let Some((_, days)) = GROUPS.iter().find(|(name, _)| *name == word) {
        return Some(Named::Group(*days));
    }
    NAMES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(word))
        .map(Named::Day)
}

/// The day or group that a foreign, long or mistyped word must mean.
pub(super) fn meant(word: &str) -> Option<&'static str> {
    let other = OTHER_NAMES
        .iter()
        .find(|(_, others)| others.contains(&word))
        .map(|(name, _)| *name);
    let known = || {
        NAMES
            .into_iter()
            .chain(GROUPS.iter().map(|(name, _)| *name))
    };
    other.or_else(|| nearest(word, known())).or_else(|| {
        let long = OTHER_NAMES
            .iter()
            .flat_map(|(_, others)| others.iter().copied())
            .filter(|name| name.len() > 4);
        let long = nearest(word, long)?;
        OTHER_NAMES
            .iter()
            .find(|(_, others)| others.contains(&long))
            .map(|(name, _)| *name)
    })
}

/// Reads a list of days and ranges. A comma that no day follows is left for the caller.
pub(super) fn read(cursor: &mut Cursor) -> Result<Days, Fault> {
    let mut days = item(cursor)?;
    loop {
        let before = cursor.at;
        cursor.skip_space();
        if !cursor.eat(',') {
            if !cursor.peek().is_some_and(|c| c.is_ascii_digit())
                && let Some(fault) = habits::and(cursor)
            {
                return Err(fault);
            }
            cursor.at = before;
            return Ok(days);
        }
        cursor.skip_space();
        let next = cursor.word();
        if next.is_empty() || matches!(next.as_str(), "start" | "stop") {
            cursor.at = before;
            return Ok(days);
        }
        days = Days(days.0 | item(cursor)?.0);
    }
}

fn item(cursor: &mut Cursor) -> Result<Days, Fault> {
    let first = match one(cursor)? {
        Named::Group(days) => return Ok(days),
        Named::Day(day) => day,
    };
    let before = cursor.at;
    if !cursor.dash()? {
        return Ok(Days(1 << first));
    }
    let at = cursor.at;
    if cursor.word().is_empty() {
        return Err(Fault::new(
            at,
            "expected the last day of the range, such as Fri",
        ));
    }
    let Named::Day(last) = one(cursor)? else {
        return Err(
            Fault::new(at, "expected one day, such as Fri, after the hyphen").fix(before, at, ","),
        );
    };
    let length = (last + 7 - first) % 7;
    Ok(Days(
        (0..=length).fold(0, |days, step| days | 1 << ((first + step) % 7)),
    ))
}

fn one(cursor: &mut Cursor) -> Result<Named, Fault> {
    let at = cursor.at;
    let word = cursor.word();
    if let Some(named) = named(&word) {
        cursor.at += word.chars().count();
        // `Mon.` and `Mon:` are habits that mean nothing here.
        return match cursor.peek() {
            Some(mark @ ('.' | ':')) => Err(Fault::new(
                cursor.at,
                format!("{mark} is not expected here"),
            )
            .fix(cursor.at, cursor.at + 1, "")),
            _ => Ok(named),
        };
    }
    if let Some(fault) = habits::filler(cursor) {
        return Err(fault);
    }
    let message = format!(
        "{:?} is not a day: expected Mon to Sun, daily, weekdays or weekends",
        cursor.token()
    );
    let fault = Fault::new(at, message);
    let Some(meant) = meant(&word) else {
        return Err(fault);
    };
    let mut to = at + word.chars().count();
    let tail = cursor.slice(to, to + "-feira".len());
    if tail.eq_ignore_ascii_case("-feira") {
        to += "-feira".len();
    }
    Err(fault.fix(at, to, meant))
}
