//! Rule 6: idleness and the longest uptime.

use super::*;
use crate::decide::evidence::{Proof, Source};
use crate::record::{NoticeGiven, Quiet};

#[test]
fn nothing_is_asked_before_it_has_been_on_for_its_idle_time() {
    let mut story = resource(&[IDLE]);
    let early = story.observe("23T07:59");
    is(&early, Action::Leave, Reason::WithinIdleTime);
    assert!(!early.asks_evidence);
    assert_eq!(early.next.map(|next| next.at), Some(at("23T08:00")));
    let due = story.observe("23T08:00");
    is(&due, Action::Leave, Reason::EvidenceUnknown);
    assert!(due.asks_evidence);
}

#[test]
fn proved_quiet_for_its_idle_time_it_is_stopped_with_the_evidence() {
    let sources = vec![
        quiet(Source::Metrics, "23T08:55", "23T10:00"),
        quiet(Source::Jobs, "23T07:00", "23T10:03"),
    ];
    let stop = resource(&[IDLE]).knows(sources).observe("23T10:03");
    is(&stop, Action::Stop, Reason::Idle);
    assert_eq!(stop.cause, Some(at("23T09:55")));
    assert!(
        stop.evidence
            .iter()
            .any(|line| line.starts_with("metrics: "))
    );
    assert!(stop.text.contains("no work since"), "{}", stop.text);
}

#[test]
fn the_time_without_work_must_be_whole() {
    let short = vec![quiet(Source::Metrics, "23T09:05", "23T10:00")];
    let left = resource(&[IDLE]).knows(short).observe("23T10:03");
    is(&left, Action::Leave, Reason::WithinIdleTime);
    // Nor does it begin before the resource was started.
    let long = vec![quiet(Source::Beacon, "22T07:00", "23T10:00")];
    let started = resource(&[IDLE])
        .did("Start", "23T09:30", "User")
        .knows(long);
    is(
        &{ started }.observe("23T10:03"),
        Action::Leave,
        Reason::WithinIdleTime,
    );
}

#[test]
fn work_and_unknown_evidence_leave_it_on() {
    let calm = || quiet(Source::Beacon, "23T07:00", "23T10:00");
    let work = finding(Source::Jobs, Proof::Work(at("23T09:50")));
    let left = resource(&[IDLE])
        .knows(vec![calm(), work])
        .observe("23T10:03");
    is(&left, Action::Leave, Reason::AtWork);
    assert_eq!(left.next.map(|next| next.at), Some(at("23T10:50")));
    for unknown in [
        vec![calm(), finding(Source::Jobs, Proof::Unknown)],
        vec![finding(Source::Beacon, Proof::Unknown)],
        vec![finding(Source::Metrics, Proof::Nothing)],
        // Work without a job shows in no job.
        vec![quiet(Source::Jobs, "23T07:00", "23T10:03")],
        vec![],
    ] {
        let left = resource(&[IDLE]).knows(unknown).observe("23T10:03");
        is(&left, Action::Leave, Reason::EvidenceUnknown);
    }
    let job = resource(&[IDLE]).knows(vec![calm()]).state("JobRunning");
    is(&{ job }.observe("23T10:03"), Action::Leave, Reason::AtWork);
    let jobs = Jobs::Unknown {
        why: "403".into(),
        accepted: false,
    };
    let blind = resource(&[IDLE]).knows(vec![calm()]).jobs(jobs);
    is(
        &{ blind }.observe("23T10:03"),
        Action::Wait,
        Reason::JobsUnknown,
    );
}

#[test]
fn observed_at_work_it_is_not_asked_about_again_until_it_could_be_idle() {
    let work = finding(Source::Metrics, Proof::Work(at("23T09:50")));
    let mut story = resource(&[IDLE]).knows(vec![work]);
    story.evidence = Evidence::NotAsked;
    let left = story.observe("23T10:49");
    is(&left, Action::Leave, Reason::AtWork);
    assert!(!left.asks_evidence && left.text.contains("at work"));
    assert!(story.observe("23T10:50").asks_evidence);
}

#[test]
fn the_quiet_time_grows_from_sweep_to_sweep_and_ends_with_work() {
    let mut story = resource(&[IDLE]);
    for (from, to) in [("23T08:50", "23T10:00"), ("23T09:50", "23T11:00")] {
        let found = vec![quiet(Source::Metrics, from, to)];
        story = story.knows(found);
    }
    let whole = Quiet {
        from: at("23T08:50"),
        to: at("23T11:00"),
    };
    assert_eq!(story.saved_state.evidence.quiet, Some(whole));
    // The same cause at every sweep, so one notice serves.
    assert_eq!(story.observe("23T11:02").cause, Some(at("23T09:50")));
    let story = story.knows(vec![finding(Source::Metrics, Proof::Work(at("23T11:30")))]);
    assert_eq!(story.saved_state.evidence.quiet, None);
}

#[test]
fn an_idle_stop_needs_its_notice_and_respects_holds_and_modes() {
    let calm = || vec![quiet(Source::Beacon, "23T07:00", "23T10:00")];
    let wait = resource(&[IDLE, ("lamp-notice", "10m")])
        .knows(calm())
        .observe("23T10:03");
    is(&wait, Action::Wait, Reason::Notice);
    assert_eq!(
        wait.notice.as_ref().map(|notice| notice.stop_at),
        Some(at("23T10:13"))
    );
    let hold = ("lamp-hold", "on until 2026-11-24");
    let held = resource(&[IDLE, hold]).knows(calm()).observe("23T10:03");
    assert_eq!(held.action, Action::Leave);
    let dry = resource(&[IDLE, ("lamp-mode", "dry-run")])
        .knows(calm())
        .observe("23T10:03");
    assert!(dry.action == Action::Stop && dry.dry_run);
    let off = resource(&[("lamp-idle", "off")])
        .knows(calm())
        .observe("23T10:03");
    is(&off, Action::Leave, Reason::NoOpinion);
}

#[test]
fn stopped_for_want_of_work_it_is_not_started_again_in_that_window() {
    for tags in [
        vec![OFFICE, IDLE],
        vec![OFFICE, IDLE, ("lamp-mode", "enforce")],
    ] {
        let calm = vec![quiet(Source::Beacon, "23T07:00", "23T10:00")];
        let mut story = resource(&tags).knows(calm);
        let stop = story.observe("23T10:03");
        is(&stop, Action::Stop, Reason::Idle);
        story.act(&stop, "23T10:03");
        let mut story = story.state("Stopped").did("Stop", "23T10:04", "User");
        is(
            &story.observe("23T10:08"),
            Action::Leave,
            Reason::StoppedWhenIdle,
        );
        assert_eq!(story.saved_state.evidence, Default::default());
        is(
            &story.observe("23T18:59"),
            Action::Leave,
            Reason::StoppedWhenIdle,
        );
        is(
            &story.observe("24T08:00"),
            Action::Start,
            if tags.len() == 2 {
                Reason::ScheduleOn
            } else {
                Reason::Enforced
            },
        );
    }
}

#[test]
fn a_long_uptime_ends_with_notice_and_a_start_by_hand_begins_it_anew() {
    let tag = ("lamp-max-uptime", "12h");
    let mut story = resource(&[tag]);
    let left = story.observe("23T18:59");
    assert_eq!(left.next.map(|next| next.at), Some(at("23T19:00")));
    let wait = story.observe("23T19:00");
    is(&wait, Action::Wait, Reason::Notice);
    assert_eq!(
        wait.notice.as_ref().map(|notice| notice.stop_at),
        Some(at("23T19:15"))
    );
    story.saved_state.notice = wait.notice.map(|due| NoticeGiven {
        cause: due.cause,
        given_at: at("23T19:00"),
        reason: None,
        stop_at: None,
    });
    is(&story.observe("23T19:15"), Action::Stop, Reason::MaxUptime);
    is(
        &resource(&[tag, ("lamp-notice", "off")]).observe("23T19:00"),
        Action::Stop,
        Reason::MaxUptime,
    );
    let restarted = resource(&[tag]).did("Restart", "23T12:00", "User");
    assert_eq!({ restarted }.observe("23T19:15").action, Action::Leave);
    let unread = Jobs::Unknown {
        why: "403".into(),
        accepted: false,
    };
    is(
        &resource(&[tag]).jobs(unread).observe("23T22:00"),
        Action::Wait,
        Reason::JobsUnknown,
    );
}
