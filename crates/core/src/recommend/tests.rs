//! Weeks of one person, written by hand.

use super::*;
use crate::kinds::Kind;
use crate::kinds::evidence::Source;
use crate::policy::Defaults;
use crate::record::{ChangedBy, PowerChange, Quiet, Resource, Worked};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// A Monday, midnight.
fn at(day: i64, hour: i64, minute: i64) -> DateTime<Utc> {
    let monday = DateTime::from_timestamp(1_793_577_600, 0).unwrap_or_default();
    monday + TimeDelta::days(day) + TimeDelta::hours(hour) + TimeDelta::minutes(minute)
}

fn resource() -> Resource {
    Resource {
        id: "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices/workspaces/w/computes/ci".into(),
        kind: Kind::Instance,
        name: "ci".into(),
        workspace: "w".into(),
        owner: None,
        vm_size: None,
        location: None,
        decided_in: None,
        billed_in: None,
        tags: Default::default(),
    }
}

fn terms() -> Terms {
    Terms {
        defaults: Defaults::default(),
        lease: TimeDelta::hours(4),
    }
}

fn period() -> Span {
    Span::new(at(0, 0, 0), at(28, 0, 0))
}

/// On from the first morning to the last evening, with work from 9 to 17 on each of these days.
fn forgotten(days: impl Fn(i64) -> bool) -> Seen {
    let sighting = Sighting {
        at: at(0, 8, 30),
        since: at(0, 8, 30),
        on: true,
    };
    let off = Sighting {
        at: at(0, 0, 0),
        since: at(-3, 0, 0),
        on: false,
    };
    let mut seen = Seen::of(resource(), period(), vec![sighting, off]).expect("seen");
    seen.changes.push(PowerChange {
        at: at(0, 8, 30),
        power: Power::On,
        by: ChangedBy::Person,
    });
    let (mut quiet, mut from) = (Vec::new(), None);
    for day in (0..28).filter(|day| days(*day)) {
        let (begin, end) = (at(day, 9, 0), at(day, 17, 0));
        seen.work.push(Worked {
            from: begin,
            to: end,
            source: Source::Beacon,
        });
        quiet.extend(from.map(|from| Quiet { from, to: begin }));
        from = Some(end);
    }
    quiet.extend(from.map(|from| Quiet {
        from,
        to: at(28, 0, 0),
    }));
    seen.with_quiet(quiet)
}

fn weekday(day: i64) -> bool {
    day.rem_euclid(7) < 5
}

fn recommended(advice: &Advice) -> &Tried {
    match &advice.verdict {
        Verdict::Recommended(tried) => tried,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_forgotten_instance_gets_a_window_about_its_hours_that_stops_nobody() {
    let advice = advise(&forgotten(weekday), &terms());
    let tried = recommended(&advice);
    assert!(
        tried
            .tags
            .iter()
            .any(|tag| tag.starts_with("lamp-schedule = Mon-Fri 08:")),
        "{tried:?}"
    );
    assert_eq!(
        (
            tried.stops_in_use,
            tried.stops_unknown,
            tried.starts_by_hand
        ),
        (0, 0, 0),
        "{tried:?}"
    );
    // It is on for 9 to 11 hours of 24 on five days of seven.
    let on = advice.on_seconds;
    assert!(
        tried.saved_seconds * 100 > on * 60,
        "{} of {on}",
        tried.saved_seconds
    );
    let (least, most) = (tried.month_seconds_least, tried.month_seconds_most);
    assert!(
        least <= tried.month_seconds && tried.month_seconds <= most,
        "{tried:?}"
    );
}

#[test]
fn the_tag_that_is_given_is_judged_by_the_same_weeks() {
    let seen = forgotten(weekday);
    let set = |value: &str| vec![("lamp-schedule".to_owned(), value.to_owned())];
    let (_, lunch) = tried(&seen, &set("Mon-Fri 08:00-12:00 UTC"), &terms());
    // Whoever starts it again at 12:01 is stopped once more when the lease ends.
    assert_eq!(lunch.stops_in_use, 40, "{lunch:?}");
    let (_, office) = tried(&seen, &set("Mon-Fri 08:00-18:00 UTC"), &terms());
    assert_eq!(
        (office.stops_in_use, office.starts_by_hand),
        (0, 0),
        "{office:?}"
    );
    let page = include_str!("../../../../docs/recommend.md");
    let told = format!("**{:.1}** hours less", office.saved_seconds as f64 / 3600.0);
    assert!(page.contains(&told), "{told}");
    assert!(page.contains(&format!("**{}** stops in use", lunch.stops_in_use)));
    // On from Monday 08:30 for four weeks, less ten hours of each of twenty days.
    let hours = |hours: i64| hours * 3600;
    assert_eq!(
        office.saved_seconds,
        hours(28 * 24 - 8) - 1800 - hours(200),
        "{office:?}"
    );
}

#[test]
fn without_evidence_nothing_is_recommended_and_it_says_why() {
    let mut seen = forgotten(weekday);
    (seen.work, seen.quiet) = (Vec::new(), Vec::new());
    let advice = advise(&seen, &terms());
    let Verdict::NotEnoughSeen { why } = &advice.verdict else {
        panic!("{:?}", advice.verdict);
    };
    assert!(why.contains("nothing tells"), "{why}");
    assert_eq!(advice.unknown_seconds, advice.on_seconds);
}

#[test]
fn a_week_teaches_too_little_and_so_does_time_without_sweeps() {
    let mut seen = forgotten(weekday);
    seen.period.to = at(7, 0, 0);
    assert!(matches!(
        advise(&seen, &terms()).verdict,
        Verdict::NotEnoughSeen { .. }
    ));
    let seen = forgotten(weekday).with_unwatched(vec![Span::new(at(8, 0, 0), at(28, 0, 0))]);
    let advice = advise(&seen, &terms());
    assert!(matches!(advice.verdict, Verdict::NotEnoughSeen { .. }));
    assert_eq!(advice.unwatched_seconds, 20 * 86_400);
}

#[test]
fn who_works_day_and_night_is_told_nothing() {
    let mut seen = forgotten(weekday);
    seen.quiet = Vec::new();
    seen.work = vec![Worked {
        from: at(0, 8, 30),
        to: at(28, 0, 0),
        source: Source::Metrics,
    }];
    assert_eq!(advise(&seen, &terms()).verdict, Verdict::NothingBetter);
}

#[test]
fn a_job_holds_a_stop_back() {
    let mut seen = forgotten(|_| false);
    // A job from Monday 16:00 to Tuesday 04:00, and nothing else, ever.
    seen.work = vec![Worked {
        from: at(0, 16, 0),
        to: at(1, 4, 0),
        source: Source::Jobs,
    }];
    let seen = seen.with_quiet([
        Quiet {
            from: at(0, 8, 30),
            to: at(0, 16, 0),
        },
        Quiet {
            from: at(1, 4, 0),
            to: at(28, 0, 0),
        },
    ]);
    let set = vec![(
        "lamp-schedule".to_owned(),
        "stop daily 19:00 UTC".to_owned(),
    )];
    let (_, told) = tried(&seen, &set, &terms());
    assert_eq!((told.stops_in_use, told.stops), (0, 1), "{told:?}");
}
