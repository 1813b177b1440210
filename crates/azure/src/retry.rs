//! When a failed call is tried again, and after how long. Pure: the caller waits.

use super::error::ErrorKind;
use super::http::Failure;
use std::time::Duration;

/// Tries of one call in all, where Azure does not say how long to wait.
const TRIES: u32 = 5;
/// Tries of one call in all, where every 429 named its wait.
const TRIES_WHEN_TOLD: u32 = 20;
/// The longest wait of our own choosing.
const LONGEST: Duration = Duration::from_secs(30);

/// What a call may be repeated after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Safety {
    /// Reads: whatever was or was not done, asking again is harmless.
    Read,
    /// Actions: only where it is certain that nothing was done.
    Action,
}

/// How long to wait before the next try, or `None` where there is to be none. `tries` counts those made;
/// `left` is the time to the deadline, which no wait may reach; `dice` is uniform in 0..1.
pub(super) fn wait(
    failure: &Failure,
    safety: Safety,
    tries: u32,
    left: Duration,
    backoff: Duration,
    dice: f64,
) -> Option<Duration> {
    let own = || {
        let ceiling = backoff
            .saturating_mul(1 << tries.saturating_sub(1).min(16))
            .min(LONGEST);
        ceiling.mul_f64(dice)
    };
    let wait = match failure.error.kind() {
        // Throttling by our own budget has already been waited for, or cannot be.
        ErrorKind::Throttled { .. } if failure.not_sent => return None,
        // A little more than told, so that those told the same do not come back together.
        ErrorKind::Throttled {
            retry_after: Some(told),
        } if tries < TRIES_WHEN_TOLD => told.saturating_add(backoff.mul_f64(dice)),
        ErrorKind::Throttled { retry_after: None } if tries < TRIES => own(),
        ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Network if tries < TRIES => {
            match safety {
                Safety::Read => own(),
                Safety::Action if failure.not_sent => own(),
                Safety::Action => return None,
            }
        }
        _ => return None,
    };
    (wait < left).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::super::error::AzureError;
    use super::*;

    fn failure(kind: ErrorKind, not_sent: bool) -> Failure {
        Failure {
            error: AzureError::at_path(kind, "test", "", ""),
            not_sent,
            headers: Default::default(),
        }
    }

    fn told(seconds: u64) -> Failure {
        let retry_after = Some(Duration::from_secs(seconds));
        failure(ErrorKind::Throttled { retry_after }, false)
    }

    fn after(failure: &Failure, safety: Safety, tries: u32, left: u64) -> Option<f64> {
        let second = Duration::from_secs(1);
        wait(
            failure,
            safety,
            tries,
            Duration::from_secs(left),
            second,
            0.5,
        )
        .map(|d| d.as_secs_f64())
    }

    #[test]
    fn a_wait_that_azure_names_is_kept_within_the_deadline_and_never_shortened() {
        for safety in [Safety::Read, Safety::Action] {
            assert_eq!(after(&told(60), safety, 1, 240), Some(60.5));
            assert_eq!(after(&told(600), safety, 7, 900), Some(600.5));
            assert_eq!(after(&told(60), safety, 1, 60), None);
            assert_eq!(after(&told(u64::MAX), safety, 1, 240), None);
        }
    }

    #[test]
    fn an_action_is_repeated_only_where_nothing_can_have_been_done() {
        for kind in [ErrorKind::Server, ErrorKind::Timeout, ErrorKind::Network] {
            assert_eq!(after(&failure(kind, false), Safety::Action, 1, 240), None);
            assert_eq!(
                after(&failure(kind, true), Safety::Action, 1, 240),
                Some(0.5)
            );
            assert_eq!(
                after(&failure(kind, false), Safety::Read, 1, 240),
                Some(0.5)
            );
        }
    }

    #[test]
    fn waits_of_our_own_double_and_end() {
        let bad = failure(ErrorKind::Server, false);
        let waits: Vec<_> = (1..6).map(|n| after(&bad, Safety::Read, n, 240)).collect();
        assert_eq!(waits, [Some(0.5), Some(1.0), Some(2.0), Some(4.0), None]);
        assert_eq!(after(&bad, Safety::Read, 3, 1), None);
    }

    #[test]
    fn what_will_not_change_is_not_asked_again() {
        for kind in [
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::WrongState,
            ErrorKind::Refused,
            ErrorKind::Garbled,
            ErrorKind::DeadlinePassed,
        ] {
            assert_eq!(after(&failure(kind, false), Safety::Read, 1, 240), None);
        }
    }
}
