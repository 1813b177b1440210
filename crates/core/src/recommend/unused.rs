//! Starts that nobody used, as the weeks show them: evidence by which nothing is decided tells of those, too.

use super::need::needs;
use super::seen::Seen;
use crate::record::{ChangedBy, ONE_DAY};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// What was last started longer ago is started no more: a schedule comes round in a week.
const OF_LATE: TimeDelta = TimeDelta::days(8);

/// On how many days in a row, up to the last of late, Lamplighter started it and nobody used it until it was stopped. Where
/// nothing tells, somebody may have, and whoever starts it by hand ends the row.
pub fn unused_days(seen: &Seen) -> u32 {
    let needs = needs(seen);
    let (mut days, mut last): (u32, Option<DateTime<Utc>>) = (0, None);
    for run in &seen.on {
        let ours = seen.by(Power::On, run.from) == Some(ChangedBy::Lamplighter);
        let used = needs.iter().any(|need| need.span.within(*run).is_some());
        if !ours || used {
            (days, last) = (0, None);
            continue;
        }
        // One that is not over may still be used.
        if run.to >= seen.period.to {
            continue;
        }
        let same_day = last.is_some_and(|last| run.from < last + ONE_DAY);
        if !same_day {
            (days, last) = (days.saturating_add(1), Some(run.from));
        }
    }
    match last {
        Some(last) if is_of_late(last, seen.period.to) => days,
        _ => 0,
    }
}

/// Whether a schedule that started it then may be expected to do so again.
pub fn is_of_late(start: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - start <= OF_LATE
}

#[cfg(test)]
mod tests {
    use super::super::{Sighting, Span};
    use super::*;
    use crate::kinds::Kind;
    use crate::kinds::evidence::Source;
    use crate::record::{PowerChange, Quiet, Resource, Worked};

    /// A Monday, midnight.
    fn at(day: i64, hour: i64) -> DateTime<Utc> {
        let monday = DateTime::from_timestamp(1_793_577_600, 0).unwrap_or_default();
        monday + TimeDelta::days(day) + TimeDelta::hours(hour)
    }

    /// On from 8 to 18 on each of ten days, started by these, and without work as a beacon shows it.
    fn days(by: impl Fn(i64) -> ChangedBy) -> Seen {
        let seen = |day, hour, on| Sighting {
            at: at(day, hour),
            since: at(day, hour),
            on,
        };
        let sightings = (0..10).flat_map(|day| [seen(day, 8, true), seen(day, 18, false)]);
        let first = seen(0, 0, false);
        let resource = Resource {
            id: "ci".into(),
            kind: Kind::Instance,
            name: "ci".into(),
            workspace: "w".into(),
            owner: None,
            vm_size: None,
            location: None,
            decided_in: None,
            billed_in: None,
            tags: Default::default(),
        };
        let period = Span::new(at(0, 0), at(10, 0));
        let all = std::iter::once(first).chain(sightings).collect();
        let mut seen = Seen::of(resource, period, all).expect("seen");
        seen.changes = (0..10)
            .map(|day| PowerChange {
                at: at(day, 8),
                power: Power::On,
                by: by(day),
            })
            .collect();
        let quiet = (0..10).map(|day| Quiet {
            from: at(day, 9),
            to: at(day, 17),
        });
        seen.with_quiet(quiet)
    }

    #[test]
    fn days_in_a_row_end_with_use_with_a_start_by_hand_and_with_what_nothing_tells_of() {
        let ours = |_| ChangedBy::Lamplighter;
        assert_eq!(unused_days(&days(ours)), 10);
        let by_hand = days(|day| match day {
            6 => ChangedBy::Person,
            _ => ChangedBy::Lamplighter,
        });
        assert_eq!(unused_days(&by_hand), 3);
        let mut worked = days(ours);
        worked.work.push(Worked {
            from: at(7, 12),
            to: at(7, 13),
            source: Source::Beacon,
        });
        assert_eq!(unused_days(&worked), 2);
        let mut unknown = days(ours);
        unknown.quiet.pop();
        assert_eq!(unused_days(&unknown), 0);
        // It is on, and may still be used.
        let mut running = days(ours);
        running.period.to = at(9, 12);
        running.on.pop();
        running.on.push(Span::new(at(9, 8), at(9, 12)));
        assert_eq!(unused_days(&running), 9);
        // Its schedule does not start it any more.
        let mut ended = days(ours);
        ended.period.to = at(18, 0);
        assert_eq!(unused_days(&ended), 0);
    }
}
