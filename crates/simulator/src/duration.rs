//! Lengths of time in fleet files (`90m`, `1h30m`, `1.5h`) and in Azure's answers (`PT90M`, `P3D`).

use std::time::Duration;

/// A text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a length of time; expected one such as 90m, 1h30m, 3d or PT90M")]
pub(crate) struct DurationError(String);

/// Units in the order in which they may follow each other, with their seconds.
const UNITS: [(char, u32); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
/// Digits of one number: more than anyone means, and few enough to be exact.
const MOST_DIGITS: usize = 9;

/// Reads a length of time in any case: numbers with a unit each, from large to small, of which the last may have a
/// fraction; or an ISO 8601 duration of days and times.
///
/// # Errors
/// Anything else: no number, no unit, units twice or out of order, a sign.
pub(crate) fn read(text: &str) -> Result<Duration, DurationError> {
    seconds(&text.to_ascii_lowercase())
        .map(Duration::from_secs_f64)
        .ok_or_else(|| DurationError(text.to_owned()))
}

fn seconds(text: &str) -> Option<f64> {
    let iso = text.starts_with('p');
    let (date, time) = match text.strip_prefix('p') {
        // The T of ISO 8601 stands between days and hours, so that M means minutes behind it.
        Some(rest) => rest.split_once('t').unwrap_or((rest, "")),
        None => ("", text),
    };
    let mut sum = Sum::default();
    sum.add(date, &UNITS[..1], 0)?;
    sum.add(time, &UNITS, usize::from(iso))?;
    sum.any.then_some(sum.seconds)
}

/// What has been read so far.
#[derive(Default)]
struct Sum {
    seconds: f64,
    any: bool,
    /// A fraction ends a length of time.
    fraction: bool,
}

impl Sum {
    /// Adds one part; `first` is the place of the largest unit that it may have.
    fn add(&mut self, part: &str, units: &[(char, u32)], first: usize) -> Option<()> {
        let (mut rest, mut next) = (part, first);
        while !rest.is_empty() {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
            let (number, tail) = rest.split_at(end);
            if number.len() > MOST_DIGITS || self.fraction {
                return None;
            }
            let value: f64 = number.parse().ok()?;
            let letter = tail.chars().next()?;
            let place = units.iter().position(|(unit, _)| *unit == letter)?;
            if place < next {
                return None;
            }
            self.fraction = number.contains('.');
            self.seconds += value * f64::from(units[place].1);
            self.any = true;
            next = place + 1;
            rest = &tail[letter.len_utf8()..];
        }
        Some(())
    }
}

/// Writes a length of time as [`read`] takes it: `1h30m`, `3d`, `0s`. What is below a second is left out.
pub(crate) fn print(length: Duration) -> String {
    let mut left = length.as_secs();
    let mut text = String::new();
    for (unit, seconds) in UNITS {
        let count = left / u64::from(seconds);
        left %= u64::from(seconds);
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_fleet_files_and_azure_write() {
        for (text, seconds) in [
            ("45s", 45),
            ("90m", 5_400),
            ("1h30m", 5_400),
            ("1.5h", 5_400),
            ("0.5d", 43_200),
            ("3d", 259_200),
            ("PT90M", 5_400),
            ("pt1h30m", 5_400),
            ("P3D", 259_200),
            ("P1DT2H", 93_600),
            ("PT2M", 120),
        ] {
            assert_eq!(read(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn refuses_what_has_no_clear_meaning() {
        for text in [
            "",
            "90",
            "m",
            "1m1h",
            "1h1h",
            "P",
            "PT",
            "PT1D",
            "P1H",
            "P1M",
            "1.5h30m",
            "-5m",
            "+5m",
            "1 h",
            "1e9h",
            "1..5h",
            ".h",
            "1234567890s",
            "é",
            "1é",
            "T1H",
            "P1DT1HT1M",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        for seconds in [0, 1, 59, 60, 3_600, 5_400, 86_400, 90_061] {
            let length = Duration::from_secs(seconds);
            assert_eq!(read(&print(length)), Ok(length));
        }
        assert_eq!(print(Duration::from_secs(90_061)), "1d1h1m1s");
    }
}
