//! Lengths of time as people write them (`90m`, `1h30m`, `1.5h`, `3d`) and as Azure does (`PT90M`, `P3D`).

use std::time::Duration;

/// Why a length of time cannot be read.
///
/// ```
/// use lamplighter_core::duration;
///
/// let error = duration::parse("90").unwrap_err();
/// assert_eq!(error.at, 2);
/// assert_eq!(error.to_string(), "expected a unit: d, h, m or s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct DurationError {
    /// The 0-based character at which reading stopped.
    pub at: usize,
    /// What would have been read there.
    pub expected: &'static str,
}

/// Reads a length of time.
///
/// Units are `d`, `h`, `m` and `s`, in that order, each at most once; a fraction is allowed in the last. ISO 8601
/// durations (`P1DT2H`) are read the same way. Letter case does not matter.
///
/// ```
/// use lamplighter_core::duration;
/// use std::time::Duration;
///
/// let ninety_minutes = Duration::from_secs(90 * 60);
/// for text in ["90m", "1h30m", "1.5h", "PT90M"] {
///     assert_eq!(duration::parse(text), Ok(ninety_minutes));
/// }
/// ```
///
/// # Errors
/// Anything else, a bare number too: it has no unit.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    const EXPECTED: &str = "a length of time such as 90m, 1h30m, 1.5h, 3d or PT90M";
    let error = |at, expected| DurationError { at, expected };
    let chars: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut at = 0;
    let iso = chars.first() == Some(&'p');
    if iso {
        at = 1;
    }
    let (mut seconds, mut rank, mut any, mut fraction_seen) = (0f64, 0usize, false, false);
    let mut time_part = !iso;
    while at < chars.len() {
        if iso && chars[at] == 't' && !time_part {
            time_part = true;
            at += 1;
            continue;
        }
        let begin = at;
        while at < chars.len() && (chars[at].is_ascii_digit() || chars[at] == '.') {
            at += 1;
        }
        let number: String = chars[begin..at].iter().collect();
        // Nothing may follow a fraction, and nine digits of any unit hold every length anyone means.
        if number.is_empty() || number.len() > 9 || fraction_seen {
            return Err(error(begin, EXPECTED));
        }
        let value: f64 = number.parse().map_err(|_| error(begin, EXPECTED))?;
        fraction_seen = number.contains('.');
        let (unit, unit_rank) = match chars.get(at) {
            Some('d') if !iso || !time_part => (86_400f64, 1),
            Some('h') if time_part => (3_600f64, 2),
            Some('m') if time_part => (60f64, 3),
            Some('s') if time_part => (1f64, 4),
            _ => return Err(error(at, "a unit: d, h, m or s")),
        };
        if unit_rank <= rank {
            return Err(error(at, "units from large to small, each once"));
        }
        rank = unit_rank;
        seconds += value * unit;
        any = true;
        at += 1;
    }
    if !any {
        return Err(error(at, EXPECTED));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Prints a length the way [`parse`] reads it back: `1h30m`, `3d`, `0s`. Below a second is left out.
///
/// ```
/// use lamplighter_core::duration;
/// use std::time::Duration;
///
/// let length = Duration::from_secs(5_400);
/// assert_eq!(duration::print(length), "1h30m");
/// assert_eq!(duration::parse("1h30m"), Ok(length));
/// ```
pub fn print(length: Duration) -> String {
    let mut rest = length.as_secs();
    let mut out = String::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= seconds {
            out.push_str(&format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if out.is_empty() { "0s".into() } else { out }
}

/// Prints a length in minutes, as Microsoft's own clients write it: some of them show `PT1H` as no length at all.
///
/// ```
/// use lamplighter_core::duration;
/// use std::time::Duration;
///
/// assert_eq!(duration::iso(Duration::from_secs(3_600)), "PT60M");
/// assert_eq!(duration::iso(Duration::from_secs(3 * 86_400)), "PT4320M");
/// assert_eq!(duration::parse("PT60M"), duration::parse("PT1H"));
/// ```
pub fn iso(length: Duration) -> String {
    let (minutes, seconds) = (length.as_secs() / 60, length.as_secs() % 60);
    match (minutes, seconds) {
        (minutes, 0) => format!("PT{minutes}M"),
        (0, seconds) => format!("PT{seconds}S"),
        (minutes, seconds) => format!("PT{minutes}M{seconds}S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_and_azure_write() {
        for (text, minutes) in [
            ("90m", 90),
            ("1h30m", 90),
            ("1.5h", 90),
            ("PT90M", 90),
            ("pt1h30m", 90),
            ("PT120M", 120),
            ("3d", 4320),
            ("P3D", 4320),
            ("P1DT2H", 1560),
            ("1d2h", 1560),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(minutes * 60)), "{text}");
        }
    }

    #[test]
    fn refuses_what_has_no_clear_meaning() {
        for text in [
            "", "90", "m", "1m1h", "1h1h", "P", "PT", "1.5h30m", "-5m", "1e9h", "1..5h", "é", "P1H",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        for seconds in [0, 1, 59, 60, 3600, 5400, 86_400, 90_061] {
            let length = Duration::from_secs(seconds);
            assert_eq!(parse(&print(length)), Ok(length));
            assert_eq!(parse(&iso(length)), Ok(length));
        }
    }
}
