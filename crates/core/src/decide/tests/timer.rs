//! Azure's own idle timer, and the watchdog over it.

use super::*;
use crate::decide::evidence::Source;
use crate::record::{TimerAnswer, TimerSet};
use std::time::Duration;

impl Story {
    fn timer(mut self, minutes: u64) -> Story {
        self.compute.idle_time_before_shutdown = Some(Duration::from_secs(minutes * 60));
        self
    }
}

fn minutes(minutes: u64) -> Option<Duration> {
    Some(Duration::from_secs(minutes * 60))
}

#[test]
fn azures_own_timer_is_set_only_where_it_differs_and_azure_takes_it() {
    assert_eq!(resource(&[IDLE]).observe("23T07:10").timer, minutes(60));
    assert_eq!(resource(&[IDLE]).timer(60).observe("23T07:10").timer, None);
    assert_eq!(
        resource(&[IDLE]).timer(30).observe("23T07:10").timer,
        minutes(60)
    );
    for outside in ["10m", "4d"] {
        assert_eq!(
            resource(&[("lamp-idle", outside)])
                .observe("23T07:10")
                .timer,
            None
        );
    }
    assert_eq!(
        resource(&[("lamp-idle", "1.01h")])
            .observe("23T07:10")
            .timer,
        minutes(61)
    );
    assert_eq!(
        resource(&[OFFICE]).timer(60).observe("23T09:00").timer,
        None
    );
    assert_eq!(
        resource(&[IDLE]).state("Stopped").observe("23T09:00").timer,
        None
    );
    let ignored = resource(&[IDLE, ("lamp-mode", "ignore")]);
    assert_eq!({ ignored }.observe("23T09:00").timer, None);
}

#[test]
fn a_timer_is_kept_out_of_the_way_of_off_of_holds_and_of_beacons() {
    let longest = minutes(3 * 24 * 60);
    assert_eq!(
        resource(&[("lamp-idle", "off")])
            .timer(60)
            .observe("23T07:10")
            .timer,
        longest
    );
    assert_eq!(
        resource(&[("lamp-idle", "off")]).observe("23T07:10").timer,
        None
    );
    let hold = ("lamp-hold", "on until 2026-11-24");
    assert_eq!(
        resource(&[IDLE, hold]).timer(60).observe("23T07:10").timer,
        longest
    );
    assert_eq!(
        resource(&[IDLE, hold]).timer(60).observe("24T07:10").timer,
        None
    );
    let mut beacon = resource(&[IDLE]).timer(60);
    beacon.beacon = Presence::Present;
    assert_eq!(beacon.observe("23T07:10").timer, longest);
    beacon.compute.idle_time_before_shutdown = None;
    assert_eq!(beacon.observe("23T07:10").timer, None);
    beacon.beacon = Presence::Unknown;
    assert_eq!(beacon.timer(30).observe("23T07:10").timer, None);
}

#[test]
fn a_timer_that_may_not_fire_is_begun_anew_in_time() {
    let longest = minutes(3 * 24 * 60);
    let mut story = resource(&[("lamp-idle", "off")]).timer(3 * 24 * 60);
    // Nothing to do for a day and a half; then its clock is begun anew, and the timer set back by the next sweep.
    let mut posts = Vec::new();
    for hour in 7..(24 * 7) {
        let now = at("23T00:00") + TimeDelta::hours(hour);
        let text = now.format("%dT%H:%M").to_string();
        if let Some(to) = story.observe(&text).timer {
            posts.push((hour, to));
            story.compute.idle_time_before_shutdown = Some(to);
            story.saved_state.timer = Some(TimerSet {
                to: to.as_secs(),
                before: None,
                at: now,
                answer: Some(TimerAnswer::Accepted),
            });
        }
    }
    let anew = minutes(30 * 60);
    let expected = [43, 80, 117, 154].map(|hour| [(hour, anew), (hour + 1, longest)]);
    let expected = expected.as_flattened().iter();
    let expected: Vec<_> = expected
        .filter_map(|(hour, to)| Some((*hour, (*to)?)))
        .collect();
    assert_eq!(posts, expected);
    // With a beacon, its clock is begun anew only while the beacon reports work.
    let mut beacon = resource(&[IDLE]).timer(3 * 24 * 60);
    beacon.beacon = Presence::Present;
    assert_eq!(beacon.observe("24T20:00").timer, None);
    beacon.saved_state.evidence.work_at = Some(at("24T19:00"));
    assert_eq!(beacon.observe("24T20:00").timer, anew);
}

#[test]
fn work_that_metrics_show_keeps_the_timer_out_of_its_way() {
    let longest = minutes(3 * 24 * 60);
    let mut story = resource(&[IDLE]).timer(60);
    assert!(!story.observe("23T07:29").asks_evidence);
    assert!(story.observe("23T07:30").asks_evidence);
    story.saved_state.evidence.work_at = Some(at("23T07:42"));
    assert_eq!(story.observe("23T07:45").timer, longest);
    // Checked as long as it is out of the way, and set back when the work is over.
    let mut story = story.timer(3 * 24 * 60);
    assert!(story.observe("23T07:50").asks_evidence);
    assert_eq!(story.observe("23T08:01").timer, None);
    assert_eq!(story.observe("23T08:02").timer, minutes(60));
}

#[test]
fn a_timer_that_azure_does_not_show_is_remembered() {
    let set = |answer| TimerSet {
        to: 3600,
        before: None,
        at: at("23T07:10"),
        answer,
    };
    let with = |answer| {
        let mut story = resource(&[IDLE]);
        story.saved_state.timer = Some(set(answer));
        story
    };
    let accepted = || with(Some(TimerAnswer::Accepted));
    assert_eq!(accepted().observe("25T07:00").timer, None);
    // A resource of that name that was made later is another one.
    let mut again = accepted();
    again.compute.created_on = Some(at("24T07:00"));
    assert_eq!(again.observe("25T07:00").timer, minutes(60));
    // A refused value is not set again within the day, one without an answer not within the hour.
    let refused = || with(Some(TimerAnswer::Refused));
    assert_eq!(refused().observe("24T07:09").timer, None);
    assert_eq!(refused().observe("24T07:10").timer, minutes(60));
    assert_eq!(with(None).observe("23T08:09").timer, None);
    assert_eq!(with(None).observe("23T08:10").timer, minutes(60));
    // What Azure shows counts more. But where it takes a value and shows another, setting it hourly would keep the
    // instance on.
    assert_eq!(accepted().timer(30).observe("23T09:00").timer, None);
    assert_eq!(accepted().timer(30).observe("24T07:10").timer, minutes(60));
}

#[test]
fn a_timer_that_should_have_fired_twice_over_is_warned_of_once_a_day_with_its_cause() {
    let calm = || vec![quiet(Source::Beacon, "23T07:30", "23T09:31")];
    let dry = ("lamp-mode", "dry-run");
    let mut story = resource(&[dry, IDLE]).timer(60).knows(calm());
    let warning = story.observe("23T09:33").warning.expect("a warning");
    assert!(
        warning.contains("1h") && warning.contains("shows no cause"),
        "{warning}"
    );
    story.compute.identity = Some("SystemAssigned".into());
    let warning = story.observe("23T09:33").warning.expect("a warning");
    assert!(warning.contains("Contributor"), "{warning}");
    story.compute.identity = None;
    story.compute.custom_applications = vec!["rstudio".into()];
    let warning = story.observe("23T09:33").warning.expect("a warning");
    assert!(warning.contains("rstudio"), "{warning}");
    story.saved_state.warned_at = Some(at("23T09:33"));
    assert_eq!(story.observe("24T09:32").warning, None);
    assert!(story.observe("24T09:33").warning.is_some());
    // A timer that was just set had no time to fire.
    let mut fresh = resource(&[dry, IDLE]).timer(60).knows(calm());
    fresh.saved_state.timer = Some(TimerSet {
        to: 3600,
        before: None,
        at: at("23T08:00"),
        answer: Some(TimerAnswer::Accepted),
    });
    assert_eq!(fresh.observe("23T09:33").warning, None);
}

#[test]
fn without_evidence_only_days_on_end_are_suspicious() {
    let mut story = resource(&[("lamp-schedule", "none")]).timer(60);
    assert_eq!(story.observe("26T06:59").warning, None);
    let warning = story.observe("26T07:00").warning.expect("a warning");
    assert!(warning.contains("does not fire"), "{warning}");
    assert_eq!(
        resource(&[("lamp-schedule", "none")])
            .observe("28T07:00")
            .warning,
        None
    );
}

#[test]
fn a_timer_of_more_than_any_calendar_is_none() {
    let mut story = resource(&[IDLE]);
    story.compute.idle_time_before_shutdown =
        Some(std::time::Duration::from_secs(u64::MAX / 2_000));
    assert_eq!(story.observe("23T08:30").timer, minutes(60));
}
