//! For how long somebody may keep a resource on: a fixed list, each with its end. Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// From when lengths count, and how far they may go.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// When the stop is to come.
    pub stop_at: DateTime<Utc>,
    /// When this run of holds began.
    pub since: DateTime<Utc>,
    /// `HOLD_LIMIT`.
    pub limit: TimeDelta,
    /// When its schedule starts it next after the stop.
    pub next_start: Option<DateTime<Utc>>,
}

/// One length that somebody may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// As the form names it.
    pub choice: &'static str,
    pub label: &'static str,
    pub until: DateTime<Utc>,
}

const LENGTHS: [(&str, &str, i64); 3] = [
    ("1h", "1 hour", 1),
    ("2h", "2 hours", 2),
    ("4h", "4 hours", 4),
];

impl Terms {
    /// When the last of them ends.
    pub fn end(&self) -> DateTime<Utc> {
        self.since
            .checked_add_signed(self.limit)
            .unwrap_or(self.stop_at)
    }

    /// Each length, no longer than the limit: the same whenever it is asked.
    fn all(&self) -> impl Iterator<Item = Offer> {
        let end = self.end();
        let lengths = LENGTHS.into_iter().map(move |(choice, label, hours)| {
            let until = self
                .stop_at
                .checked_add_signed(TimeDelta::hours(hours))
                .unwrap_or(end);
            Offer {
                choice,
                label,
                until: until.min(end),
            }
        });
        let next = self.next_start.filter(|next| *next <= end);
        let (label, until) = match next {
            Some(next) => ("Until its next start", next),
            None => ("As long as possible", end),
        };
        lengths.chain([Offer {
            choice: "next",
            label,
            until,
        }])
    }

    /// What a choice of the form means; `None`: nothing any more, or never.
    pub fn chosen(&self, choice: &str, now: DateTime<Utc>) -> Option<Offer> {
        let mut all = self.all();
        all.find(|offer| offer.choice == choice && offer.until > self.stop_at && offer.until > now)
    }

    /// What is worth offering where the resource stays on until `held` anyway: each end once.
    pub fn offers(&self, held: DateTime<Utc>) -> Vec<Offer> {
        let mut offers: Vec<Offer> = Vec::new();
        for offer in self.all() {
            let new = offer.until > self.stop_at && offer.until > held;
            if new && offers.iter().all(|known| known.until != offer.until) {
                offers.push(offer);
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        let monday: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().expect("a time");
        monday + TimeDelta::hours(hour)
    }

    fn ends(terms: &Terms, held: i64) -> Vec<(&'static str, i64)> {
        let offers = terms.offers(at(held)).into_iter();
        offers
            .map(|offer| (offer.choice, (offer.until - at(0)).num_hours()))
            .collect()
    }

    #[test]
    fn each_length_ends_by_the_clock_and_none_beyond_the_limit() {
        let terms = Terms {
            stop_at: at(19),
            since: at(19),
            limit: TimeDelta::hours(12),
            next_start: Some(at(32)),
        };
        assert_eq!(
            ends(&terms, 18),
            [("1h", 20), ("2h", 21), ("4h", 23), ("next", 31)]
        );
        let early = Terms {
            next_start: Some(at(30)),
            ..terms
        };
        assert_eq!(
            ends(&early, 18),
            [("1h", 20), ("2h", 21), ("4h", 23), ("next", 30)]
        );
        assert_eq!(ends(&early, 22), [("4h", 23), ("next", 30)]);
        // The second of a run of holds, the first of which began at 12:00.
        let run = Terms {
            since: at(12),
            next_start: None,
            ..terms
        };
        assert_eq!(
            ends(&run, 19),
            [("1h", 20), ("2h", 21), ("4h", 23), ("next", 24)]
        );
        let short = Terms {
            limit: TimeDelta::minutes(90),
            ..terms
        };
        assert_eq!(ends(&short, 19), [("1h", 20), ("2h", 20)]);
        let over = Terms {
            since: at(1),
            ..terms
        };
        assert_eq!(ends(&over, 18), []);
    }

    #[test]
    fn a_choice_means_the_same_end_whenever_it_is_made_and_nothing_when_that_is_past() {
        let terms = Terms {
            stop_at: at(19),
            since: at(19),
            limit: TimeDelta::hours(12),
            next_start: None,
        };
        for now in [18, 19, 20] {
            let chosen = terms.chosen("2h", at(now)).expect("an offer");
            assert_eq!(chosen.until, at(21));
        }
        assert_eq!(terms.chosen("2h", at(21)), None);
        assert_eq!(terms.chosen("9h", at(18)), None);
        assert_eq!(terms.chosen("", at(18)), None);
    }
}
