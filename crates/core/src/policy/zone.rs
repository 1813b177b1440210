//! Time zones: IANA names, in any case. Abbreviations are refused: most of them mean two places, and those
//! that the tz database has (`EST`) never keep daylight saving.

use super::cursor::Cursor;
use super::fault::Fault;
use super::suggest::nearest;
use crate::tz::{self, Tz};

const ABBREVIATIONS: [(&str, &str); 49] = [
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
    let zone = parse(&name, at, cursor.at).map_err(|fault| windows(cursor, at).unwrap_or(fault))?;
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
    if let Some((_, full)) = ABBREVIATIONS.iter().find(|(short, _)| *short == lower) {
        let message = format!(
            "{name} is an abbreviation, which says nothing about daylight saving: expected a place such as {full}"
        );
        return Err(Fault::new(at, message).fix(at, to, *full));
    }
    if lower.starts_with("utc+")
        || lower.starts_with("utc-")
        || lower.starts_with("gmt+")
        || lower.starts_with("gmt-")
    {
        let message = format!(
            "{name} says nothing about daylight saving: expected a place such as Europe/Lisbon"
        );
        return Err(Fault::new(at, message));
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
    // `Etc/GMT+1` is west of Greenwich, and the others are old names of countries: nobody is sent there.
    let old = ["Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/"];
    let place = |name: &&str| name.contains('/') && !old.iter().any(|old| name.starts_with(old));
    let zones = || tz::names().filter(place);
    let city = |full: &'static str| full.rsplit('/').next().unwrap_or(full);
    let name = name.replace(['-', ' '], "_");
    let exact = zones().find(|full| city(full).eq_ignore_ascii_case(&name));
    exact.or_else(|| nearest(&name, zones())).or_else(|| {
        let near = nearest(&name, zones().map(city))?;
        // Cities are many and short: one slip in four letters, no more.
        let slips = strsim::osa_distance(&name, &near.to_lowercase());
        let near = (slips * 4 <= name.chars().count()).then_some(near)?;
        zones().find(|full| city(full) == near)
    })
}
