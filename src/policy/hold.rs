//! The language of `lamp-hold`: `on until 2026-11-24 02:00`.

use super::Hold;
use super::cursor::{Cursor, Failure, nearest};
use crate::schedule::Power;
use crate::schedule::wall::{Repeat, instant};
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

/// Reads a hold; wall times are in `zone`.
pub fn parse(text: &str, zone: Tz) -> Result<Hold, Failure> {
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    let start = cursor.at();
    let word = cursor.word();
    let power = match word.to_lowercase().as_str() {
        "on" => Power::On,
        "off" => Power::Off,
        _ => {
            let message = format!(
                "'{word}' is found where on or off is expected, as in 'on until 2026-11-24 02:00'"
            );
            let near = nearest(&word, ["on", "off"]).unwrap_or("on");
            return Err(Failure::new(start, message).fix(start..cursor.at(), near));
        }
    };
    cursor.skip_space();
    let here = cursor.at();
    let until = cursor.word();
    if !until.eq_ignore_ascii_case("until") {
        let message = "a hold ends by itself: 'until' and a date are expected, as in 'on until 2026-11-24 02:00'";
        let failure = Failure::new(here, message);
        return Err(match nearest(&until, ["until", "till", "bis", "ate"]) {
            Some(_) if !until.is_empty() => failure.fix(here..cursor.at(), "until"),
            // Only its owner knows when it is to end.
            _ => failure,
        });
    }
    cursor.skip_space();
    let until = when(&mut cursor, zone)?;
    Ok(Hold { power, until })
}

fn when(cursor: &mut Cursor, zone: Tz) -> Result<DateTime<Utc>, Failure> {
    let start = cursor.at();
    let rest = cursor.rest();
    let text = rest.trim_end();
    // With an offset it says all by itself.
    if let Ok(at) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Ok(at.to_utc());
    }
    let (date_text, time_text) = match text.split_once([' ', 'T', 't']) {
        Some((date, time)) => (date, time.trim_start()),
        None => (text, "00:00"),
    };
    let date = date(date_text, start)?;
    let time_at =
        start + text.chars().count() - time_text.chars().count().min(text.chars().count());
    let time = time(time_text, time_at)?;
    let minutes = u16::try_from(time.hour() * 60 + time.minute()).unwrap_or(0);
    // Where the clock repeats the later instant is taken: the hold is never shorter than written.
    instant(zone, date, minutes, Repeat::Second)
        .ok_or_else(|| Failure::new(start, "the date lies beyond the calendar"))
}

fn date(text: &str, at: usize) -> Result<NaiveDate, Failure> {
    if text.len() == 10
        && let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
    {
        return Ok(date);
    }
    let failure = Failure::new(
        at,
        format!("'{text}' is no date; one such as 2026-11-24 is expected"),
    );
    let other = ["%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d"].iter();
    let mut read = other.filter_map(|format| NaiveDate::parse_from_str(text, format).ok());
    let guess = read.next().or_else(|| last_of_month(text));
    Err(match guess {
        Some(date) => failure.fix(
            at..at + text.chars().count(),
            date.format("%Y-%m-%d").to_string(),
        ),
        None => failure,
    })
}

/// `2026-11-31` means the month's last day.
fn last_of_month(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
        return None;
    };
    let (year, month, day): (i32, u32, u32) =
        (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (28..=31).contains(&day).then_some(())?;
    (28..=day)
        .rev()
        .find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
}

fn time(text: &str, at: usize) -> Result<NaiveTime, Failure> {
    let read = NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
    read.map_err(|_| {
        let failure = Failure::new(
            at,
            format!("'{text}' is no time of day; one such as 02:00 is expected"),
        );
        let hour = text
            .trim_end_matches(['h', 'H'])
            .parse::<u32>()
            .ok()
            .filter(|hour| *hour < 24);
        let end = at + text.chars().count();
        match hour {
            Some(hour) => failure.fix(at..end, format!("{hour:02}:00")),
            None => failure.fix(at..end, "00:00"),
        }
    })
}
