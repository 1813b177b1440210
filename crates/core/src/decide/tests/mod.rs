//! The rules of DESIGN's chapter "Deciding", each by a machine's story. Times are in UTC; the zone of the
//! schedules is Lisbon in November, which is UTC too.

mod delays;
mod idle;

use super::*;
use crate::observe::{LastOperation, Tags};
use crate::policy::{Defaults, Layers};

struct Story {
    tags: Tags,
    compute: Compute,
    memory: MachineMemory,
    jobs: Jobs,
    evidence: Evidence,
    beacon: Presence,
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

/// An instance with these tags, which someone started on Monday the 23rd at 07:00.
fn machine(tags: &[(&str, &str)]) -> Story {
    let tags = tags
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let compute = Compute {
        id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/m".into(),
        name: "m".into(),
        ..Compute::imagined(State::Running)
    };
    let story = Story {
        tags,
        compute,
        memory: MachineMemory::default(),
        jobs: Jobs::Known(vec![]),
        evidence: Evidence::NotAsked,
        beacon: Presence::Absent,
    };
    story.did("Start", "23T07:00", "User")
}

impl Story {
    fn state(mut self, state: &str) -> Story {
        self.compute.state = State::from(state.to_string());
        self
    }

    fn did(mut self, name: &str, time: &str, trigger: &str) -> Story {
        self.compute.last_operation = Some(LastOperation {
            name: name.into(),
            time: at(time),
            status: Some("Succeeded".into()),
            trigger: Some(trigger.into()),
        });
        self
    }

    fn no_operation(mut self) -> Story {
        self.compute.last_operation = None;
        self
    }

    fn jobs(mut self, jobs: Jobs) -> Story {
        self.jobs = jobs;
        self
    }

    /// One look at `now`, as a sweep takes it.
    fn look(&mut self, now: &str) -> Decision {
        remember(&mut self.memory, &self.compute, at(now));
        self.decide(now)
    }

    fn decide(&self, now: &str) -> Decision {
        let defaults = Defaults {
            zone: chrono_tz::Europe::Lisbon,
            ..Defaults::default()
        };
        let empty = Tags::new();
        let layers = Layers {
            compute_name: "m",
            compute: &self.tags,
            workspace: &empty,
            resource_group: &empty,
        };
        let reading = crate::policy::read(&layers, &defaults);
        decide(&Case {
            reading: &reading,
            compute: &self.compute,
            jobs: &self.jobs,
            evidence: &self.evidence,
            beacon: self.beacon,
            memory: &self.memory,
            lease: TimeDelta::hours(4),
            now: at(now),
        })
    }

    /// Acts as a sweep does that decided so, with Azure accepting at once.
    fn act(&mut self, decision: &Decision, now: &str) {
        let power = if decision.action == Action::Stop {
            Power::Off
        } else {
            Power::On
        };
        self.memory.push_act(Act {
            id: now.into(),
            power,
            reason: decision.reason,
            cause: decision.cause.expect("an act has a cause"),
            requested_at: at(now),
            claimed_until: at(now) + TimeDelta::minutes(5),
            extra: false,
            unneeded_start: None,
            accepted_at: Some(at(now)),
            ended: None,
        });
    }
}

const OFFICE: (&str, &str) = ("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon");

fn is(decision: &Decision, action: Action, reason: Reason) {
    assert_eq!(
        (decision.action, decision.reason),
        (action, reason),
        "{decision:?}"
    );
}

#[test]
fn a_machine_left_on_is_put_out_when_its_window_ends() {
    let mut story = machine(&[OFFICE]);
    is(&story.look("23T18:59"), Action::Leave, Reason::AsDesired);
    let stop = story.look("23T19:00");
    is(&stop, Action::Stop, Reason::ScheduleOff);
    assert_eq!(stop.cause, Some(at("23T19:00")));
}

#[test]
fn a_machine_is_lit_when_its_window_begins() {
    let mut story = machine(&[OFFICE])
        .state("Stopped")
        .did("Stop", "20T18:00", "User");
    is(&story.look("23T07:59"), Action::Leave, Reason::AsDesired);
    is(&story.look("23T08:00"), Action::Start, Reason::ScheduleOn);
}

#[test]
fn a_stop_by_hand_in_the_day_stands_until_the_next_edge() {
    let mut story = machine(&[OFFICE])
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(&story.look("23T10:05"), Action::Leave, Reason::LastWord);
    is(&story.look("23T18:55"), Action::Leave, Reason::LastWord);
    is(&story.look("24T08:00"), Action::Start, Reason::ScheduleOn);
}

#[test]
fn a_start_by_hand_at_night_is_a_lease() {
    let mut story = machine(&[OFFICE]).did("Start", "23T21:00", "User");
    let lease = story.look("23T21:05");
    is(&lease, Action::Leave, Reason::Lease);
    assert_eq!(lease.next.map(|next| next.at), Some(at("24T01:00")));
    is(&story.look("24T00:59"), Action::Leave, Reason::Lease);
    is(&story.look("24T01:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn a_lease_ends_at_the_next_edge_if_that_comes_first() {
    let mut story = machine(&[OFFICE]).did("Start", "24T06:00", "User");
    let lease = story.look("24T06:30");
    assert_eq!(lease.next.map(|next| next.at), Some(at("24T08:00")));
    is(&story.look("24T10:30"), Action::Leave, Reason::AsDesired);
}

#[test]
fn our_own_acts_are_no_words_and_a_lost_memory_changes_nothing() {
    for forgets in [false, true] {
        let mut story = machine(&[OFFICE]);
        let stop = story.look("23T19:00");
        story.act(&stop, "23T19:00");
        is(&story.look("23T19:01"), Action::Leave, Reason::ActUnderWay);
        story = story.state("Stopped").did("Stop", "23T19:00", "User");
        is(&story.look("23T19:05"), Action::Leave, Reason::AsDesired);
        if forgets {
            story.memory = MachineMemory::default();
        }
        let start = story.look("24T08:00");
        is(&start, Action::Start, Reason::ScheduleOn);
        story.act(&start, "24T08:00");
        story = story.state("Running").did("Start", "24T08:00", "User");
        is(&story.look("24T08:05"), Action::Leave, Reason::AsDesired);
        if forgets {
            story.memory = MachineMemory::default();
        }
        is(&story.look("24T19:00"), Action::Stop, Reason::ScheduleOff);
    }
}

#[test]
fn a_failed_start_by_a_person_is_no_word() {
    let mut story = machine(&[OFFICE])
        .state("Stopped")
        .did("Start", "24T08:30", "User");
    story
        .compute
        .last_operation
        .as_mut()
        .expect("set above")
        .status = Some("StartFailed".into());
    is(&story.look("24T08:35"), Action::Start, Reason::ScheduleOn);
}

#[test]
fn without_a_known_operation_the_lease_counts_from_first_sight() {
    let mut story = machine(&[OFFICE]).no_operation();
    is(&story.look("23T20:00"), Action::Leave, Reason::Lease);
    is(&story.look("23T23:59"), Action::Leave, Reason::Lease);
    is(&story.look("24T00:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn a_change_that_azure_does_not_name_is_somebodys_word() {
    let mut story = machine(&[OFFICE]).no_operation().state("Stopped");
    story.look("23T20:00");
    story = story.state("Running");
    is(&story.look("23T22:00"), Action::Leave, Reason::Lease);
    is(&story.look("24T02:00"), Action::Stop, Reason::LeaseEnded);
}

#[test]
fn holds_stand_above_the_schedule() {
    let mut on = machine(&[OFFICE, ("lamp-hold", "on until 2026-11-24 02:00")]);
    is(&on.look("23T19:00"), Action::Leave, Reason::HoldOn);
    is(&on.look("24T01:59"), Action::Leave, Reason::HoldOn);
    is(&on.look("24T02:00"), Action::Stop, Reason::ScheduleOff);

    let mut off = machine(&[OFFICE, ("lamp-hold", "off until 2026-11-25")]);
    let stop = off.look("23T10:00");
    is(&stop, Action::Stop, Reason::HoldOff);
    off.act(&stop, "23T10:00");
    off = off.state("Stopped").did("Stop", "23T10:00", "User");
    is(&off.look("24T10:00"), Action::Leave, Reason::HoldOff);
    // Put out once: a start by hand during the hold stands.
    off = off.state("Running").did("Start", "24T11:00", "User");
    is(&off.look("24T11:05"), Action::Leave, Reason::HoldOff);
}

#[test]
fn modes_do_what_they_say() {
    let mode = |mode| machine(&[OFFICE, ("lamp-mode", mode)]);
    is(
        &mode("ignore").look("23T19:00"),
        Action::Leave,
        Reason::Ignored,
    );
    let dry = mode("dry-run").look("23T19:00");
    is(&dry, Action::Stop, Reason::ScheduleOff);
    assert!(dry.dry_run);
    let stopped = || {
        mode("stop-only")
            .state("Stopped")
            .did("Stop", "20T18:00", "User")
    };
    is(&stopped().look("24T09:00"), Action::Leave, Reason::StopOnly);
    is(
        &mode("stop-only").look("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    is(
        &mode("enforce")
            .did("Start", "23T21:00", "User")
            .look("23T21:05"),
        Action::Stop,
        Reason::Enforced,
    );
    let stopped = mode("enforce")
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(
        &{ stopped }.look("23T10:05"),
        Action::Start,
        Reason::Enforced,
    );
    let idle = mode("enforce")
        .state("Stopped")
        .did("Stop", "23T10:00", "IdleShutdown");
    is(&{ idle }.look("23T10:05"), Action::Leave, Reason::LastWord);
}

#[test]
fn always_never_and_none() {
    let with = |schedule| machine(&[("lamp-schedule", schedule)]);
    is(
        &with("always").look("23T23:00"),
        Action::Leave,
        Reason::AsDesired,
    );
    let stopped = with("always")
        .state("Stopped")
        .did("Stop", "23T10:00", "User");
    is(
        &{ stopped }.look("25T10:00"),
        Action::Leave,
        Reason::LastWord,
    );
    is(
        &with("never").look("23T10:59"),
        Action::Leave,
        Reason::Lease,
    );
    is(
        &with("never").look("23T11:00"),
        Action::Stop,
        Reason::LeaseEnded,
    );
    is(
        &with("none").look("23T23:00"),
        Action::Leave,
        Reason::NoOpinion,
    );
}

#[test]
fn an_edge_speaks_once_and_any_later_word_stands() {
    let mut story = machine(&[("lamp-schedule", "stop daily 19:00")]);
    is(&story.look("23T19:00"), Action::Stop, Reason::ScheduleOff);
    story = story.did("Start", "23T19:30", "User");
    is(&story.look("23T23:55"), Action::Leave, Reason::LastWord);
    is(&story.look("24T18:59"), Action::Leave, Reason::LastWord);
    is(&story.look("24T19:00"), Action::Stop, Reason::ScheduleOff);
    let stopped = machine(&[("lamp-schedule", "stop daily 19:00")])
        .state("Stopped")
        .did("Stop", "23T19:00", "User");
    is(
        &{ stopped }.look("24T09:00"),
        Action::Leave,
        Reason::AsDesired,
    );
}

#[test]
fn an_unreadable_tag_never_acts() {
    let mut story = machine(&[("lamp-schedule", "Mon-Fry 08:00-19:00")]);
    let left = story.look("23T19:00");
    is(&left, Action::Leave, Reason::UnreadableTag);
    assert!(
        left.text.contains("lamp-schedule") && left.text.contains("Mon-Fri"),
        "{}",
        left.text
    );
    is(
        &machine(&[OFFICE, ("lamp-shedule", "always")]).look("23T19:00"),
        Action::Leave,
        Reason::UnreadableTag,
    );
}

#[test]
fn what_is_not_ours_is_left_alone() {
    is(
        &machine(&[]).look("23T23:00"),
        Action::Leave,
        Reason::NoPolicy,
    );
    let mut cluster = machine(&[OFFICE]);
    cluster.compute.compute_type = Some("AmlCompute".into());
    is(
        &cluster.look("23T23:00"),
        Action::Leave,
        Reason::NotAnInstance,
    );
    for state in [
        "Starting",
        "Stopping",
        "Restarting",
        "Resizing",
        "Creating",
        "SettingUp",
    ] {
        is(
            &machine(&[OFFICE]).state(state).look("23T23:00"),
            Action::Leave,
            Reason::InTransition,
        );
    }
    for state in ["Unknown", "Unusable", "CreateFailed", "Hibernated", ""] {
        is(
            &machine(&[OFFICE]).state(state).look("23T23:00"),
            Action::Leave,
            Reason::UnknownState,
        );
    }
}
