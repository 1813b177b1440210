//! Times as Azure writes them.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

/// An instant, with any number of fractional digits; one without an offset is UTC. The year 1 is how .NET
/// says "no time".
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let with_offset = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z"))
        .map(|t| t.with_timezone(&Utc));
    let instant = with_offset.ok().or_else(|| Some(naive(text)?.and_utc()))?;
    // Later ones are slips, and leave the calendar when a length is added to them.
    (2..=9999).contains(&instant.year()).then_some(instant)
}

/// A wall time: any offset it carries is left out, as its zone is named beside it.
pub fn wall(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    naive(text).or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.naive_local()))
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_an_instant() {
        let same = "2023-08-08T04:12:46Z".parse::<DateTime<Utc>>().ok();
        for text in [
            "2023-08-08T04:12:46Z",
            "2023-08-08T04:12:46.000+00:00",
            "2023-08-08T04:12:46.0000000+00:00",
            "2023-08-08T04:12:46.0000000Z",
            "2023-08-08T06:12:46+02:00",
            "2023-08-08T04:12:46+0000",
            "2023-08-08T04:12:46.00000",
            "2023-08-08T04:12:46",
        ] {
            assert_eq!(instant(text), same, "{text}");
        }
        let fine = instant("2023-08-08T04:12:46.1234567Z").map(|t| t.timestamp_subsec_nanos());
        assert_eq!(fine, Some(123_456_700));
        for text in [
            "",
            "yesterday",
            "0001-01-01T00:00:00",
            "2023-13-08T04:12:46Z",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_wall_time_keeps_its_digits() {
        for text in [
            "2021-04-23T01:30:00",
            "2021-04-23T01:30",
            "2021-04-23T01:30:00Z",
        ] {
            let wall = wall(text).map(|t| t.to_string());
            assert_eq!(wall.as_deref(), Some("2021-04-23 01:30:00"), "{text}");
        }
    }
}
