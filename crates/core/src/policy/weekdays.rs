//! The names of weekdays, and what people write in their place.

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
            "mar",
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
            "mer",
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
            "jeu",
            "gio",
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
            "viernes", "vie", "ven", "vendredi", "venerdì", "venerdi", "friday", "fridays", "fr",
            "freitag", "freitags", "sexta", "sex",
        ],
    ),
    (
        "Sat",
        &[
            "samedi",
            "sam",
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
            "dimanche", "dim", "domenica", "sunday", "sundays", "su", "so", "sonntag", "sonntags",
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
            "jours",
            "giorni",
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

/// A day, by its place in [`NAMES`], or several.
pub(super) enum Named {
    Day(usize),
    Group(Days),
}

/// What a word in lower case names.
pub(super) fn named(word: &str) -> Option<Named> {
    if let Some((_, days)) = GROUPS.iter().find(|(name, _)| *name == word) {
        return Some(Named::Group(*days));
    }
    NAMES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(word))
        .map(Named::Day)
}

/// The day or group that a foreign or long word is the name of.
pub(super) fn translated(word: &str) -> Option<&'static str> {
    let mut names = OTHER_NAMES.iter();
    let found = names.find(|(_, others)| others.contains(&word));
    found.map(|(name, _)| *name)
}

/// Near to a day's name, and the name of none that is always the same.
const NO_DAYS: [&str; 3] = ["today", "tonight", "tomorrow"];

/// The day or group that a foreign, long or mistyped word must mean.
pub(super) fn meant(word: &str) -> Option<&'static str> {
    if NO_DAYS.contains(&word) {
        return None;
    }
    let other = translated(word);
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
