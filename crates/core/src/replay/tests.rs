use super::play::{Asking, Made, play};
use super::run::read;
use super::*;
use crate::decide::{Action, Reason};
use crate::observe::{ComputeState, Tags};
use crate::policy::Defaults;
use crate::schedule::Power;
use crate::snapshot::{Operation, SnapshotResource};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time in a test")
}

fn defaults() -> Defaults {
    Defaults::default()
}

fn seen(state: ComputeState, tags: &[(&str, &str)]) -> SnapshotResource {
    let json = serde_json::json!({
        "id": "/subscriptions/s/resourceGroups/rg/providers/p/workspaces/w/computes/ci", "name": "ci",
        "workspace": "w", "workspaceId": "w", "resourceGroup": "rg", "computeType": "ComputeInstance",
        "state": state,
    });
    let mut seen: SnapshotResource = serde_json::from_value(json).expect("a resource");
    let own = tags
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    seen.tags = own.collect::<Tags>();
    seen
}

fn operation(name: &str, time: DateTime<Utc>) -> Operation {
    Operation {
        name: name.into(),
        time,
        status: Some("Succeeded".into()),
        trigger: Some("User".into()),
    }
}

fn plan(from: &str, days: i64, step: TimeDelta) -> Plan {
    let from = at(from);
    let period = (from, from + TimeDelta::days(days));
    Plan::new(period, step, TimeDelta::hours(4), Overlay::default()).expect("a plan")
}

fn played(seen: &SnapshotResource, power: Power, plan: &Plan, asking: Asking) -> Vec<Made> {
    let reading = read(seen, &defaults(), plan);
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    play(seen, power, &reading, plan, asking)
}

const SCHEDULES: [&str; 12] = [
    "Mon-Fri 08:00-19:00 Europe/Lisbon",
    "Mon-Fri 08:00-12:00, 13:00-18:00; Sat 10:00-14:00 America/New_York",
    "Mon-Fri 22:00-06:00 Europe/Lisbon",
    "daily 00:30-02:10 Europe/Lisbon",
    "stop daily 19:00",
    "start Mon-Fri 08:00; stop daily 20:00 Europe/Lisbon",
    "start 0 8 * * 1-5; stop 0 19 * * * Asia/Kathmandu",
    "Mon-Fri 09:00-12:00; stop daily 20:03",
    "Sun 00:00-24:00",
    "always",
    "never",
    "none",
];
const MODES: [&str; 6] = [
    "",
    "enforce",
    "stop-only",
    "dry-run",
    "enforce,stop-only",
    "enforce,dry-run",
];
/// Some of the days of `FROM`'s fortnight are holidays in some of them.
const HOLIDAYS: [&str; 4] = ["", "none", "PT,BR", "DE-BY,AT,HU"];
const NOTICES: [&str; 5] = ["", "15m", "3h", "26h", "off"];
/// Around the change to winter time of the 25th of October 2026.
const FROM: &str = "2026-10-22T00:07:00Z";

prop_compose! {
    /// A resource with some schedule, hold, mode and notice, and perhaps an external operation.
    fn some_resource()(
        running in any::<bool>(),
        schedule in select(&SCHEDULES[..]),
        mode in select(&MODES[..]),
        notice in select(&NOTICES[..]),
        holidays in select(&HOLIDAYS[..]),
        hold in prop::option::of((any::<bool>(), 0..12 * 24 * 60_i64)),
        external in prop::option::of((any::<bool>(), -3000..9000_i64)),
    ) -> SnapshotResource {
        let from = at(FROM);
        let state = if running { ComputeState::Running } else { ComputeState::Stopped };
        let hold = hold.map(|(on, minutes)| {
            let power = if on { "on" } else { "off" };
            format!("{power} until {}", (from + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%MZ"))
        });
        let hold = hold.unwrap_or_default();
        let tags = [("lamp-schedule", schedule), ("lamp-mode", mode), ("lamp-notice", notice), ("lamp-hold", &hold), ("lamp-holidays", holidays)];
        let tags: Vec<_> = tags.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let mut seen = seen(state, &tags);
        seen.last_operation = external.map(|(on, minutes)| {
            operation(if on { "Start" } else { "Stop" }, from + TimeDelta::minutes(minutes))
        });
        seen
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn asking_at_changes_only_is_asking_at_every_step(
        seen in some_resource(),
        minutes in select(vec![5, 7, 30, 60, 1440]),
        days in 1..9_i64,
    ) {
        let plan = plan(FROM, days, TimeDelta::minutes(minutes));
        let power = play::at_rest(&seen).expect("at rest");
        prop_assert_eq!(
            played(&seen, power, &plan, Asking::AtChanges),
            played(&seen, power, &plan, Asking::EveryStep)
        );
    }

    #[test]
    fn stops_and_starts_take_turns_and_the_hours_are_the_period(seen in some_resource(), days in 1..20_i64) {
        let plan = plan(FROM, days, TimeDelta::minutes(5));
        let mut power = play::at_rest(&seen).expect("at rest");
        let made = played(&seen, power, &plan, Asking::AtChanges);
        let figures = Figures::of(power, &made, (plan.from, plan.to), None);
        for made in &made {
            let expected = if power == Power::On { Action::Stop } else { Action::Start };
            prop_assert_eq!(made.decision.action, expected);
            power = if power == Power::On { Power::Off } else { Power::On };
        }
        let hours = figures.on_seconds + figures.off_seconds + figures.off_before_seconds;
        prop_assert_eq!(hours, days * 86_400);
        prop_assert_eq!(figures.stops + figures.starts, made.len());
    }
}

#[test]
fn a_notice_is_given_before_the_stop_and_a_late_one_delays_it() {
    let office = ("lamp-schedule", "Mon-Fri 08:00-19:00");
    let told = seen(ComputeState::Running, &[office, ("lamp-notice", "15m")]);
    let plan = plan("2026-11-23T12:00:00Z", 1, TimeDelta::minutes(5));
    let made = played(&told, Power::On, &plan, Asking::AtChanges);
    assert_eq!(made[0].at, at("2026-11-23T19:00:00Z"));
    // SnapshotResource for the first time after the stop was due: a start of old, no notice yet.
    let mut late = seen(ComputeState::Running, &[office, ("lamp-notice", "1h")]);
    late.last_operation = Some(operation("Start", at("2026-11-20T08:00:00Z")));
    let late_plan = super::tests::plan("2026-11-23T20:00:00Z", 1, TimeDelta::minutes(5));
    let made = played(&late, Power::On, &late_plan, Asking::AtChanges);
    assert_eq!(made[0].at, at("2026-11-23T21:00:00Z"));
}

#[test]
fn a_word_before_the_beginning_counts_and_a_later_one_does_not() {
    let office = ("lamp-schedule", "Mon-Fri 08:00-19:00");
    let plan = plan("2026-11-23T20:00:00Z", 1, TimeDelta::minutes(5));
    let mut seen = seen(ComputeState::Running, &[office]);
    seen.last_operation = Some(operation("Start", at("2026-11-23T19:30:00Z")));
    let made = played(&seen, Power::On, &plan, Asking::AtChanges);
    assert_eq!(
        (made[0].at, made[0].decision.reason),
        (at("2026-11-23T23:30:00Z"), Reason::LeaseEnded)
    );
    seen.last_operation = Some(operation("Start", at("2026-11-23T20:30:00Z")));
    let made = played(&seen, Power::On, &plan, Asking::AtChanges);
    assert_eq!(
        (made[0].at, made[0].decision.reason),
        (plan.from, Reason::ScheduleOff)
    );
    assert!(play::changes_later(&seen, plan.from));
}

#[test]
fn a_long_silence_is_asked_again_before_it_ends() {
    // Nothing is due for days: the start on Friday must not be overlooked.
    let seen = seen(
        ComputeState::Stopped,
        &[("lamp-schedule", "Fri 08:00-09:00")],
    );
    let plan = plan("2026-11-28T00:00:00Z", 14, TimeDelta::minutes(5));
    let made = played(&seen, Power::Off, &plan, Asking::AtChanges);
    let starts: Vec<_> = made.iter().map(|made| made.at).collect();
    assert_eq!(
        starts,
        [
            at("2026-12-04T08:00:00Z"),
            at("2026-12-04T09:00:00Z"),
            at("2026-12-11T08:00:00Z"),
            at("2026-12-11T09:00:00Z")
        ]
    );
}

#[test]
fn too_much_is_refused_with_a_step_that_is_enough() {
    let plan = plan("2026-01-01T00:00:00Z", 366, TimeDelta::minutes(1));
    let refused = plan.check(200).expect_err("too much");
    assert!(refused.to_string().contains("--step 3m"), "{refused}");
    let enough = Plan {
        step: TimeDelta::minutes(3),
        ..plan
    };
    assert_eq!(enough.check(200), Ok(()));
}

#[test]
fn laid_over_tags_replace_by_name_without_case_and_an_empty_value_takes_one_away() {
    let pairs = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        Overlay::read(pairs.collect(), &defaults())
    };
    let tags: Tags = [
        ("Lamp-Schedule", "never"),
        ("LAMP-MODE", "dry-run"),
        ("team", "x"),
    ]
    .map(|(name, value)| (name.to_string(), value.to_string()))
    .into();
    let overlay = pairs(&[("lamp-schedule", "always"), ("lamp-mode", "")]).expect("tags");
    let over: Vec<_> = overlay.over(&tags).into_iter().collect();
    assert_eq!(
        over,
        [
            ("lamp-schedule".to_string(), "always".to_string()),
            ("team".to_string(), "x".to_string())
        ]
    );
    for wrong in [
        ("lamp-schedule", "Mon-Fry 08:00-19:00"),
        ("lamp-shedule", "always"),
        ("lamp-shedule", ""),
        ("schedule", "always"),
    ] {
        pairs(&[wrong]).expect_err(wrong.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_explained_of_an_instant_is_what_a_replay_does_then(
        seen in some_resource(),
        minutes in select(vec![5, 30, 60]),
        steps in 1..400_i64,
    ) {
        let plan = plan(FROM, 9, TimeDelta::minutes(minutes));
        let (now, reading) = (plan.from + plan.step * steps as i32, read(&seen, &defaults(), &plan));
        let power = play::at_rest(&seen).expect("at rest");
        let made = played(&seen, power, &plan, Asking::EveryStep);
        let standing = stand(&seen, &reading, plan.from, now, (plan.step, plan.lease)).expect("at rest");
        let own_operations = matches!(standing.decision.action, Action::Stop | Action::Start);
        let then = now < plan.to;
        let replayed = made.iter().find(|made| made.at == now).map(|made| &made.decision);
        prop_assert_eq!(replayed, Some(&standing.decision).filter(|_| own_operations && then));
    }
}
