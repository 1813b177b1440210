//! What delays a stop that is due: jobs, notices, actions under way.

use super::*;
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

#[test]
fn jobs_that_could_not_be_read_delay_a_stop_only_in_passing() {
    let unknown = |passing| Jobs::Unknown {
        why: "HTTP 500".into(),
        passing,
    };
    let mut story = resource(&[OFFICE]).jobs(unknown(true));
    is(
        &story.observe("23T19:00"),
        Action::Wait,
        Reason::JobsUnknown,
    );
    is(
        &story.observe("23T19:14"),
        Action::Wait,
        Reason::JobsUnknown,
    );
    is(
        &story.observe("23T19:15"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    is(
        &resource(&[OFFICE]).jobs(unknown(false)).observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
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
