//! What notices that are given or owed mean for stops: which one counts, and how long a stop waits for one.

use super::*;
use crate::decide::evidence::Source;
use crate::record::{NoticeGiven, NoticeOwed, OwedAbout};
use chrono::{DateTime, Utc};

const NOTICE: (&str, &str) = ("lamp-notice", "15m");

fn gives(story: &mut Story, cause: &str, given: &str, reason: Reason) {
    story.saved_state.give(NoticeGiven {
        cause: at(cause),
        given_at: at(given),
        reason: Some(reason),
        stop_at: None,
    });
}

/// A notice of the stop at 19:00 that was to be sent first at 18:45.
fn owes(failed_at: Option<DateTime<Utc>>, failures: u32) -> Story {
    let mut story = resource(&[OFFICE, NOTICE]);
    story.saved_state.owed.push(NoticeOwed {
        about: OwedAbout::Stop,
        cause: at("23T19:00"),
        message: "m".into(),
        since: at("23T18:45"),
        tried_at: failed_at.unwrap_or(at("23T18:45")),
        sending: false,
        failed_at,
        failures,
        renewed: false,
        not_before: None,
        why: Some("teams: it takes no more just now".into()),
        said: None,
    });
    story
}

#[test]
fn a_message_that_no_channel_was_asked_to_carry_costs_its_owner_nothing_for_two_hours() {
    let mut story = owes(None, 0);
    for time in ["23T19:00", "23T19:30", "23T20:45", "23T20:59"] {
        let wait = story.observe(time);
        is(&wait, Action::Wait, Reason::Notice);
        assert_eq!(wait.untold, None, "{time}");
        let due = wait.notice.expect("it is sent again");
        assert_eq!(due.stop_at, at(time) + TimeDelta::minutes(15));
    }
    // What was tried last lies long ago: once more, before nobody has been told.
    let once = story.observe("23T21:00");
    is(&once, Action::Wait, Reason::Notice);
    assert!(once.notice.expect("it is sent again").renews);
    story.saved_state.owed[0].tried_at = at("23T20:55");
    let stop = story.observe("23T21:00");
    is(&stop, Action::Stop, Reason::ScheduleOff);
    assert!(stop.untold.is_some());
    // What failed at last has the whole time from then on, and no longer than that.
    let mut story = owes(Some(at("23T19:40")), 1);
    is(&story.observe("23T19:50"), Action::Wait, Reason::Notice);
    let mut story = owes(Some(at("23T19:40")), 2);
    is(
        &story.observe("23T19:55"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn what_has_begun_anew_waits_for_its_turn_as_at_first_and_does_not_begin_anew_again() {
    let mut story = owes(None, 0);
    let owed = &mut story.saved_state.owed[0];
    owed.renew(at("23T20:00"));
    owed.tried_at = at("23T20:00");
    for time in ["23T20:05", "23T21:59"] {
        let wait = story.observe(time);
        is(&wait, Action::Wait, Reason::Notice);
        assert!(!wait.notice.expect("it is sent again").renews, "{time}");
    }
    is(
        &story.observe("23T22:15"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn one_failure_is_not_enough_to_stop_without_a_notice() {
    let mut story = owes(Some(at("23T18:45")), 1);
    let wait = story.observe("23T19:00");
    is(&wait, Action::Wait, Reason::Notice);
    assert!(wait.text.contains("tried once more"), "{}", wait.text);
    assert!(wait.notice.is_some() && wait.untold.is_some());
    let mut story = owes(Some(at("23T18:45")), 2);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn a_notice_of_a_hold_off_is_none_of_the_edge_at_which_the_hold_ends() {
    let mut story = resource(&[OFFICE, NOTICE]);
    gives(&mut story, "24T19:00", "23T14:00", Reason::HoldOff);
    let due = story.observe("24T18:45").notice.expect("a notice");
    assert_eq!(due.stop_at, at("24T19:00"));
    is(&story.observe("24T19:00"), Action::Wait, Reason::Notice);
    gives(&mut story, "24T19:00", "24T18:45", Reason::ScheduleOff);
    is(
        &story.observe("24T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn nothing_that_was_told_of_one_run_counts_in_the_next() {
    let mut story = resource(&[OFFICE, NOTICE]);
    gives(&mut story, "23T19:00", "23T10:00", Reason::ScheduleOff);
    story = story.state("Stopped").did("Stop", "23T11:00", "User");
    story.observe("23T11:05");
    story = story.state("Running").did("Start", "23T12:00", "User");
    story.observe("23T12:05");
    assert!(story.observe("23T18:45").notice.is_some());
}

#[test]
fn idleness_is_not_told_where_a_stop_that_comes_no_later_is_told_and_does_not_put_it_off() {
    let mut story = resource(&[OFFICE, ("lamp-notice", "4h"), ("lamp-idle", "1h")]);
    gives(&mut story, "23T19:00", "23T15:00", Reason::ScheduleOff);
    let mut story = story.knows(vec![quiet(Source::Metrics, "23T14:00", "23T16:00")]);
    let wait = story.observe("23T16:03");
    is(&wait, Action::Wait, Reason::Notice);
    let next = wait.next.map(|next| next.at);
    assert_eq!((wait.notice, next), (None, Some(at("23T19:00"))));
    // Told of all the same, as an earlier version would have.
    gives(&mut story, "23T15:00", "23T16:03", Reason::Idle);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn only_the_last_few_notices_are_kept() {
    let mut story = resource(&[]);
    for day in 1..9 {
        let cause = format!("0{day}T19:00");
        gives(&mut story, &cause, &cause, Reason::ScheduleOff);
        gives(&mut story, &cause, &cause, Reason::ScheduleOff);
    }
    let kept: Vec<DateTime<Utc>> = story.saved_state.given().map(|one| one.cause).collect();
    let expected = ["05", "06", "07", "08"].map(|day| at(&format!("{day}T19:00")));
    assert_eq!(kept, expected);
}
