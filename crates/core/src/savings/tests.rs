//! Figures that a controller would check by hand.

use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

fn interval(kind: IntervalKind, opened: &str, horizon: &str) -> Interval {
    Interval {
        id: format!("{kind:?}:{opened}"),
        kind,
        operation: "operation".into(),
        opened_at: at(opened),
        horizon: at(horizon),
        off_anyway: None,
        count: 1,
        vm_size: Some("Standard_D4s_v3".into()),
        location: Some("westeurope".into()),
        cause: Cause::Schedule,
        benefit: Benefit::None,
        price: Some(PricePerHour {
            amount: "0.251".parse().expect("a decimal"),
            currency: "USD".into(),
            source: "retail-prices".into(),
            fetched_at: at("01T00:00"),
            parts: Vec::new(),
        }),
    }
}

fn closed(interval: &Interval, when: &str) -> Closed {
    Closed {
        interval: interval.id.clone(),
        kind: interval.kind,
        at: at(when),
        why: "test".into(),
    }
}

/// A sweep came every hour of these 90 days.
fn watched() -> History {
    let mut history = History::default();
    for hour in 0..24 * 90 {
        let at = at("01T00:00").timestamp() + hour * 3600;
        let unseen = Vec::new();
        history.sweep(Sweep { at, unseen });
    }
    history
}

fn figures(opened: &[Interval], ends: &[Closed], from: &str, to: &str, now: &str) -> Figures {
    let opened = opened.iter().map(|interval| ("m", interval));
    let known = known(opened, ends);
    let mut history = watched();
    history.settle();
    account(&known, &history, at(from), at(to), at(now)).total()
}

fn money(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn a_night_is_thirteen_hours_at_the_price_of_its_opening() {
    let night = interval(IntervalKind::Avoided, "23T19:00", "24T08:00");
    let figures = figures(
        std::slice::from_ref(&night),
        &[closed(&night, "24T08:00")],
        "01T00:00",
        "30T00:00",
        "30T00:00",
    );
    assert_eq!(
        (figures.saved_seconds, figures.saved.value()),
        (13 * 3600, money("3.263"))
    );
    assert_eq!(
        (figures.upper_bound_seconds, figures.upper_bound.value()),
        (13 * 3600, money("3.263"))
    );
}

#[test]
fn saving_ends_where_it_would_have_been_off_anyway_and_the_upper_bound_goes_on() {
    let mut night = interval(IntervalKind::Avoided, "23T19:00", "24T08:00");
    night.off_anyway = Some(OffAnyway {
        at: at("23T20:00"),
        why: "its own schedule".into(),
    });
    let figures = figures(
        std::slice::from_ref(&night),
        &[closed(&night, "24T09:00")],
        "01T00:00",
        "30T00:00",
        "30T00:00",
    );
    assert_eq!(
        (figures.saved_seconds, figures.upper_bound_seconds),
        (3600, 14 * 3600)
    );
}

#[test]
fn the_horizon_and_seventy_two_hours_bound_what_is_saved() {
    let open = interval(IntervalKind::Avoided, "10T19:00", "11T08:00");
    assert_eq!(
        figures(&[open], &[], "01T00:00", "30T00:00", "20T00:00").saved_seconds,
        13 * 3600
    );
    let long = interval(IntervalKind::Avoided, "10T19:00", "29T08:00");
    assert_eq!(
        figures(&[long], &[], "01T00:00", "30T00:00", "20T00:00").saved_seconds,
        72 * 3600
    );
}

#[test]
fn an_unused_start_is_taken_off_what_is_saved_alone() {
    let night = interval(IntervalKind::Avoided, "23T19:00", "24T08:00");
    let unused = interval(IntervalKind::Unused, "25T08:00", "26T08:00");
    let ends = [closed(&night, "24T08:00"), closed(&unused, "25T10:00")];
    let figures = figures(&[night, unused], &ends, "01T00:00", "30T00:00", "30T00:00");
    assert_eq!(
        (figures.saved.value(), figures.upper_bound.value()),
        (money("2.761"), money("3.263"))
    );
    assert_eq!(
        (figures.unused_seconds, figures.unused.value()),
        (7200, money("0.502"))
    );
}

#[test]
fn an_unused_start_costs_until_it_is_seen_off_and_not_until_its_stop_was_asked_for() {
    let unused = interval(IntervalKind::Unused, "25T08:00", "26T08:00");
    let seconds = |ends: &[Closed]| {
        let known = known([("m", &unused)], ends);
        let mut history = watched();
        let (at, since) = (at("25T10:15").timestamp(), at("25T10:01").timestamp());
        history.observed("m", at, since, crate::schedule::Power::Off);
        history.settle();
        let far = super::tests::at("30T00:00");
        let all = account(&known, &history, super::tests::at("01T00:00"), far, far);
        all.total().unused_seconds
    };
    // Whether or not a saved state was lost that had its end.
    assert_eq!(seconds(&[closed(&unused, "25T10:15")]), 8_100);
    assert_eq!(seconds(&[]), 8_100);
    // It was in use before.
    assert_eq!(seconds(&[closed(&unused, "25T09:00")]), 3_600);
}

#[test]
fn an_unknown_price_counts_hours_and_no_money() {
    let mut night = interval(IntervalKind::Avoided, "23T19:00", "24T08:00");
    night.price = None;
    let figures = figures(
        std::slice::from_ref(&night),
        &[closed(&night, "24T08:00")],
        "01T00:00",
        "30T00:00",
        "30T00:00",
    );
    assert_eq!(
        (
            figures.saved_seconds,
            figures.unpriced_seconds,
            figures.saved.value()
        ),
        (46_800, 46_800, Decimal::ZERO)
    );
}

#[test]
fn an_unreadable_native_schedule_and_an_idle_timer_end_saving_at_once_or_in_time() {
    let off = |at: &str| {
        Some(OffAnyway {
            at: super::tests::at(at),
            why: String::new(),
        })
    };
    let mut now = interval(IntervalKind::Avoided, "23T19:00", "24T08:00");
    now.off_anyway = off("23T19:00");
    assert!(!now.earns_at(at("23T19:01")));
    now.off_anyway = off("23T19:30");
    assert!(now.earns_at(at("23T19:30")) && !now.earns_at(at("23T19:31")));
}

mod any_history {
    use super::*;
    use proptest::prelude::*;

    /// Intervals of one resource that do not overlap, with ends, some twice, some missing.
    fn histories() -> impl Strategy<Value = (Vec<Interval>, Vec<Closed>)> {
        let step = (
            1i64..5000,
            1i64..5000,
            0i64..6000,
            any::<bool>(),
            any::<bool>(),
            any::<bool>(),
        );
        proptest::collection::vec(step, 0..12).prop_map(|steps| {
            let (mut t, mut opened, mut ends) = (at("01T00:00"), Vec::new(), Vec::new());
            for (index, (gap, length, horizon, avoided, priced, twice)) in
                steps.into_iter().enumerate()
            {
                t += TimeDelta::minutes(gap);
                let kind = if avoided {
                    IntervalKind::Avoided
                } else {
                    IntervalKind::Unused
                };
                let mut one = interval(kind, "01T00:00", "01T00:00");
                one.id = index.to_string();
                one.opened_at = t;
                one.horizon = t + TimeDelta::minutes(horizon);
                one.price = one.price.filter(|_| priced);
                t += TimeDelta::minutes(length);
                let end = Closed {
                    interval: one.id.clone(),
                    kind,
                    at: t,
                    why: String::new(),
                };
                for _ in 0..=usize::from(twice) {
                    opened.push(one.clone());
                    ends.push(end.clone());
                }
            }
            (opened, ends)
        })
    }

    proptest! {
        #[test]
        fn no_second_counts_twice_and_periods_add_up((opened, ends) in histories(), cut in 0i64..60_000) {
            let (from, far) = (at("01T00:00"), at("01T00:00") + TimeDelta::days(90));
            let cut = from + TimeDelta::minutes(cut);
            let history = watched();
            let known = super::known(opened.iter().map(|one| ("m", one)), &ends);
            let whole = |from, to| account(&known, &history, from, to, far).total();
            let all = whole(from, far);
            let wall = (far - from).num_seconds();
            prop_assert!(0 <= all.saved_seconds && all.saved_seconds <= all.upper_bound_seconds);
            prop_assert!(all.upper_bound_seconds + all.unused_seconds <= wall);
            prop_assert!(all.saved.value() <= all.upper_bound.value());
            prop_assert!(all.upper_bound.value() <= money("0.251") * Decimal::from(wall) / Decimal::from(3600));
            let mut parts = whole(from, cut);
            parts += &whole(cut, far);
            prop_assert_eq!(parts.saved_seconds, all.saved_seconds);
            prop_assert!((parts.saved.value() - all.saved.value()).abs() < money("0.0000001"));
            let reversed: Vec<_> = opened.iter().rev().map(|one| ("m", one)).collect();
            let back: Vec<_> = ends.iter().rev().collect();
            let known = super::known(reversed, back);
            prop_assert_eq!(account(&known, &history, from, far, far).total(), all);
        }
    }
}
