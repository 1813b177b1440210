//! When a failed call is sent again, and after how long.

use super::error::Kind;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Attempts at one call, throttled ones apart.
pub const ATTEMPTS: u32 = 4;
/// Attempts at one call that Azure throttles each time.
pub const THROTTLED_ATTEMPTS: u32 = 10;
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(8);

/// Whether a call may be sent again after `kind`. A POST only where it certainly did not take effect.
pub fn again(kind: &Kind, safe: bool, attempt: u32) -> bool {
    match kind {
        Kind::Throttled(_) => attempt < THROTTLED_ATTEMPTS,
        Kind::Unreachable(_) => attempt < ATTEMPTS,
        // A host that does not answer is not made faster by asking often.
        Kind::Timeout => safe && attempt < 2,
        Kind::Server { .. } | Kind::Broken(_) | Kind::Garbled(_) => safe && attempt < ATTEMPTS,
        _ => false,
    }
}

/// How long to wait before attempt number `attempt` + 1: at least what Azure asked for, else full jitter below a
/// bound that doubles.
pub fn wait(asked: Option<Duration>, attempt: u32) -> Duration {
    let bound = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    let jitter = bound.mul_f64(fastrand::f64());
    match asked {
        // An early retry is refused; everyone who waited the same time comes back a little apart.
        Some(asked) => asked + jitter.min(Duration::from_secs(1)),
        None => jitter,
    }
}

/// `Retry-After`, as seconds or as an HTTP date.
pub fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.max(0.0)).ok();
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    // Azure's own clock tells how far off the date is; ours may differ.
    let now = headers.get("date").and_then(|date| date.to_str().ok());
    let now = now.and_then(|date| chrono::DateTime::parse_from_rfc2822(date).ok())?;
    (at - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a name"),
                    value.parse().expect("a value"),
                )
            })
            .collect()
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        assert_eq!(
            asked(&headers(&[("retry-after", "60")])),
            Some(Duration::from_secs(60))
        );
        let dated = [
            ("retry-after", "Mon, 23 Nov 2026 10:02:00 GMT"),
            ("date", "Mon, 23 Nov 2026 10:00:30 GMT"),
        ];
        assert_eq!(asked(&headers(&dated)), Some(Duration::from_secs(90)));
        assert_eq!(asked(&headers(&[("retry-after", "soon")])), None);
        assert_eq!(asked(&headers(&[("retry-after", "1e400")])), None);
    }

    #[test]
    fn an_act_is_sent_again_only_where_it_did_not_arrive() {
        let server = Kind::Server {
            status: 500,
            said: String::new(),
        };
        assert!(again(&server, true, 1) && !again(&server, false, 1));
        assert!(!again(&Kind::Timeout, false, 1) && !again(&Kind::Broken(String::new()), false, 1));
        assert!(
            again(&Kind::Throttled(None), false, 1)
                && again(&Kind::Unreachable(String::new()), false, 1)
        );
        assert!(!again(&Kind::Forbidden(String::new()), true, 1));
    }

    #[test]
    fn a_wait_is_never_shorter_than_asked() {
        for attempt in 0..12 {
            assert!(wait(Some(Duration::from_secs(60)), attempt) >= Duration::from_secs(60));
            assert!(wait(None, attempt) <= LONGEST);
        }
    }
}
