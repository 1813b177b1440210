//! Rule 6: idleness, longest uptime, Azure's own timer and its watchdog.

use super::*;
use crate::decide::evidence::{Finding, Proof, Source};
use crate::record::{NoticeGiven, Quiet, TimerAnswer, TimerSet};
use std::time::Duration;

const IDLE: (&str, &str) = ("lamp-idle", "60m");

fn finding(source: Source, proof: Proof) -> Finding {
    Finding {
        source,
        proof,
        text: format!("{proof:?}"),
    }
}

fn quiet(source: Source, from: &str, to: &str) -> Finding {
    let (from, to) = (at(from), at(to));
    finding(source, Proof::Quiet { from, to })
}

impl Story {
    /// What a sweep learns from these sources and from the jobs.
    fn knows(mut self, findings: Vec<Finding>) -> Story {
        self.saved_state.evidence.take_in(&findings);
        self.evidence = Evidence::Asked(findings);
        self
    }

    fn timer(mut self, minutes: u64) -> Story {
        self.compute.idle_time_before_shutdown = Some(Duration::from_secs(minutes * 60));
        self
    }
}

fn minutes(minutes: u64) -> Option<Duration> {
    Some(Duration::from_secs(minutes * 60))
}

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
fn proved_quiet_for_its_idle_time_it_is_stopped_when_idle_with_the_evidence() {
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
fn work_and_what_cannot_be_told_leave_it_on() {
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
        // Who works without a job is not seen by jobs.
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
        passing: false,
    };
    let blind = resource(&[IDLE]).knows(vec![calm()]).jobs(jobs);
    is(
        &{ blind }.observe("23T10:03"),
        Action::Wait,
        Reason::JobsUnknown,
    );
}

#[test]
fn seen_at_work_it_is_not_asked_about_again_until_it_could_be_idle() {
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
    // The same cause at every look, so one notice serves.
    assert_eq!(story.observe("23T11:02").cause, Some(at("23T09:50")));
    let story = story.knows(vec![finding(Source::Metrics, Proof::Work(at("23T11:30")))]);
    assert_eq!(story.saved_state.evidence.quiet, None);
}

#[test]
fn an_idle_stop_needs_its_notice_and_respects_holds_and_modes() {
    let calm = || vec![quiet(Source::Beacon, "23T07:00", "23T10:00")];
    let told = resource(&[IDLE, ("lamp-notice", "10m")])
        .knows(calm())
        .observe("23T10:03");
    is(&told, Action::Wait, Reason::Notice);
    assert_eq!(
        told.notice.map(|notice| notice.stop_at),
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
        story.operation(&stop, "23T10:03");
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
    let told = story.observe("23T19:00");
    is(&told, Action::Wait, Reason::Notice);
    assert_eq!(
        told.notice.map(|notice| notice.stop_at),
        Some(at("23T19:15"))
    );
    story.saved_state.notice = told.notice.map(|due| NoticeGiven {
        cause: due.cause,
        given_at: at("23T19:00"),
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
        passing: false,
    };
    is(
        &resource(&[tag]).jobs(unread).observe("23T22:00"),
        Action::Wait,
        Reason::JobsUnknown,
    );
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
    // Nothing to do for a day and a half; then its clock is begun anew, and the timer set back at the next look.
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
    // A beacon keeps it alive only while it tells of work.
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
    // Looked at as long as it is out of the way, and set back when the work is over.
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
    // A resource of that name made later is another one.
    let mut again = accepted();
    again.compute.created_on = Some(at("24T07:00"));
    assert_eq!(again.observe("25T07:00").timer, minutes(60));
    // Refused: not again within the day. Never answered: not again within the hour.
    let refused = || with(Some(TimerAnswer::Refused));
    assert_eq!(refused().observe("24T07:09").timer, None);
    assert_eq!(refused().observe("24T07:10").timer, minutes(60));
    assert_eq!(with(None).observe("23T08:09").timer, None);
    assert_eq!(with(None).observe("23T08:10").timer, minutes(60));
    // What Azure shows counts more; but where it takes a value and shows another, asking hourly would keep it on.
    assert_eq!(accepted().timer(30).observe("23T09:00").timer, None);
    assert_eq!(accepted().timer(30).observe("24T07:10").timer, minutes(60));
}

#[test]
fn a_timer_that_should_have_fired_twice_over_is_told_once_a_day_with_its_cause() {
    let calm = || vec![quiet(Source::Beacon, "23T07:30", "23T09:31")];
    let dry = ("lamp-mode", "dry-run");
    let mut story = resource(&[dry, IDLE]).timer(60).knows(calm());
    let told = story.observe("23T09:33").warning.expect("a warning");
    assert!(
        told.contains("1h") && told.contains("shows no cause"),
        "{told}"
    );
    story.compute.identity = Some("SystemAssigned".into());
    let told = story.observe("23T09:33").warning.expect("a warning");
    assert!(told.contains("Contributor"), "{told}");
    story.compute.identity = None;
    story.compute.custom_applications = vec!["rstudio".into()];
    let told = story.observe("23T09:33").warning.expect("a warning");
    assert!(told.contains("rstudio"), "{told}");
    story.saved_state.warned_at = Some(at("23T09:33"));
    assert_eq!(story.observe("24T09:32").warning, None);
    assert!(story.observe("24T09:33").warning.is_some());
    // Newly set, it had no time to fire.
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
    let told = story.observe("26T07:00").warning.expect("a warning");
    assert!(told.contains("does not fire"), "{told}");
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
