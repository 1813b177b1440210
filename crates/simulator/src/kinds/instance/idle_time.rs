//! The times that Azure's idle timer can be set to.

use crate::duration;
use std::ops::RangeInclusive;
use std::time::Duration;

/// A text that `idleTimeBeforeShutdown` does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an idle time; expected ISO 8601 from PT15M to P3D")]
pub struct IdleTimeError(String);

const ALLOWED: RangeInclusive<Duration> =
    Duration::from_secs(15 * 60)..=Duration::from_secs(3 * 86_400);

/// Reads an idle time as Azure takes it; whole seconds.
///
/// # Errors
/// It is not an ISO 8601 duration from `PT15M` to `P3D`.
pub(crate) fn read(text: &str) -> Result<i64, IdleTimeError> {
    let wrong = || IdleTimeError(text.to_owned());
    if !text.starts_with('P') {
        return Err(wrong());
    }
    let length = duration::read(text).map_err(|_| wrong())?;
    let seconds = i64::try_from(length.as_secs()).map_err(|_| wrong())?;
    if ALLOWED.contains(&length) {
        Ok(seconds)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_a_quarter_of_an_hour_to_three_days() {
        for (text, seconds) in [("PT15M", 900), ("PT1H", 3_600), ("P3D", 259_200)] {
            assert_eq!(read(text), Ok(seconds));
        }
        for wrong in ["PT14M", "P4D", "30m", "pt30m", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
