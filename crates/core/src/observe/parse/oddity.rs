//! Something in an answer that is not as it should be.

use serde_json::Value;

/// The longest line, in characters.
const LONGEST: usize = 300;
/// As much of what was found is shown, in characters.
const SHOWN: usize = 60;

/// Something in an answer that is not as it should be. Prints as one line of bounded length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Oddity(String);

impl Oddity {
    /// `place`: where in the answer, such as `properties.vmSize`.
    pub fn new(place: &str, expected: &str, found: &Value) -> Oddity {
        let found = found.to_string();
        let mut shown: String = found.chars().take(SHOWN).collect();
        if found.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        Oddity(one_line(&format!(
            "{place}: expected {expected}, found {shown}"
        )))
    }
}

/// The text on one line and of bounded length: an answer's words must not break a log.
pub fn one_line(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}
