//! The names that Windows, Azure's own schedules and Outlook give to zones.

use super::database::named;
use super::place::Tz;
use windows_timezones::WindowsTimezone;

/// What Microsoft added in 2026, when these provinces gave up changing their clocks; the crate's table is older.
const NEWER: [(&str, &str); 3] = [
    ("Alberta Standard Time", "America/Edmonton"),
    ("British Columbia Standard Time", "America/Vancouver"),
    ("Manitoba Standard Time", "America/Winnipeg"),
];

/// The zone that Windows calls so, in exactly this spelling.
///
/// ```
/// use lamplighter_core::tz;
///
/// let name = |windows| tz::windows(windows).map(tz::Tz::name);
/// assert_eq!(name("W. Europe Standard Time"), Some("Europe/Berlin"));
/// assert_eq!(name("British Columbia Standard Time"), Some("America/Vancouver"));
/// assert_eq!(name("Europe/Berlin"), None);
/// ```
pub fn windows(name: &str) -> Option<Tz> {
    let newer = NEWER.iter().find(|(windows, _)| *windows == name);
    let known = || name.parse().ok().map(WindowsTimezone::tzdb_id);
    named(newer.map(|(_, place)| *place).or_else(known)?)
}
