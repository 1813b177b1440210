//! What the ledger says of one resource in the month so far.

use super::input::Input;
use crate::report::rows::GroupBy;
use chrono::{DateTime, Utc};
use lamplighter_core::record::What;
use lamplighter_core::savings::Figures;
use lamplighter_core::schedule::Power;

/// One resource, in the period of a page.
#[derive(Clone, Debug)]
pub struct One {
    /// Its last decision, as far as records of two weeks have one.
    pub why: Option<String>,
    pub figures: Figures,
    pub currency: Option<String>,
    /// How long it was on.
    pub on_seconds: i64,
}

/// Takes one resource, its ARM id in lower case, out of what was read.
pub fn one(input: &Input, id: &str) -> One {
    let report = input.period.report(GroupBy::Owner);
    let mut decided = input.records.iter().rev();
    let why = decided.find_map(|record| match &record.what {
        What::Decision { text, .. } if record.resource.as_ref()?.id == id => Some(text.clone()),
        _ => None,
    });
    let figures = report.resources.get(id).cloned();
    One {
        why,
        figures: figures.unwrap_or_default(),
        currency: report.currency,
        on_seconds: on_seconds(input, id),
    }
}

/// From one observation to the next: when power changed, Azure has told.
fn on_seconds(input: &Input, id: &str) -> i64 {
    let (from, to) = (input.period.from, input.period.to.min(input.now));
    let mut seen: Vec<(i64, i64, Power)> = input
        .period
        .days
        .powers()
        .filter(|of| &*of.resource == id)
        .map(|of| (of.at, of.since, of.power))
        .collect();
    let standing = input.standing.iter().filter(|(of, _)| of.id == id);
    // What was observed last stands, also where it is long unchanged.
    seen.extend(standing.filter_map(|(_, last)| {
        let at = last.since.timestamp();
        Some((at, at, last.power?))
    }));
    seen.sort_unstable_by_key(|(at, since, _)| (*at, *since));
    on_between(&seen, from, to)
}

/// The seconds on, of observations in order of time: when, since when, and what.
fn on_between(seen: &[(i64, i64, Power)], from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let (from, to) = (from.timestamp(), to.timestamp());
    let (mut sum, mut begun) = (0, None);
    for (at, since, power) in seen {
        let turned = (*since).min(*at);
        match (power, begun) {
            (Power::On, None) => begun = Some(turned),
            (Power::Off, Some(begin)) => {
                sum += (turned.min(to) - from.max(begin)).max(0);
                begun = None;
            }
            (Power::On, Some(_)) | (Power::Off, None) => {}
        }
    }
    sum + begun.map_or(0, |begin| (to - from.max(begin)).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_on_are_those_of_the_period_and_each_counts_once() {
        let at = |hour: i64| DateTime::from_timestamp(hour * 3600, 0).expect("a time");
        let on = |seen: &[(i64, i64, Power)]| {
            let seen: Vec<(i64, i64, Power)> = seen
                .iter()
                .map(|(at, since, power)| (at * 3600, since * 3600, *power))
                .collect();
            on_between(&seen, at(100), at(200)) / 3600
        };
        use Power::{Off, On};
        assert_eq!(on(&[]), 0);
        assert_eq!(on(&[(90, 80, On)]), 100);
        assert_eq!(on(&[(90, 80, On), (95, 95, Off)]), 0);
        assert_eq!(on(&[(90, 80, On), (112, 110, Off), (121, 120, On)]), 90);
        // Observed again, such as when a job begins.
        assert_eq!(on(&[(101, 101, On), (105, 101, On), (111, 111, Off)]), 10);
        assert_eq!(on(&[(150, 150, Off), (210, 205, On)]), 0);
    }
}
