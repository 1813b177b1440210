//! People's holds: they keep on, end by themselves, and are told of like any stop whose time is known.

use super::story::*;
use super::{Action, Reason, run_since, take_holds};
use crate::record::{Door, HoldsUnread, NoticeGiven, PersonalHold};
use chrono::TimeDelta;

const NOTICE: (&str, &str) = ("lamp-notice", "15m");
const LIMIT: TimeDelta = TimeDelta::hours(12);

fn hold(asked: &str, until: &str) -> PersonalHold {
    PersonalHold {
        until: at(until),
        since: at(asked),
        at: at(asked),
        door: Door::Instance,
        by: None,
    }
}

impl Story {
    /// A sweep has found these holds.
    fn finds(&mut self, now: &str, found: &[PersonalHold]) -> Option<PersonalHold> {
        let policy = self.reading().policy;
        let of = (&self.compute, &policy);
        take_holds(&mut self.saved_state, of, found, LIMIT, at(now))
    }

    fn gives(&mut self, now: &str) -> Option<(chrono::DateTime<chrono::Utc>, String)> {
        let due = self.observe(now).notice?;
        self.saved_state.give(NoticeGiven {
            cause: due.cause,
            given_at: at(now),
            reason: Some(due.reason),
            stop_at: None,
        });
        Some((due.stop_at, due.text.clone()))
    }
}

#[test]
fn a_hold_keeps_on_against_every_stop_and_says_whose_it_is() {
    for tags in [
        vec![OFFICE],
        vec![("lamp-max-uptime", "1h")],
        vec![IDLE, ("lamp-schedule", "Mon-Fri 08:00-12:00")],
        vec![OFFICE, ("lamp-mode", "enforce")],
        vec![OFFICE, ("lamp-hold", "on until 2026-11-23 20:00")],
    ] {
        let mut story = resource(&tags);
        story.finds("23T18:50", &[hold("23T18:50", "23T21:00")]);
        for time in ["23T19:00", "23T20:00", "23T20:59"] {
            let left = story.observe(time);
            is(&left, Action::Leave, Reason::HoldOn);
            let words = "held on until Mon 23 Nov 21:00 WET by its owner, on the instance itself";
            assert!(left.text.contains(words), "{}", left.text);
            assert_eq!(left.next.expect("a change").at, at("23T21:00"), "{tags:?}");
        }
        let stop = story.observe("23T21:00");
        assert_ne!(stop.action, Action::Leave, "{stop:?}");
    }
}

#[test]
fn a_hold_starts_nothing_and_a_tag_that_holds_off_is_above_it() {
    let mut story = resource(&[OFFICE]);
    let kept = [hold("23T18:50", "23T23:00")];
    story.finds("23T18:50", &kept);
    story = story.state("Stopped").did("Stop", "23T20:00", "User");
    is(&story.observe("23T20:05"), Action::Leave, Reason::AsDesired);
    assert_eq!(story.finds("23T20:05", &kept), None);
    assert_eq!(story.saved_state.personal_hold, None);
    // Started again by hand, it is found again.
    story = story.state("Running").did("Start", "23T20:30", "User");
    assert!(story.finds("23T20:35", &kept).is_some());

    let off = ("lamp-hold", "off until 2026-11-24");
    let mut story = resource(&[OFFICE, off]);
    story.finds("23T18:50", &kept);
    is(&story.observe("23T18:50"), Action::Stop, Reason::HoldOff);
}

#[test]
fn after_a_hold_the_notice_is_a_new_and_full_one() {
    let mut story = resource(&[OFFICE, NOTICE]);
    assert_eq!(story.gives("23T18:45").expect("told").0, at("23T19:00"));
    story.finds("23T18:55", &[hold("23T18:50", "23T21:00")]);
    assert_eq!(story.gives("23T19:00"), None);
    // Told of the hold's end, ahead of it.
    assert_eq!(story.gives("23T20:40"), None);
    assert_eq!(story.gives("23T20:45").expect("told").0, at("23T21:00"));
    is(
        &story.observe("23T21:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );

    // A hold that is found after its own end's notice was due: the notice is whole all the same.
    let mut story = resource(&[OFFICE, NOTICE]);
    story.gives("23T18:45");
    story.finds("23T18:59", &[hold("23T18:58", "23T19:03")]);
    assert_eq!(story.gives("23T19:00").expect("told").0, at("23T19:15"));
    is(&story.observe("23T19:14"), Action::Wait, Reason::Notice);
    is(
        &story.observe("23T19:15"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn the_holds_of_one_run_end_with_the_limit_and_a_stop_or_a_window_begins_another() {
    let mut story = resource(&[OFFICE]);
    let until = |story: &Story| {
        story
            .saved_state
            .personal_hold
            .as_ref()
            .map(|hold| hold.until)
    };
    story.finds("23T18:00", &[hold("23T18:00", "23T22:00")]);
    // Shorter than what is known: nothing new.
    assert_eq!(
        story.finds("23T19:00", &[hold("23T19:00", "23T20:00")]),
        None
    );
    story.finds("23T21:00", &[hold("23T21:00", "24T05:00")]);
    assert_eq!(until(&story), Some(at("24T05:00")));
    // Over for a while, and nobody has stopped it: the same run still.
    story.finds("24T05:30", &[hold("24T05:30", "24T15:00")]);
    assert_eq!(until(&story), Some(at("24T06:00")));
    assert_eq!(
        story.finds("24T06:30", &[hold("24T06:30", "24T07:00")]),
        None
    );
    is(
        &story.observe("24T06:30"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    // The window begins another run.
    let again = story.finds("24T08:00", &[hold("24T07:55", "24T23:00")]);
    assert_eq!(again.map(|hold| hold.until), Some(at("24T19:55")));
    // And so does a stop.
    story = story.state("Stopped").did("Stop", "24T20:00", "User");
    story.finds("24T20:00", &[]);
    assert_eq!(story.saved_state.personal_hold, None);
}

#[test]
fn an_hour_without_a_hold_ends_the_run_whatever_keeps_it_on() {
    // In the office hours, and without a schedule.
    for (tags, first, asked, end) in [
        (
            vec![OFFICE, IDLE],
            hold("23T09:05", "23T10:15"),
            "23T18:50",
            "23T23:00",
        ),
        (
            vec![IDLE],
            hold("23T08:05", "23T09:15"),
            "23T20:12",
            "23T22:25",
        ),
    ] {
        let mut story = resource(&tags);
        story.finds("23T09:06", &[first]);
        story.finds("23T12:00", &[]);
        let known = story.saved_state.personal_hold.clone();
        assert_eq!(run_since(known.as_ref(), at(asked)), at(asked));
        let next = [hold(asked, end)];
        story.finds(asked, &next);
        for now in [asked, "23T21:10", "23T22:24"] {
            story.finds(now, &next);
            is(&story.observe(now), Action::Leave, Reason::HoldOn);
        }
        let kept = story.saved_state.personal_hold.as_ref().expect("kept");
        assert_eq!((kept.since, kept.until), (at(asked), at(end)));
    }
    // Within the hour it is the same run still.
    let known = hold("23T09:05", "23T10:15");
    assert_eq!(run_since(Some(&known), at("23T11:15")), at("23T09:05"));
    assert_eq!(run_since(Some(&known), at("23T11:16")), at("23T11:16"));
}

#[test]
fn what_was_asked_for_in_an_earlier_run_lengthens_no_later_one() {
    let mut story = resource(&[OFFICE]);
    // A whole day, which the limit ends at 06:00; then, of the same run, another.
    let (day, more) = (hold("23T18:00", "24T18:00"), hold("24T05:00", "24T17:00"));
    story.finds("23T18:00", std::slice::from_ref(&day));
    story.finds("24T05:00", &[day.clone(), more.clone()]);
    let next = hold("24T07:30", "24T07:45");
    let all = [day, more, next.clone()];
    for now in ["24T07:30", "24T07:40"] {
        story.finds(now, &all);
        let kept = story.saved_state.personal_hold.as_ref();
        assert_eq!(kept, Some(&next), "{now}");
    }
}

#[test]
fn a_hold_of_another_resource_of_that_name_and_one_from_the_future_are_not_believed() {
    let mut story = resource(&[OFFICE]);
    story.compute.created_on = Some(at("23T18:55"));
    assert_eq!(
        story.finds("23T19:00", &[hold("23T18:50", "23T21:00")]),
        None
    );
    // A clock that is a day ahead: the limit counts from now.
    let ahead = hold("24T19:00", "24T21:00");
    let taken = story.finds("23T19:00", &[ahead]).expect("taken");
    assert_eq!((taken.at, taken.until), (at("23T19:00"), at("24T07:00")));
    // Not even the end of all time leaves the calendar.
    let endless = PersonalHold {
        until: chrono::DateTime::<chrono::Utc>::MAX_UTC,
        ..hold("23T19:00", "23T21:00")
    };
    let (policy, mut state) = (story.reading().policy, story.saved_state.clone());
    let of = (&story.compute, &policy);
    let most = take_holds(
        &mut state,
        of,
        &[endless],
        TimeDelta::days(7),
        at("23T19:00"),
    );
    assert_eq!(most.map(|hold| hold.until), Some(at("30T19:00")));
    assert_eq!(
        take_holds(&mut state, of, &[], TimeDelta::zero(), at("23T19:00")),
        None
    );
    assert_eq!(state.personal_hold, None);
}

#[test]
fn holds_that_cannot_be_read_delay_a_stop_for_an_hour_and_no_notice_is_given_meanwhile() {
    let mut story = resource(&[OFFICE, NOTICE]);
    let unread = |since: &str| {
        let (since, why) = (at(since), "403".to_owned());
        Some(HoldsUnread { since, why })
    };
    story.saved_state.holds_unread = unread("23T18:45");
    assert_eq!(story.gives("23T18:45"), None);
    let wait = story.observe("23T19:40");
    is(&wait, Action::Wait, Reason::HoldsUnknown);
    assert!(
        wait.text.contains("could not be read (403)"),
        "{}",
        wait.text
    );
    assert_eq!(story.gives("23T19:45").expect("told").0, at("23T20:00"));
    is(
        &story.observe("23T20:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );

    // What is known of them holds.
    let mut story = resource(&[OFFICE]);
    story.finds("23T18:50", &[hold("23T18:50", "23T21:00")]);
    story.saved_state.holds_unread = unread("23T19:00");
    is(&story.observe("23T19:05"), Action::Leave, Reason::HoldOn);
}

#[test]
fn azures_own_timer_is_put_off_while_a_hold_lasts() {
    let mut story = resource(&[IDLE]);
    story.compute.idle_time_before_shutdown = Some(std::time::Duration::from_secs(3600));
    assert_eq!(story.observe("23T18:50").timer, None);
    story.finds("23T18:50", &[hold("23T18:50", "23T21:00")]);
    let longest = Some(std::time::Duration::from_secs(3 * 86_400));
    assert_eq!(story.observe("23T18:55").timer, longest);
}

#[test]
fn what_is_observed_of_a_resource_names_the_hold() {
    let mut story = resource(&[OFFICE]);
    story.finds("23T18:50", &[hold("23T18:50", "23T21:00")]);
    let held = |now: &str| story.observation(now).and_then(|observed| observed.hold);
    let seen = held("23T20:00").map(|hold| (hold.power, hold.until));
    assert_eq!(seen, Some((crate::schedule::Power::On, at("23T21:00"))));
    assert_eq!(held("23T21:00"), None);
}
