//! Azure's refusals of one start or stop, in a row.

use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What Azure has refused and goes on refusing. One refusal may pass by itself, as the resource was just changing; a
/// second one, with the resource still in a state to act on, does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub power: Power,
    /// The instant that demanded it.
    pub cause: DateTime<Utc>,
    pub since: DateTime<Utc>,
    /// When it was refused last.
    pub at: DateTime<Utc>,
    pub times: u32,
}

/// Of another cause, a refusal that lies further back tells nothing of this one.
const IN_A_ROW: TimeDelta = TimeDelta::hours(1);

impl Refused {
    /// One more refusal of what `cause` demanded, after those before.
    ///
    /// ```
    /// use lamplighter_core::record::Refused;
    /// use lamplighter_core::schedule::Power;
    ///
    /// let (edge, now) = ("2026-11-23T19:00:00Z".parse()?, "2026-11-23T19:10:00Z".parse()?);
    /// let first = Refused::again(None, (Power::Off, edge), now);
    /// let later = "2026-11-24T19:10:00Z".parse()?;
    /// let second = Refused::again(Some(&first), (Power::Off, edge), later);
    /// assert_eq!((first.times, second.times, second.since), (1, 2, now));
    /// // Another evening is another demand.
    /// let next = (Power::Off, "2026-11-24T19:00:00Z".parse()?);
    /// assert_eq!(Refused::again(Some(&first), next, later).times, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn again(
        before: Option<&Refused>,
        (power, cause): (Power, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Refused {
        let before = before.filter(|known| {
            known.power == power && (known.cause == cause || now < known.at + IN_A_ROW)
        });
        Refused {
            power,
            cause,
            since: before.map_or(now, |known| known.since),
            at: now,
            times: before.map_or(0, |known| known.times).saturating_add(1),
        }
    }
}
