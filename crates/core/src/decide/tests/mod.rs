//! The rules of `docs/explain.md`, each by an instance's story. Times are in UTC; the zone of the
//! schedules is Lisbon in November, which is UTC too.

mod after;
mod begin;
mod delays;
mod holds;
mod idle;
mod kept;
mod owed;
mod story;
mod timer;
mod unreadable;
mod use_seen;

use super::*;
use crate::observe::Job;
use crate::record::{By, ChangedBy, OperationOutcome, ResourceState};
use chrono::TimeDelta;
use story::*;

#[test]
fn an_instance_left_on_is_stopped_when_its_window_ends() {
    let mut story = resource(&[OFFICE]);
    is(&story.observe("23T18:59"), Action::Leave, Reason::AsDesired);
    let stop = story.observe("23T19:00");
    is(&stop, Action::Stop, Reason::ScheduleOff);
    assert_eq!(stop.cause, Some(at("23T19:00")));
}

#[test]
fn an_instance_is_started_when_its_window_begins() {
    let mut story = resource(&[OFFICE])
        .state("Stopped")
        .did("Stop", "20T18:00", "User");
    is(&story.observe("23T07:59"), Action::Leave, Reason::AsDesired);
    is(
        &story.observe("23T08:00"),
        Action::Start,
        Reason::ScheduleOn,
    );
}

#[test]
fn a_stop_by_hand_in_the_day_stands_until_the_next_edge() {
    let mut story = resource(&[OFFICE])
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(
        &story.observe("23T10:05"),
        Action::Leave,
        Reason::ManualOverride,
    );
    is(
        &story.observe("23T18:55"),
        Action::Leave,
        Reason::ManualOverride,
    );
    is(
        &story.observe("24T08:00"),
        Action::Start,
        Reason::ScheduleOn,
    );
}

#[test]
fn a_start_by_hand_at_night_is_a_lease() {
    let mut story = resource(&[OFFICE]).did("Start", "23T21:00", "User");
    let lease = story.observe("23T21:05");
    is(&lease, Action::Leave, Reason::Lease);
    assert_eq!(lease.next.map(|next| next.at), Some(at("24T01:00")));
    is(&story.observe("24T00:59"), Action::Leave, Reason::Lease);
    is(&story.observe("24T01:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn a_lease_ends_at_the_next_edge_if_that_comes_first() {
    let mut story = resource(&[OFFICE]).did("Start", "24T06:00", "User");
    let lease = story.observe("24T06:30");
    assert_eq!(lease.next.map(|next| next.at), Some(at("24T08:00")));
    is(&story.observe("24T10:30"), Action::Leave, Reason::AsDesired);
}

#[test]
fn own_operations_are_nobody_elses_and_a_lost_saved_state_changes_nothing() {
    for forgets in [false, true] {
        let mut story = resource(&[OFFICE]);
        let stop = story.observe("23T19:00");
        story.act(&stop, "23T19:00");
        is(
            &story.observe("23T19:01"),
            Action::Leave,
            Reason::ActionPending,
        );
        story = story.state("Stopped").did("Stop", "23T19:00", "User");
        is(&story.observe("23T19:05"), Action::Leave, Reason::AsDesired);
        if forgets {
            story.saved_state = ResourceState::default();
        }
        let start = story.observe("24T08:00");
        is(&start, Action::Start, Reason::ScheduleOn);
        story.act(&start, "24T08:00");
        story = story.state("Running").did("Start", "24T08:00", "User");
        is(&story.observe("24T08:05"), Action::Leave, Reason::AsDesired);
        if forgets {
            story.saved_state = ResourceState::default();
        }
        is(
            &story.observe("24T19:00"),
            Action::Stop,
            Reason::ScheduleOff,
        );
    }
}

#[test]
fn a_failed_start_by_a_person_overrides_nothing() {
    let mut story = resource(&[OFFICE])
        .state("Stopped")
        .did("Start", "24T08:30", "User");
    story
        .compute
        .last_operation
        .as_mut()
        .expect("set above")
        .status = Some("StartFailed".into());
    is(
        &story.observe("24T08:35"),
        Action::Start,
        Reason::ScheduleOn,
    );
}

#[test]
fn without_a_known_operation_the_lease_counts_from_the_first_observation() {
    let mut story = resource(&[OFFICE]).no_operation();
    is(&story.observe("23T20:00"), Action::Leave, Reason::Lease);
    is(&story.observe("23T23:59"), Action::Leave, Reason::Lease);
    is(&story.observe("24T00:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn a_change_that_azure_does_not_name_is_somebody_elses() {
    let mut story = resource(&[OFFICE]).no_operation().state("Stopped");
    story.observe("23T20:00");
    story = story.state("Running");
    is(&story.observe("23T22:00"), Action::Leave, Reason::Lease);
    is(&story.observe("24T02:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn holds_stand_above_the_schedule() {
    let mut on = resource(&[OFFICE, ("lamp-hold", "on until 2026-11-24 02:00")]);
    is(&on.observe("23T19:00"), Action::Leave, Reason::HoldOn);
    is(&on.observe("24T01:59"), Action::Leave, Reason::HoldOn);
    is(&on.observe("24T02:00"), Action::Stop, Reason::ScheduleOff);

    let mut off = resource(&[OFFICE, ("lamp-hold", "off until 2026-11-25")]);
    let stop = off.observe("23T10:00");
    is(&stop, Action::Stop, Reason::HoldOff);
    off.act(&stop, "23T10:00");
    off = off.state("Stopped").did("Stop", "23T10:00", "User");
    is(&off.observe("24T10:00"), Action::Leave, Reason::HoldOff);
    // Stopped once: a start by hand during the hold stands.
    off = off.state("Running").did("Start", "24T11:00", "User");
    is(&off.observe("24T11:05"), Action::Leave, Reason::HoldOff);
}

#[test]
fn modes_do_what_they_say() {
    let mode = |mode| resource(&[OFFICE, ("lamp-mode", mode)]);
    is(
        &mode("ignore").observe("23T19:00"),
        Action::Leave,
        Reason::Ignored,
    );
    let dry = mode("dry-run").observe("23T19:00");
    is(&dry, Action::Stop, Reason::ScheduleOff);
    assert!(dry.dry_run);
    let stopped = || {
        mode("stop-only")
            .state("Stopped")
            .did("Stop", "20T18:00", "User")
    };
    is(
        &stopped().observe("24T09:00"),
        Action::Leave,
        Reason::StopOnly,
    );
    is(
        &mode("stop-only").observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    is(
        &mode("enforce")
            .did("Start", "23T21:00", "User")
            .observe("23T21:05"),
        Action::Stop,
        Reason::Enforced,
    );
    let stopped = mode("enforce")
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(
        &{ stopped }.observe("23T10:05"),
        Action::Start,
        Reason::Enforced,
    );
    let idle = mode("enforce")
        .state("Stopped")
        .did("Stop", "23T10:00", "IdleShutdown");
    is(
        &{ idle }.observe("23T10:05"),
        Action::Leave,
        Reason::ManualOverride,
    );
}

#[test]
fn always_never_and_none() {
    let with = |schedule| resource(&[("lamp-schedule", schedule)]);
    is(
        &with("always").observe("23T23:00"),
        Action::Leave,
        Reason::AsDesired,
    );
    let stopped = with("always")
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(
        &{ stopped }.observe("25T10:00"),
        Action::Leave,
        Reason::ManualOverride,
    );
    is(
        &with("never").observe("23T10:59"),
        Action::Leave,
        Reason::Lease,
    );
    is(
        &with("never").observe("23T11:00"),
        Action::Stop,
        Reason::LeaseEnded,
    );
    is(
        &with("none").observe("23T23:00"),
        Action::Leave,
        Reason::NoOpinion,
    );
}

#[test]
fn an_edge_acts_once_and_any_later_override_stands() {
    let mut story = resource(&[("lamp-schedule", "stop daily 19:00")]);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    story = story.did("Start", "23T19:30", "User");
    is(
        &story.observe("23T23:55"),
        Action::Leave,
        Reason::ManualOverride,
    );
    is(
        &story.observe("24T18:59"),
        Action::Leave,
        Reason::ManualOverride,
    );
    is(
        &story.observe("24T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    let stopped = resource(&[("lamp-schedule", "stop daily 19:00")])
        .state("Stopped")
        .did("Stop", "23T19:00", "User");
    is(
        &{ stopped }.observe("24T09:00"),
        Action::Leave,
        Reason::AsDesired,
    );
}

#[test]
fn an_unreadable_tag_never_acts() {
    let mut story = resource(&[("lamp-schedule", "Mon-Fry 08:00-19:00")]);
    let left = story.observe("23T19:00");
    is(&left, Action::Leave, Reason::UnreadableTag);
    assert!(
        left.text.contains("lamp-schedule") && left.text.contains("Mon-Fri"),
        "{}",
        left.text
    );
    is(
        &resource(&[OFFICE, ("lamp-shedule", "always")]).observe("23T19:00"),
        Action::Leave,
        Reason::UnreadableTag,
    );
}

#[test]
fn what_is_not_ours_is_left_alone() {
    is(
        &resource(&[]).observe("23T23:00"),
        Action::Leave,
        Reason::NoPolicy,
    );
    let mut databricks = resource(&[OFFICE]);
    databricks.compute.compute_type = Some("Databricks".into());
    is(
        &databricks.observe("23T23:00"),
        Action::Leave,
        Reason::KindNotGoverned,
    );
    for state in [
        "Starting",
        "Stopping",
        "Restarting",
        "Resizing",
        "Creating",
        "SettingUp",
        "UserSettingUp",
    ] {
        let mut changing = resource(&[OFFICE]).state(state);
        is(
            &changing.observe("23T23:00"),
            Action::Leave,
            Reason::InTransition,
        );
        assert_eq!(changing.observation("23T23:00"), None, "{state}");
    }
    for state in ["Unknown", "Unusable", "CreateFailed", "Hibernated", ""] {
        is(
            &resource(&[OFFICE]).state(state).observe("23T23:00"),
            Action::Leave,
            Reason::UnknownState,
        );
    }
}

#[test]
fn an_observation_tells_whose_stop_it_is_off_by() {
    let off = |story: Story, time: &str, trigger: &str| {
        let mut story = story.state("Stopped").did("Stop", time, trigger);
        story.observe("23T19:10");
        let observed = story.observation("23T19:10").expect("an observation");
        (observed.whose(), observed.by, observed.since)
    };
    let others = Some(By::Others);
    for (trigger, whose) in [
        ("User", ChangedBy::Person),
        ("Schedule", ChangedBy::Azure),
        ("IdleShutdown", ChangedBy::Azure),
        ("something new", ChangedBy::Unknown),
    ] {
        let seen = off(resource(&[OFFICE]), "23T19:00", trigger);
        assert_eq!(seen, (whose, others, at("23T19:00")), "{trigger}");
    }
    // Ours was asked for, and Azure's own schedule came in between: its stop is what is seen.
    let asked = || {
        let mut story = resource(&[OFFICE]);
        let decision = story.observe("23T19:05");
        is(&decision, Action::Stop, Reason::ScheduleOff);
        story.act(&decision, "23T19:05");
        story
    };
    let native = off(asked(), "23T19:06", "Schedule");
    assert_eq!(native, (ChangedBy::Azure, others, at("23T19:06")));
    let own = off(asked(), "23T19:05", "User");
    let ours = (
        ChangedBy::Lamplighter,
        Some(By::Lamplighter),
        at("23T19:10"),
    );
    assert_eq!(own, ours);
}
