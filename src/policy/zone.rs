//! Time zones as owners write them: IANA names, in any case.

use super::cursor::{Cursor, Failure, nearest};
use chrono_tz::{TZ_VARIANTS, Tz};

/// Abbreviations that people write, with a place whose clock they mean. They are refused: many mean several
/// places, and few say what happens in summer.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("GMT", "Europe/London"),
    ("BST", "Europe/London"),
    ("WET", "Europe/Lisbon"),
    ("WEST", "Europe/Lisbon"),
    ("CET", "Europe/Berlin"),
    ("CEST", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MET", "Europe/Berlin"),
    ("EET", "Europe/Helsinki"),
    ("EEST", "Europe/Helsinki"),
    ("MSK", "Europe/Moscow"),
    ("EST", "America/New_York"),
    ("EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("MST", "America/Denver"),
    ("MDT", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("HST", "Pacific/Honolulu"),
    ("BRT", "America/Sao_Paulo"),
    ("IST", "Asia/Kolkata"),
    ("SGT", "Asia/Singapore"),
    ("HKT", "Asia/Hong_Kong"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("AEST", "Australia/Sydney"),
    ("AEDT", "Australia/Sydney"),
    ("NZST", "Pacific/Auckland"),
    ("UCT", "UTC"),
    ("Z", "UTC"),
];

/// Reads the zone that ends a schedule.
pub fn zone(cursor: &mut Cursor) -> Result<Tz, Failure> {
    let start = cursor.at();
    let rest = cursor.rest();
    let name = cursor.take_while(|c| !c.is_whitespace() && !",;".contains(c));
    if name.eq_ignore_ascii_case("UTC") {
        return Ok(Tz::UTC);
    }
    let known = Tz::from_str_insensitive(&name).ok();
    if let Some(zone) = known.filter(|zone| zone.name().contains('/') || zone.name().len() > 4) {
        return Ok(zone);
    }
    let expected = "a time zone such as Europe/Lisbon is expected";
    let abbreviation = ABBREVIATIONS
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(&name));
    if let Some((_, place)) = abbreviation {
        let message = format!("'{name}' does not say which place's clock is meant; {expected}");
        return Err(Failure::new(start, message).fix(start..cursor.at(), *place));
    }
    if let Ok(windows) = rest.trim().parse::<windows_timezones::WindowsTimezone>() {
        let message = format!("'{}' is a Windows name; {expected}", rest.trim());
        let end = start + rest.chars().count();
        return Err(Failure::new(start, message).fix(start..end, Tz::from(windows).name()));
    }
    let failure = Failure::new(start, format!("'{name}' is no time zone; {expected}"));
    Err(match similar(&name) {
        Some(similar) => failure.fix(start..cursor.at(), similar),
        None => failure,
    })
}

/// The zone with the nearest name, or with the nearest city where only a city is written.
fn similar(name: &str) -> Option<&'static str> {
    let names = || {
        TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .filter(|name| name.contains('/'))
    };
    if name.contains('/') {
        return nearest(name, names());
    }
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let exact = names().find(|zone| {
        city(zone)
            .replace('_', "")
            .eq_ignore_ascii_case(&name.replace(['_', ' '], ""))
    });
    exact.or_else(|| {
        names().min_by_key(|zone| {
            strsim::osa_distance(&city(zone).to_lowercase(), &name.to_lowercase())
        })
    })
}
