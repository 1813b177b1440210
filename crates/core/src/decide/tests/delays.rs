//! What delays a stop that is due: jobs, notices, actions under way.

use super::*;
use crate::kinds::evidence::Source;
use crate::record::NoticeGiven;

#[test]
fn a_running_job_delays_a_stop_and_is_named() {
    let job = Job {
        name: "train-7".into(),
        display_name: None,
        status: Some("Running".into()),
        compute_id: Some("m".into()),
        created_at: None,
        changed_at: None,
    };
    let mut story = resource(&[OFFICE]).jobs(Jobs::Known(vec![job]));
    let wait = story.observe("23T19:00");
    is(&wait, Action::Wait, Reason::JobRunning);
    assert!(wait.text.contains("train-7"), "{}", wait.text);
    is(
        &story
            .state("JobRunning")
            .jobs(Jobs::NotAsked)
            .observe("23T19:05"),
        Action::Wait,
        Reason::JobRunning,
    );
}

/// Every status of a job that Azure names, and a word that it does not name yet; whether one that has it is work.
const STATUSES: [(Option<&str>, bool); 18] = [
    (Some("NotStarted"), true),
    (Some("Queued"), true),
    (Some("Preparing"), true),
    (Some("Provisioning"), true),
    (Some("Starting"), true),
    (Some("Scheduled"), true),
    (Some("Running"), true),
    (Some("Finalizing"), true),
    (Some("CancelRequested"), true),
    (Some("NotResponding"), true),
    (Some("Paused"), true),
    (Some("Unknown"), true),
    (Some("A new word"), true),
    (Some(""), true),
    (None, true),
    (Some("Completed"), false),
    (Some("Failed"), false),
    (Some("Canceled"), false),
];

/// The four ways to a stop, and what each comes to at 22:00 where nothing delays it.
fn stops() -> [(Story, Reason); 4] {
    let quiet = quiet(Source::Metrics, "23T07:00", "23T22:00");
    [
        (resource(&[OFFICE]), Reason::ScheduleOff),
        (
            resource(&[("lamp-hold", "off until 2026-12-01")]),
            Reason::HoldOff,
        ),
        (
            resource(&[("lamp-max-uptime", "12h"), ("lamp-notice", "off")]),
            Reason::MaxUptime,
        ),
        (resource(&[IDLE]).knows(vec![quiet]), Reason::Idle),
    ]
}

#[test]
fn every_status_that_is_no_end_is_work_for_every_stop() {
    for (status, work) in STATUSES {
        let job = Job {
            name: "train".into(),
            display_name: None,
            status: status.map(str::to_owned),
            compute_id: Some("m".into()),
            created_at: None,
            changed_at: None,
        };
        assert_eq!(job.is_active(), work, "{status:?}");
        for (story, reason) in stops() {
            let here = [&job].into_iter().filter(|job| job.is_active());
            let mut story = story.jobs(Jobs::Known(here.cloned().collect()));
            let expected = match work {
                true => (Action::Wait, Reason::JobRunning),
                false => (Action::Stop, reason),
            };
            let decision = story.observe("23T22:00");
            assert_eq!(
                (decision.action, decision.reason),
                expected,
                "{status:?}, {reason}: {decision:?}"
            );
        }
    }
}

#[test]
fn a_list_of_jobs_that_did_not_come_delays_every_stop_for_as_long_as_it_takes() {
    let unknown = |accepted| Jobs::Unknown {
        why: "HTTP 500".into(),
        accepted,
    };
    for (story, reason) in stops() {
        let mut story = story.jobs(unknown(false));
        for time in ["23T22:00", "24T02:00", "27T22:00"] {
            let wait = story.observe(time);
            is(&wait, Action::Wait, Reason::JobsUnknown);
            assert!(wait.text.contains("HTTP 500"), "{}", wait.text);
        }
        // What the platform has accepted is for schedules alone.
        let accepted = story.jobs(unknown(true)).observe("23T22:00");
        match reason {
            Reason::ScheduleOff => is(&accepted, Action::Stop, Reason::ScheduleOff),
            _ => is(&accepted, Action::Wait, Reason::JobsUnknown),
        }
    }
}

#[test]
fn an_owner_is_told_once_a_day_of_a_list_that_does_not_come_and_after_an_hour_it_is_a_failure() {
    let unread = Jobs::Unknown {
        why: "HTTP 500".into(),
        accepted: false,
    };
    let mut story = resource(&[OFFICE]).jobs(unread);
    let told = |story: &mut Story, time: &str| {
        let decision = story.observe(time);
        let jobs = story.jobs.clone();
        let told = unread_jobs(&mut story.saved_state, &jobs, &decision, at(time));
        let unread = story.saved_state.jobs_unread;
        let failure = unread.is_some_and(|unread| unread.is_failure(at(time)));
        (told.is_some(), failure)
    };
    assert_eq!(told(&mut story, "23T19:00"), (true, false));
    assert_eq!(told(&mut story, "23T19:55"), (false, false));
    assert_eq!(told(&mut story, "23T20:00"), (false, true));
    // Nothing is due, so that nobody asks for them.
    let unread = std::mem::replace(&mut story.jobs, Jobs::NotAsked);
    assert_eq!(told(&mut story, "24T18:55"), (false, false));
    story.jobs = unread;
    assert_eq!(told(&mut story, "24T19:00"), (true, false));
    story.jobs = Jobs::Known(Vec::new());
    assert_eq!(told(&mut story, "24T20:05"), (false, false));
    assert_eq!(story.saved_state.jobs_unread, None);
}

#[test]
fn a_notice_is_given_ahead_and_again_only_for_another_stop() {
    let mut story = resource(&[OFFICE, ("lamp-notice", "15m")]);
    assert_eq!(story.observe("23T18:40").notice, None);
    let due = story
        .observe("23T18:45")
        .notice
        .expect("a notice, 15 minutes ahead");
    assert_eq!((due.cause, due.stop_at), (at("23T19:00"), at("23T19:00")));
    story.saved_state.notice = Some(NoticeGiven {
        cause: due.cause,
        given_at: at("23T18:45"),
        reason: None,
        stop_at: None,
    });
    assert_eq!(story.observe("23T18:50").notice, None);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn a_missed_notice_delays_the_stop_by_its_length() {
    let mut story = resource(&[OFFICE, ("lamp-notice", "15m")]);
    let wait = story.observe("23T19:02");
    is(&wait, Action::Wait, Reason::Notice);
    assert_eq!(
        wait.notice.map(|notice| notice.stop_at),
        Some(at("23T19:17"))
    );
    story.saved_state.notice = Some(NoticeGiven {
        cause: at("23T19:00"),
        given_at: at("23T19:02"),
        reason: None,
        stop_at: None,
    });
    is(&story.observe("23T19:16"), Action::Wait, Reason::Notice);
    is(
        &story.observe("23T19:17"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn an_action_that_does_not_take_effect_has_failed_and_is_tried_again() {
    let mut story = resource(&[OFFICE]);
    let stop = story.observe("23T19:00");
    story.act(&stop, "23T19:00");
    is(
        &story.observe("23T19:05"),
        Action::Leave,
        Reason::ActionPending,
    );
    is(
        &story.observe("23T19:15"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    let ended = story
        .saved_state
        .last_own_operation()
        .and_then(|operation| operation.ended.clone())
        .expect("the operation has ended");
    assert_eq!(ended.how, OperationOutcome::Failed);
}
