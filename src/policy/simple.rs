//! The tags that hold one word or one length of time.

use super::cursor::{Failure, nearest};
use super::{Idle, Mode};
use std::time::Duration;

/// `lamp-mode`: words, joined with commas.
pub fn mode(text: &str) -> Result<Mode, Failure> {
    let mut mode = Mode::default();
    let mut at = 0;
    for part in text.split(',') {
        let word = part.trim();
        let start = at + part.chars().take_while(|c| c.is_whitespace()).count();
        match word.to_lowercase().as_str() {
            "dry-run" => mode.dry_run = true,
            "enforce" => mode.enforce = true,
            "stop-only" => mode.stop_only = true,
            "ignore" => mode.ignore = true,
            _ => {
                let known = ["dry-run", "enforce", "stop-only", "ignore"];
                let near = nearest(word, known).unwrap_or("dry-run");
                let message = format!("'{word}' is no mode; {} are", known.join(", "));
                return Err(
                    Failure::new(start, message).fix(start..start + word.chars().count(), near)
                );
            }
        }
        at += part.chars().count() + 1;
    }
    Ok(mode)
}

/// `lamp-notice`: a length of time, or `off`.
pub fn notice(text: &str) -> Result<Option<Duration>, Failure> {
    if text.trim().eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    length(text).map(Some)
}

/// `lamp-idle`: a length of time, or `off`.
pub fn idle(text: &str) -> Result<Idle, Failure> {
    if text.trim().eq_ignore_ascii_case("off") {
        return Ok(Idle::Off);
    }
    if let Some((before, _)) = text.split_once('<') {
        let at = before
            .trim_end()
            .rfind(char::is_whitespace)
            .map_or(0, |at| before[..at].chars().count());
        let message =
            "this version does not read thresholds yet; a length of time alone is expected";
        return Err(Failure::new(at, message).fix(at..text.chars().count(), ""));
    }
    length(text).map(Idle::After)
}

/// `lamp-holidays`: this version knows no calendar yet.
pub fn holidays(text: &str) -> Result<(), Failure> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(());
    }
    let message = "this version does not read holidays yet; only none is understood";
    Err(Failure::new(0, message).instead(text, "none"))
}

/// A length of time of at least a minute.
pub fn length(text: &str) -> Result<Duration, Failure> {
    let lead = text.chars().take_while(|c| c.is_whitespace()).count();
    let read = crate::duration::parse(text.trim());
    match read {
        Ok(length) if length >= Duration::from_secs(60) => Ok(length),
        Ok(_) => Err(Failure::new(lead, "at least one minute is expected").instead(text, "1m")),
        Err((at, expected)) => {
            let failure = Failure::new(lead + at, format!("{expected} is expected"));
            Err(match meant(text) {
                Some(meant) => failure.instead(text, meant),
                None => failure.instead(text, "60m"),
            })
        }
    }
}

/// What a length most likely means: `60`, `60 min`, `1 hour 30 minutes`, `1:30`.
fn meant(text: &str) -> Option<String> {
    let mut plain = text.to_lowercase().replace(char::is_whitespace, "");
    if let Some((hours, minutes)) = plain.split_once(':') {
        plain = format!("{hours}h{minutes}m");
    }
    for (long, short) in [
        ("minutes", "m"),
        ("minute", "m"),
        ("mins", "m"),
        ("min", "m"),
        ("hours", "h"),
        ("hour", "h"),
        ("hrs", "h"),
        ("hr", "h"),
        ("std", "h"),
        ("days", "d"),
        ("day", "d"),
        ("seconds", "s"),
        ("secs", "s"),
        ("sec", "s"),
    ] {
        plain = plain.replace(long, short);
    }
    let plain = if plain.chars().all(|c| c.is_ascii_digit()) {
        format!("{plain}m")
    } else {
        plain
    };
    let long_enough = |length: &Duration| *length >= Duration::from_secs(60);
    crate::duration::parse(&plain)
        .ok()
        .filter(long_enough)
        .map(|_| plain)
}
