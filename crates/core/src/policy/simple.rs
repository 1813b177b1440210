//! The tags that hold one plain thing: lengths of time, modes, the owner.

use super::cursor::Cursor;
use super::fault::Fault;
use super::suggest::nearest;
use super::values::Mode;
use crate::duration;
use std::time::Duration;

/// Azure takes no longer tag value.
const LONGEST: usize = 256;
const SHORTEST_LENGTH: Duration = Duration::from_secs(60);
/// Lengths beyond a year are slips, and instants that far away leave the calendar.
const LONGEST_LENGTH: Duration = Duration::from_secs(366 * 86_400);

/// Refuses what is longer than Azure's tag values.
pub(super) fn short(text: &str) -> Result<(), Fault> {
    // As many bytes have at most as many characters.
    if text.len() <= LONGEST {
        return Ok(());
    }
    match text.chars().nth(LONGEST) {
        Some(_) => Err(Fault::new(
            LONGEST,
            format!("a tag's value has at most {LONGEST} characters"),
        )),
        None => Ok(()),
    }
}

/// Refuses what nobody sees: such a character was not meant, and hides what was.
pub(super) fn plain(text: &str) -> Result<(), Fault> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return short(text);
    }
    let hidden = |c: &char| invisible(*c).is_some();
    let mut chars = text.chars().enumerate();
    match chars.find(|(_, c)| hidden(c)) {
        Some((at, c)) => {
            let name = invisible(c).unwrap_or_default();
            let message = format!("an invisible character, U+{:04X} ({name})", u32::from(c));
            Err(Fault::new(at, message).fix(at, at + 1, ""))
        }
        None => short(text),
    }
}

/// What a character is that nobody sees and that is no white space.
fn invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' | '\u{200d}' => "a zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{61c}' => "a mark of direction",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a change of direction",
        '\u{2060}'..='\u{2064}' => "an invisible joiner",
        '\u{feff}' => "a byte-order mark",
        _ if c.is_control() && !c.is_whitespace() => "a control character",
        _ => return None,
    })
}

/// `lamp-notice`: `None` is `off`, and no length at all is `0`.
pub(super) fn notice(text: &str) -> Result<Option<Duration>, Fault> {
    match bounds(text).2.as_str() {
        "0" | "0s" | "0m" | "0h" => Ok(Some(Duration::ZERO)),
        _ => length_or_off(text),
    }
}

/// The length of `lamp-idle`, and of `lamp-notice`: `None` is `off`.
pub(super) fn length_or_off(text: &str) -> Result<Option<Duration>, Fault> {
    plain(text)?;
    let (at, to, word) = bounds(text);
    match word.as_str() {
        "off" => Ok(None),
        "" => Err(Fault::new(
            at,
            "the value is empty: expected a length of time such as 60m, or off",
        )),
        "none" | "never" | "no" | "false" | "0" => {
            Err(Fault::new(at, "expected a length of time such as 60m, or off").fix(at, to, "off"))
        }
        _ => length(text)
            .map(Some)
            .map_err(|fault| {
                if word.starts_with('o') {
                    fault.fix(at, to, "off")
                } else {
                    fault
                }
            })
            .map_err(|fault| match word.strip_suffix(['d', 'h', 'm', 's']) {
                Some(number) if !number.is_empty() && number.chars().all(|c| c == '0') => {
                    fault.fix(at, to, "off")
                }
                _ => fault,
            }),
    }
}

/// `lamp-unused`: days, from one to 90; `None` is `off`.
pub(super) fn days_or_off(text: &str) -> Result<Option<u32>, Fault> {
    const EXPECTED: &str = "expected a number of days such as 3d, or off";
    plain(text)?;
    let (at, to, word) = bounds(text);
    let fault = || Fault::new(at, EXPECTED);
    let number = match word.as_str() {
        "off" => return Ok(None),
        "none" | "never" | "no" | "false" => return Err(fault().fix(at, to, "off")),
        word => word.strip_suffix('d'),
    };
    if let Some(days) = number.and_then(|number| number.parse::<u32>().ok()) {
        return match days {
            0 => Err(fault().fix(at, to, "off")),
            1..=MOST_DAYS => Ok(Some(days)),
            _ => {
                let message = format!("expected at most {MOST_DAYS}d");
                Err(Fault::new(at, message).fix(at, to, format!("{MOST_DAYS}d")))
            }
        };
    }
    // `3`, `3 days`, `72h`, `1w`: what is meant is plain where it is a number of whole days.
    let days = match word.parse::<u32>() {
        Ok(days) => Some(days),
        Err(_) => whole_days(&mended(&word).unwrap_or(word)),
    };
    let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
    Err(match days {
        Some(days) => fault().fix(at, to, format!("{days}d")),
        None => fault(),
    })
}

const MOST_DAYS: u32 = 90;
const DAY: u64 = 86_400;

fn whole_days(word: &str) -> Option<u32> {
    let seconds = duration::parse(word).ok()?.as_secs();
    let days = u32::try_from(seconds / DAY).ok()?;
    seconds.is_multiple_of(DAY).then_some(days)
}

/// `lamp-max-uptime`.
pub(super) fn length(text: &str) -> Result<Duration, Fault> {
    plain(text)?;
    let (at, to, word) = bounds(text);
    let length = duration::parse(&word).map_err(|error| {
        let fault = Fault::new(at + error.at, error.to_string());
        match mended(&word) {
            Some(mended) => fault.fix(at, to, mended),
            None => fault,
        }
    })?;
    if length < SHORTEST_LENGTH {
        return Err(Fault::new(at, "expected one minute or more").fix(at, to, "1m"));
    }
    if length > LONGEST_LENGTH {
        return Err(Fault::new(at, "expected at most 366d").fix(at, to, "366d"));
    }
    Ok(length)
}

/// Where the value without the white space around it begins and ends, and that value in lower case.
pub(super) fn bounds(text: &str) -> (usize, usize, String) {
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    let at = cursor.at;
    let rest = cursor.rest();
    let word = rest.trim_end();
    // ASCII only: other letters may change their number, and none of them reads.
    (at, at + word.chars().count(), word.to_ascii_lowercase())
}

/// `60`, `60 min` and `1 hour 30 minutes` as lengths that read.
fn mended(word: &str) -> Option<String> {
    let mut plain = String::new();
    let word = word.trim_end_matches([',', ';', '.', ':']);
    let mut chars = word.chars().filter(|c| !c.is_whitespace()).peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphabetic() {
            plain.push(if c == ',' { '.' } else { c });
            continue;
        }
        let mut unit = String::from(c);
        while let Some(c) = chars.next_if(|c| c.is_alphabetic()) {
            unit.push(c);
        }
        plain.push(match unit.as_str() {
            "d" | "day" | "days" | "tag" | "tage" | "dia" | "dias" => 'd',
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" | "hora"
            | "horas" => 'h',
            "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minuto" | "minutos" => 'm',
            "s" | "sec" | "secs" | "second" | "seconds" => 's',
            _ => return None,
        });
    }
    // `90` and `1h30` end in minutes.
    let bare = plain.ends_with(|c: char| c.is_ascii_digit());
    let before = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare && (before.is_empty() || before.ends_with('h')) {
        plain.push('m');
    }
    duration::parse(&plain).ok().map(|_| plain)
}

const MODES: [&str; 4] = ["dry-run", "enforce", "stop-only", "ignore"];

/// `lamp-mode`.
pub(super) fn mode(text: &str) -> Result<Mode, Fault> {
    plain(text)?;
    let mut mode = Mode::default();
    let mut cursor = Cursor::new(text);
    loop {
        cursor.skip_space();
        let at = cursor.at;
        let raw = cursor.take_while(|c| c != ',' && c != ';');
        let word = raw.trim_end();
        match word.to_lowercase().as_str() {
            "dry-run" => mode.dry_run = true,
            "enforce" => mode.enforce = true,
            "stop-only" => mode.stop_only = true,
            "ignore" => mode.ignore = true,
            other => return Err(no_mode(other, at, at + word.chars().count())),
        }
        let at = cursor.at;
        if cursor.eat(';') {
            return Err(Fault::new(at, "expected a comma between modes").fix(at, at + 1, ","));
        }
        if !cursor.eat(',') {
            return Ok(mode);
        }
        if cursor.rest().trim().is_empty() {
            return Err(Fault::new(at, "nothing follows this comma").fix(at, cursor.end(), ""));
        }
    }
}

fn no_mode(word: &str, at: usize, to: usize) -> Fault {
    let fault = Fault::new(
        at,
        format!("expected any of {}, joined with commas", MODES.join(", ")),
    );
    let joined = word.replace(['_', ' '], "-");
    match (joined.as_str(), nearest(&joined, MODES)) {
        ("what-if" | "whatif" | "report" | "test", _) => fault.fix(at, to, "dry-run"),
        ("skip" | "exclude" | "off", _) => fault.fix(at, to, "ignore"),
        (_, Some(meant)) => fault.fix(at, to, meant),
        _ => match word.split_whitespace().next() {
            // Two modes with only a space between them.
            Some(first) if MODES.contains(&first) && first.len() < word.len() => {
                fault.fix(at + first.len(), at + first.len() + 1, ",")
            }
            _ => fault,
        },
    }
}

/// `owner`: any text on one line.
pub(super) fn owner(text: &str) -> Result<String, Fault> {
    short(text)?;
    Ok(text.trim().replace(char::is_control, " "))
}
