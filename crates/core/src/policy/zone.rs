//! Time zones: IANA names, in any case. Abbreviations are refused: most of them mean two places, and those
//! that the tz database has (`EST`) never keep daylight saving.

use super::cities;
use super::cursor::Cursor;
use super::fault::Fault;
use crate::tz::{self, Tz};

const ABBREVIATIONS: [(&str, &str); 67] = [
    ("ast", "America/Halifax"),
    ("eastern", "America/New_York"),
    ("central", "America/Chicago"),
    ("mountain", "America/Denver"),
    ("pacific", "America/Los_Angeles"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("et", "America/New_York"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("ct", "America/Chicago"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("mt", "America/Denver"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pt", "America/Los_Angeles"),
    ("akst", "America/Anchorage"),
    ("hst", "Pacific/Honolulu"),
    ("brt", "America/Sao_Paulo"),
    ("art", "America/Argentina/Buenos_Aires"),
    ("gmt", "Europe/London"),
    ("bst", "Europe/London"),
    ("gb", "Europe/London"),
    ("wet", "Europe/Lisbon"),
    ("west", "Europe/Lisbon"),
    ("cet", "Europe/Berlin"),
    ("cest", "Europe/Berlin"),
    ("met", "Europe/Berlin"),
    ("mez", "Europe/Berlin"),
    ("mesz", "Europe/Berlin"),
    ("eet", "Europe/Athens"),
    ("eest", "Europe/Athens"),
    ("msk", "Europe/Moscow"),
    ("trt", "Europe/Istanbul"),
    ("sast", "Africa/Johannesburg"),
    ("eat", "Africa/Nairobi"),
    ("wat", "Africa/Lagos"),
    ("ist", "Asia/Kolkata"),
    ("pkt", "Asia/Karachi"),
    ("sgt", "Asia/Singapore"),
    ("hkt", "Asia/Hong_Kong"),
    ("jst", "Asia/Tokyo"),
    ("kst", "Asia/Seoul"),
    ("prc", "Asia/Shanghai"),
    ("roc", "Asia/Taipei"),
    ("rok", "Asia/Seoul"),
    ("aest", "Australia/Sydney"),
    ("nzst", "Pacific/Auckland"),
    ("nz", "Pacific/Auckland"),
    ("nzdt", "Pacific/Auckland"),
    ("uk", "Europe/London"),
    ("adt", "America/Halifax"),
    ("nst", "America/St_Johns"),
    ("aedt", "Australia/Sydney"),
    ("acst", "Australia/Adelaide"),
    ("acdt", "Australia/Adelaide"),
    ("awst", "Australia/Perth"),
    ("gst", "Asia/Dubai"),
    ("wib", "Asia/Jakarta"),
    ("ict", "Asia/Bangkok"),
    ("pht", "Asia/Manila"),
    ("myt", "Asia/Kuala_Lumpur"),
    ("clt", "America/Santiago"),
    ("cot", "America/Bogota"),
    ("pet", "America/Lima"),
    ("idt", "Asia/Jerusalem"),
];

/// Abbreviations that are in use in other places too.
const SEVERAL: [(&str, &str); 5] = [
    ("ist", "Europe/Dublin or Asia/Jerusalem"),
    ("cst", "Asia/Shanghai or America/Havana"),
    ("bst", "Asia/Dhaka"),
    ("ast", "Asia/Riyadh"),
    ("gst", "Atlantic/South_Georgia"),
];

/// Reads a zone as schedules take it: an IANA name, and no abbreviation.
///
/// ```
/// use lamplighter_core::policy::read_zone;
///
/// assert_eq!(read_zone("europe/lisbon"), lamplighter_core::tz::named("Europe/Lisbon"));
/// assert_eq!(read_zone("CET"), None);
/// ```
pub fn read_zone(text: &str) -> Option<Tz> {
    read(&mut Cursor::new(text.trim())).ok()
}

/// Reads the zone at the end of a schedule. Only white space may follow it.
pub(super) fn read(cursor: &mut Cursor) -> Result<Tz, Fault> {
    let at = cursor.at;
    let name = cursor.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ';'));
    let zone = parse(&name, at, cursor.at).map_err(|fault| {
        let several_words = windows(cursor, at).or_else(|| spaced(cursor, at));
        several_words.unwrap_or(fault)
    })?;
    let to = cursor.at;
    cursor.skip_space();
    if cursor.at == cursor.end() {
        return Ok(zone);
    }
    let rest = cursor.rest();
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    let fault = Fault::new(
        cursor.at,
        "the zone comes once, at the end: nothing may follow it",
    );
    let named_again = rest.to_lowercase().ends_with(&name.to_lowercase());
    Err(match rest {
        "" => fault.fix(to, cursor.end(), ""),
        _ if named_again => fault.fix(at, to, ""),
        _ if rest.chars().any(|c| c.is_ascii_digit()) => {
            fault.fix(at, cursor.end(), format!("; {rest} {name}"))
        }
        _ => fault,
    })
}

/// A zone by the name that Windows and Azure's own schedules give it: `W. Europe Standard Time`.
fn windows(cursor: &Cursor, at: usize) -> Option<Fault> {
    let rest = cursor.slice(at, cursor.end());
    let place = tz::windows(rest.trim())?;
    let message = format!(
        "{:?} is Windows' name: expected a place such as {}",
        rest.trim(),
        place.name()
    );
    Some(Fault::new(at, message).fix(at, cursor.end(), place.name()))
}

fn parse(name: &str, at: usize, to: usize) -> Result<Tz, Fault> {
    // A place has a slash, and nothing refused below has one.
    if name.contains('/')
        && let Some(zone) = tz::named(name)
    {
        return Ok(zone);
    }
    let lower = name.to_lowercase();
    if let Some(full) = abbreviated(&lower) {
        let others = SEVERAL.iter().find(|(short, _)| *short == lower);
        let message = match others {
            Some((_, others)) => format!(
                "{name} is the time of several places: expected one of them, {full}, {others}"
            ),
            None => format!(
                "{name} is an abbreviation, which says nothing about daylight saving: expected a place such as {full}"
            ),
        };
        return Err(Fault::new(at, message).fix(at, to, full));
    }
    let offset = lower
        .strip_prefix("utc")
        .or_else(|| lower.strip_prefix("gmt"));
    if offset.unwrap_or(&lower).starts_with(['+', '-', '−']) {
        let fault = |more: &str| {
            let message = format!(
                "{name} says nothing about daylight saving: expected a place such as Europe/Lisbon{more}"
            );
            Fault::new(at, message)
        };
        return Err(match fixed(name) {
            Some(full) => {
                fault(&format!("; {full} is this all year")).fix(at, to, format!(" {full}"))
            }
            None => fault(""),
        });
    }
    if matches!(lower.as_str(), "z" | "uct" | "zulu" | "utc0") {
        return Err(Fault::new(at, "expected UTC").fix(at, to, "UTC"));
    }
    match tz::named(name) {
        Some(zone) if lower == "utc" || name.chars().count() > 3 => Ok(zone),
        _ => {
            let fault = Fault::new(
                at,
                format!("{name:?} is not a time zone: expected an IANA name such as Europe/Lisbon"),
            );
            Err(match meant(&lower) {
                Some(full) => fault.fix(at, to, full),
                None => fault,
            })
        }
    }
}

/// The zone of a city written alone, or of a name with a slip in it.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.replace(['-', ' '], "_");
    let (region, city) = name
        .rsplit_once('/')
        .map_or((None, name.as_str()), |(region, city)| (Some(region), city));
    let found = cities::zone_of(city)
        .or_else(|| places().find(|full| city_of(full).eq_ignore_ascii_case(city)));
    match (found, region) {
        (Some(full), Some(region)) => Some(full).filter(|full| !elsewhere(region, full)),
        (Some(full), None) => Some(full),
        (None, region) => slip(region, city),
    }
}

/// The zones that somebody may be sent to: `Etc/GMT+1` is west of Greenwich, and the others are old names of countries.
fn places() -> impl Iterator<Item = &'static str> {
    let old = ["Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/"];
    tz::names()
        .filter(move |name| name.contains('/') && !old.iter().any(|old| name.starts_with(old)))
}

fn city_of(full: &'static str) -> &'static str {
    full.rsplit('/').next().unwrap_or(full)
}

/// Whether a region as written is one of the tz database, and an ocean away from a zone's: there may be a city of that
/// name in both.
fn elsewhere(region: &str, full: &str) -> bool {
    let america = |name: &str| {
        name.get(..8)
            .is_some_and(|head| head.eq_ignore_ascii_case("america/"))
    };
    let region = format!("{region}/");
    let known = places().any(|place| {
        place
            .get(..region.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(&region))
    });
    let islands = full.starts_with("Pacific/") || full.starts_with("Atlantic/");
    known && america(&region) != america(full) && !islands
}

/// The one zone whose city is a slip away from this. Cities are many and short: one slip in four letters, no more.
fn slip(region: Option<&str>, city: &str) -> Option<&'static str> {
    let region = region.map(|region| format!("{region}/").to_lowercase());
    let slips = |full: &'static str| strsim::osa_distance(city, &city_of(full).to_lowercase());
    let length = city.chars().count();
    let close = |full: &&'static str| {
        let full = *full;
        let place = full.to_lowercase();
        let here = region
            .as_ref()
            .is_none_or(|region| place.starts_with(region.as_str()));
        here && city_of(full).chars().count().abs_diff(length) <= length / 4
            && slips(full) * 4 <= length
    };
    let mut near: Vec<(usize, &str)> = places()
        .filter(close)
        .map(|full| (slips(full), full))
        .collect();
    near.sort_by_key(|(slips, _)| *slips);
    match near[..] {
        [(first, one), (second, other), ..]
            if first == second && city_of(one) != city_of(other) =>
        {
            None
        }
        [(_, full), ..] => Some(full),
        [] => None,
    }
}

/// A place of several words: `New York`, `America/New York`.
fn spaced(cursor: &Cursor, at: usize) -> Option<Fault> {
    let rest = cursor.slice(at, cursor.end()).trim().to_lowercase();
    let letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | '/' | '_' | '-' | '.');
    if !rest.contains(' ') || !rest.chars().all(letters) {
        return None;
    }
    let joined = rest.replace(" / ", "/").replace('.', "").replace(' ', "_");
    let exact = places().find(|full| full.eq_ignore_ascii_case(&joined));
    let full = exact.or_else(|| meant(&joined))?;
    let message = format!("a time zone is one word, such as {full}");
    Some(Fault::new(at, message).fix(at, cursor.end(), full))
}

/// The zone that keeps this offset all year, where one does: `UTC+1`, `+01:00`, `GMT-5`.
fn fixed(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let offset = ["UTC", "GMT"]
        .iter()
        .find_map(|zone| upper.strip_prefix(zone))
        .unwrap_or(&upper);
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        _ => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let place = match (sign * hours, minutes) {
        (0, 0) => "UTC",
        (5, 30) => "Asia/Kolkata",
        (5, 45) => "Asia/Kathmandu",
        (3, 30) => "Asia/Tehran",
        (4, 30) => "Asia/Kabul",
        (6, 30) => "Asia/Yangon",
        (9, 30) => "Australia/Darwin",
        (hours @ -12..=14, 0) => {
            // Named by what must be added to reach UTC.
            let name = format!("Etc/GMT{:+}", -hours);
            return tz::names().find(|zone| *zone == name);
        }
        _ => return None,
    };
    Some(place)
}

/// A zone before the first rule, and the value with it at the end.
pub(super) fn first(cursor: &Cursor) -> Option<Fault> {
    let token = cursor.token();
    let named = token
        .strip_prefix("TZ=")
        .or_else(|| token.strip_prefix("CRON_TZ="));
    let name = named.unwrap_or(&token).trim_end_matches(':');
    let lower = name.to_lowercase();
    let place = name.contains('/') && name.starts_with(|c: char| c.is_alphabetic());
    // `Wet` is nearer to a day than to a zone.
    let short = name.chars().all(|c| c.is_ascii_uppercase()) && abbreviated(&lower).is_some();
    let fixed = name.contains(['+', '-']) && fixed(name).is_some();
    let known = place && (tz::named(name).is_some() || meant(&lower).is_some());
    if !(known || short || fixed || lower == "utc") {
        return None;
    }
    let at = cursor.at;
    let to = at + token.chars().count();
    let mut rest = cursor.slice(to, cursor.end());
    rest = rest
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ';' | ','))
        .to_string();
    if rest.is_empty() {
        return None;
    }
    let fault = Fault::new(at, "the zone comes at the end");
    Some(fault.fix(at, cursor.end(), format!("{rest} {name}")))
}

fn abbreviated(lower: &str) -> Option<&'static str> {
    let known = ABBREVIATIONS.iter().find(|(short, _)| *short == lower);
    known.map(|(_, full)| *full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_abbreviation_is_corrected_to_a_zone_that_reads() {
        for (short, full) in ABBREVIATIONS {
            let fix = read(&mut Cursor::new(short)).expect_err("refused").fix;
            let with = fix.expect("a correction").with;
            assert_eq!(
                (with.as_str(), read_zone(&with).is_some()),
                (full, true),
                "{short}"
            );
        }
        for (short, _) in SEVERAL {
            assert!(abbreviated(short).is_some(), "{short}");
        }
    }

    #[test]
    fn an_offset_is_corrected_to_a_zone_that_keeps_it_all_year() {
        use chrono::{Offset, TimeZone, Utc};
        for hours in -12..=14 {
            let name = format!("UTC{hours:+}");
            let zone = fixed(&name).and_then(read_zone).expect("a zone");
            for month in 1..=12 {
                let at = Utc.with_ymd_and_hms(2026, month, 15, 12, 0, 0).unwrap();
                let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix();
                assert_eq!(offset.local_minus_utc(), hours * 3_600, "{name}");
            }
        }
    }
}
