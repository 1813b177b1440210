//! Holds that begin later, and those that count from when they are first seen.

use super::story::*;
use super::{Action, Reason, held, observation, see_hold};
use crate::observe::Tags;
use crate::policy::{self, Defaults, Layers};
use crate::schedule::Power;

const NOTICE: (&str, &str) = ("lamp-notice", "30m");

#[test]
fn a_hold_that_begins_later_changes_nothing_before_it_begins() {
    let hold = ("lamp-hold", "off from 2026-11-24 12:00 until 2026-11-26");
    let mut story = resource(&[OFFICE, hold]);
    is(&story.observe("23T18:59"), Action::Leave, Reason::AsDesired);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    let before = story.observe("24T10:00");
    is(&before, Action::Leave, Reason::AsDesired);
    // It is the next change, and the explanation says so.
    let next = before.next.expect("a next change");
    assert_eq!((next.at, next.desired), (at("24T12:00"), Some(Power::Off)));
    assert!(
        before.text.ends_with("held off from Tue 24 Nov 12:00 WET"),
        "{}",
        before.text
    );

    let stop = story.observe("24T12:00");
    is(&stop, Action::Stop, Reason::HoldOff);
    story.act(&stop, "24T12:00");
    story = story.state("Stopped").did("Stop", "24T12:00", "User");
    is(&story.observe("25T08:00"), Action::Leave, Reason::HoldOff);
    // Stopped once; and when it is over, the schedule speaks again.
    story = story.state("Running").did("Start", "25T09:00", "User");
    is(&story.observe("25T20:00"), Action::Leave, Reason::HoldOff);
    is(
        &story.observe("26T00:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn a_stop_by_a_hold_that_begins_later_is_told_ahead_and_once() {
    let hold = ("lamp-hold", "off from 2026-11-24 12:00 until 2026-11-26");
    for tags in [vec![OFFICE, hold, NOTICE], vec![hold, NOTICE]] {
        let mut story = resource(&tags);
        assert_eq!(story.observe("24T11:29").notice, None);
        let notice = story.observe("24T11:30").notice.expect("a notice");
        assert_eq!(notice.stop_at, at("24T12:00"));
        story.saved_state.notice = Some(crate::record::NoticeGiven {
            cause: notice.cause,
            given_at: at("24T11:30"),
            reason: None,
            stop_at: None,
        });
        assert_eq!(story.observe("24T11:45").notice, None);
        is(&story.observe("24T12:00"), Action::Stop, Reason::HoldOff);
    }
}

#[test]
fn a_hold_on_that_begins_later_starts_once_and_lets_a_stop_by_hand_stand() {
    let hold = (
        "lamp-hold",
        "on from 2026-11-28 08:00 until 2026-11-29 20:00",
    );
    let off = || {
        resource(&[OFFICE, hold])
            .state("Stopped")
            .did("Stop", "27T18:00", "User")
    };
    let mut story = off();
    is(&story.observe("28T07:59"), Action::Leave, Reason::AsDesired);
    let start = story.observe("28T08:00");
    is(&start, Action::Start, Reason::HoldOn);
    story.act(&start, "28T08:00");
    story = story.state("Running").did("Start", "28T08:01", "User");
    is(&story.observe("29T19:59"), Action::Leave, Reason::HoldOn);
    is(
        &story.observe("29T20:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );

    story = story.state("Stopped").did("Stop", "28T10:00", "User");
    is(&story.observe("28T10:05"), Action::Leave, Reason::AsDesired);
    // Without a beginning of its own, a hold starts nothing.
    let mut plain = resource(&[OFFICE, ("lamp-hold", "on until 2026-11-29 20:00")])
        .state("Stopped")
        .did("Stop", "27T18:00", "User");
    is(&plain.observe("28T08:00"), Action::Leave, Reason::AsDesired);
    let never = ("lamp-mode", "stop-only");
    let mut never = resource(&[OFFICE, hold, never])
        .state("Stopped")
        .did("Stop", "27T18:00", "User");
    is(&never.observe("28T08:00"), Action::Leave, Reason::StopOnly);
}

#[test]
fn short_forms_count_from_when_their_text_is_first_seen() {
    for (hold, end) in [
        ("on for 3h", "23T21:50"),
        ("on until 22:00", "23T22:00"),
        ("on until Fri 22:00", "27T22:00"),
        ("on until 18:00", "24T18:00"),
        ("on until 24:00", "24T00:00"),
        ("on until Mon 24:00", "24T00:00"),
        ("on until Mon 18:50", "30T18:50"),
    ] {
        let mut story = resource(&[OFFICE, ("lamp-hold", hold)]);
        for seen in ["23T18:50", "23T18:55", "23T19:00", "23T20:00"] {
            let decision = story.observe(seen);
            let reason = if seen < "23T19:00" {
                Reason::AsDesired
            } else {
                Reason::HoldOn
            };
            is(&decision, Action::Leave, reason);
        }
        let next = story.observe("23T20:00").next.expect("its end");
        assert_eq!(next.at, at(end), "{hold}");
        let observation = observation(
            &story.compute,
            &story.reading().policy,
            &story.saved_state,
            at("23T20:00"),
        );
        assert_eq!(
            observation
                .and_then(|seen| seen.hold)
                .map(|hold| hold.until),
            Some(at(end)),
            "{hold}"
        );
        // The tag still stands there, and has had its time.
        let over = story.observe("30T19:30");
        is(&over, Action::Stop, Reason::ScheduleOff);
        assert!(
            over.evidence
                .iter()
                .any(|line| line.contains("first seen Mon 23 Nov 18:50")),
            "{over:?}"
        );
    }
}

#[test]
fn another_text_or_the_same_after_it_was_gone_counts_anew() {
    let mut story = resource(&[OFFICE, ("lamp-hold", "on for 1h")]);
    story.observe("23T18:30");
    is(&story.observe("23T19:29"), Action::Leave, Reason::HoldOn);
    is(
        &story.observe("23T19:30"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    let hold = |story: &mut Story, text: &str| story.tags.insert("lamp-hold".into(), text.into());
    hold(&mut story, "on for 60m");
    is(&story.observe("23T19:30"), Action::Leave, Reason::HoldOn);
    is(
        &story.observe("23T20:30"),
        Action::Stop,
        Reason::ScheduleOff,
    );
    story.tags.remove("lamp-hold");
    story.observe("23T20:31");
    hold(&mut story, "on for 60m");
    is(&story.observe("23T20:35"), Action::Leave, Reason::HoldOn);
    is(&story.observe("23T21:34"), Action::Leave, Reason::HoldOn);
    // Another resource of the same name is not the one that was seen.
    story.compute.created_on = Some(at("23T22:00"));
    is(&story.observe("23T22:01"), Action::Leave, Reason::HoldOn);
    is(&story.observe("23T23:00"), Action::Leave, Reason::HoldOn);
}

#[test]
fn the_same_text_on_a_nearer_layer_is_another_hold() {
    let hold = Tags::from([("lamp-hold".into(), "on for 1h".into())]);
    let read = |own: &Tags| {
        let layers = Layers {
            compute_name: "m",
            compute: own,
            workspace: &hold,
            resource_group: &Tags::new(),
        };
        policy::read(&layers, &Defaults::default()).policy
    };
    let mut story = resource(&[]);
    let mut seen = |own: &Tags, now: &str| {
        let policy = read(own);
        see_hold(
            &mut story.saved_state,
            &story.compute,
            &policy,
            true,
            at(now),
        );
        held(&policy, &story.saved_state, at(now)).map(|held| held.until)
    };
    // The workspace's has been left standing since the morning.
    assert_eq!(seen(&Tags::new(), "23T08:00"), Some(at("23T09:00")));
    assert_eq!(seen(&Tags::new(), "23T18:30"), Some(at("23T09:00")));
    assert_eq!(seen(&hold, "23T18:40"), Some(at("23T19:40")));
    assert_eq!(seen(&hold, "23T19:30"), Some(at("23T19:40")));
}

#[test]
fn a_hold_from_one_weekday_to_another_is_the_next_such_days() {
    let mut story = resource(&[("lamp-hold", "off from Fri 18:00 until Mon 08:00")]);
    is(&story.observe("24T09:00"), Action::Leave, Reason::NoOpinion);
    is(&story.observe("27T17:59"), Action::Leave, Reason::NoOpinion);
    let stop = story.observe("27T18:00");
    is(&stop, Action::Stop, Reason::HoldOff);
    assert_eq!(stop.next.map(|next| next.at), Some(at("30T08:00")));
    is(&story.observe("30T08:00"), Action::Leave, Reason::NoOpinion);
}
