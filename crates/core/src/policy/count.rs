//! The tags that hold a number of nodes or instances.

use super::fault::Fault;
use super::simple::{bounds, plain};
use super::target::Target;

/// More nodes than Azure lets any cluster have.
const MOST: u32 = 65_000;

/// `lamp-warm`: how many are kept while it is on, at least one.
pub(super) fn warm(text: &str) -> Result<u32, Fault> {
    let (number, at, to) = count(text)?;
    match number {
        0 => Err(Fault::new(at, "expected 1 or more, as it is on with so many").fix(at, to, "1")),
        _ => Ok(number),
    }
}

/// `lamp-floor`: how many are kept while it is off.
pub(super) fn floor(text: &str, target: Target) -> Result<u32, Fault> {
    let (number, at, to) = count(text)?;
    match (number, target) {
        (0, Target::Deployment) => {
            let message = "Azure keeps at least one instance; only deleting ends it";
            Err(Fault::new(at, message).fix(at, to, "1"))
        }
        _ => Ok(number),
    }
}

/// A whole number, with where it stands.
fn count(text: &str) -> Result<(u32, usize, usize), Fault> {
    plain(text)?;
    let (at, to, word) = bounds(text);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = word.split_at(digits);
    let Ok(number) = number.parse::<u32>() else {
        let fault = Fault::new(at, "expected a whole number such as 2");
        return Err(match word.as_str() {
            _ if digits > 0 => too_many(at).fix(at, to, MOST.to_string()),
            "off" | "none" | "no" | "zero" => fault.fix(at, to, "0"),
            word if word.starts_with('+') => fault.fix(at, at + 1, ""),
            _ => fault,
        });
    };
    if !rest.is_empty() {
        let fault = Fault::new(at + digits, "expected nothing after the number");
        // `2.5`, `2-5` and `2,000` may mean several things; `2 nodes` and `2.0` one.
        let words = |c: char| c.is_ascii_alphabetic() || c == ' ' || c == '.';
        let one = rest == ".0" || rest.chars().all(words);
        return Err(if one {
            fault.fix(at + digits, to, "")
        } else {
            fault
        });
    }
    match number {
        0..=MOST => Ok((number, at, to)),
        _ => Err(too_many(at).fix(at, to, MOST.to_string())),
    }
}

fn too_many(at: usize) -> Fault {
    Fault::new(at, format!("expected at most {MOST}"))
}
