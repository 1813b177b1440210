//! The instant that is asked about.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use lamplighter_core::policy::{Defaults, Reading};
use lamplighter_core::schedule::wall;
use lamplighter_core::tz::Tz;

/// The zone in which a time without an offset is read.
pub fn zone(reading: &Reading, defaults: &Defaults) -> Tz {
    let schedule = reading.policy.schedule.as_ref();
    schedule.map_or(defaults.zone, |schedule| schedule.value.zone)
}

/// `2026-11-24T02:00:00Z`, `2026-11-24 02:00` or `2026-11-24`; the latter two on the wall in `zone`.
pub fn instant(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];
    let times = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let date = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    let local = times.or_else(date).ok_or_else(|| {
        format!("--at '{text}' is no time: expected RFC 3339, such as 2026-11-23T19:05:00Z, or 2026-11-24 02:00")
    })?;
    let minutes = local.signed_duration_since(local.date().and_hms_opt(0, 0, 0).unwrap_or(local));
    let minutes = u16::try_from(minutes.num_minutes()).unwrap_or(0);
    wall::instant(zone, local.date(), minutes, wall::Repeat::First)
        .ok_or_else(|| format!("--at '{text}' lies outside the calendar"))
}
