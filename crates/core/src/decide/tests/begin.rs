//! Scheduled starts: early by what starts took lately, and none where nobody uses them.

use super::story::*;
use crate::decide::evidence::{Finding, Proof, Source};
use crate::decide::{Action, Evidence, Reason, take_holds};
use crate::record::{Door, PersonalHold, Reason as Why};

/// Off since Friday evening, by hand.
fn off(tags: &[(&str, &str)]) -> Story {
    resource(tags)
        .state("Stopped")
        .did("Stop", "20T18:00", "User")
}

/// What somebody has asked for on the instance.
fn hold(asked: &str, until: &str) -> PersonalHold {
    PersonalHold {
        until: at(until),
        since: at(asked),
        at: at(asked),
        door: Door::Instance,
        by: None,
    }
}

/// A sweep finds it.
fn take(story: &mut Story, hold: &PersonalHold, now: &str) -> Option<PersonalHold> {
    let policy = story.reading().policy;
    let (of, found) = ((&story.compute, &policy), std::slice::from_ref(hold));
    let limit = chrono::TimeDelta::hours(12);
    take_holds(&mut story.saved_state, of, found, limit, at(now))
}

/// One day of it: started in the morning, seen running five minutes later, and stopped in the evening.
fn a_day(story: &mut Story, day: &str, used: bool) {
    let (morning, evening) = (format!("{day}T08:00"), format!("{day}T19:00"));
    let start = story.observe(&morning);
    is(&start, Action::Start, Reason::ScheduleOn);
    story.act(&start, &morning);
    let mut story_now = std::mem::replace(story, resource(&[]));
    story_now = story_now.state("Running").did("Start", &morning, "User");
    story_now.observe(&format!("{day}T08:05"));
    let asked = story_now.observe(&evening);
    is(&asked, Action::Stop, Reason::ScheduleOff);
    assert_eq!(asked.asks_use.map(|run| run.num_minutes()), Some(640));
    let proof = match used {
        true => Proof::Work(at(&format!("{day}T16:00"))),
        false => Proof::Quiet {
            from: at(&format!("{day}T08:10")),
            to: at(&evening),
        },
    };
    story_now = story_now.knows(vec![Finding {
        source: Source::Beacon,
        proof,
        text: String::new(),
        load: None,
    }]);
    let stop = story_now.decide(&evening);
    is(&stop, Action::Stop, Reason::ScheduleOff);
    let unneeded = story_now.saved_state.unneeded_start();
    let unneeded = unneeded.map(|start| start.id.clone());
    story_now.act(&stop, &evening);
    let own = story_now.saved_state.own_operations.last_mut();
    own.expect("the stop").unneeded_start = unneeded;
    story_now.evidence = Evidence::NotAsked;
    story_now = story_now.state("Stopped").did("Stop", &evening, "User");
    story_now.observe(&format!("{day}T19:05"));
    *story = story_now;
}

#[test]
fn a_start_begins_as_early_as_starts_took_lately_and_no_earlier_than_is_allowed() {
    let mut story = off(&[OFFICE]);
    assert_eq!(story.observe("23T07:59").action, Action::Leave);
    for (seconds, before, from) in [
        (vec![290], "07:54", "07:55"),
        (vec![301], "07:53", "07:54"),
        (vec![100, 600, 200], "07:49", "07:50"),
        (vec![600, 200, 200, 200], "07:55", "07:56"),
        // 15 minutes is the limit of these stories.
        (vec![3_600], "07:44", "07:45"),
    ] {
        story.saved_state.starts_took.clear();
        for one in seconds {
            story
                .saved_state
                .start_took(chrono::TimeDelta::seconds(one));
        }
        is(
            &story.decide(&format!("23T{before}")),
            Action::Leave,
            Reason::AsDesired,
        );
        let start = story.decide(&format!("23T{from}"));
        is(&start, Action::Start, Reason::ScheduleOn);
        assert_eq!(start.cause, Some(at("23T08:00")));
    }
    let told = story.decide("23T06:00").text;
    assert!(
        told.contains("on from Mon 23 Nov 08:00") && told.contains("started 15m before"),
        "{told}"
    );
}

#[test]
fn what_began_ahead_is_not_stopped_before_its_window_and_somebodys_stop_stands() {
    let mut story = off(&[OFFICE]);
    story.saved_state.starts_took = vec![300];
    let start = story.observe("23T07:55");
    story.act(&start, "23T07:55");
    let mut running = story.state("Running").did("Start", "23T07:55", "User");
    let ahead = running.observe("23T07:58");
    is(&ahead, Action::Leave, Reason::AsDesired);
    assert!(
        ahead.text.contains("on ahead of Mon 23 Nov 08:00"),
        "{}",
        ahead.text
    );
    is(
        &running.observe("23T08:03"),
        Action::Leave,
        Reason::AsDesired,
    );
    // Whoever stops it a minute before the window has the last word all the same.
    let mut stopped = running.state("Stopped").did("Stop", "23T07:59", "User");
    for time in ["23T07:59", "23T08:00", "23T12:00"] {
        is(
            &stopped.observe(time),
            Action::Leave,
            Reason::ManualOverride,
        );
    }
    is(
        &stopped.observe("24T07:57"),
        Action::Start,
        Reason::ScheduleOn,
    );
}

#[test]
fn what_began_ahead_stays_on_though_it_has_taught_that_starts_take_less() {
    let mut story = off(&[OFFICE]);
    story.saved_state.starts_took = vec![900, 300, 300];
    let start = story.observe("23T07:45");
    is(&start, Action::Start, Reason::ScheduleOn);
    story.act(&start, "23T07:45");
    let mut running = story.state("Running").did("Start", "23T07:45", "User");
    is(
        &running.observe("23T07:50"),
        Action::Leave,
        Reason::AsDesired,
    );
    assert_eq!(running.saved_state.starts_took, [300, 300, 300]);
    is(
        &running.observe("23T07:54"),
        Action::Leave,
        Reason::AsDesired,
    );
}

#[test]
fn a_gap_that_is_shorter_than_a_start_is_none() {
    let mut story = resource(&[(
        "lamp-schedule",
        "Mon-Fri 08:00-12:00, 12:05-18:00 Europe/Lisbon",
    )]);
    story.saved_state.starts_took = vec![400];
    is(&story.observe("23T12:01"), Action::Leave, Reason::AsDesired);
    story.saved_state.starts_took = vec![100];
    is(
        &story.observe("23T12:01"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn starts_that_nobody_uses_end_and_somebodys_own_start_begins_them_again() {
    let mut story = off(&[OFFICE, ("lamp-unused", "3d")]);
    for day in ["23", "24"] {
        a_day(&mut story, day, false);
    }
    // Somebody used this one: the row begins anew.
    a_day(&mut story, "25", true);
    assert_eq!(story.saved_state.unused_starts, None);
    for day in ["26", "27", "30"] {
        a_day(&mut story, day, false);
    }
    story.saved_state.starts_took.clear();
    let next = |day: u32, time: &str| {
        format!("2026-12-{day:02}T{time}:00Z")
            .parse()
            .expect("a time")
    };
    let left = story.decide_at(next(1, "08:00"));
    is(&left, Action::Leave, Reason::Unused);
    let said = "nobody used it on the last 3 days on which its schedule started it, since Thu 26 Nov 08:00";
    assert!(left.text.contains(said), "{}", left.text);
    is(
        &story.decide_at(next(2, "10:00")),
        Action::Leave,
        Reason::Unused,
    );
    // Without the tag it is started as ever.
    story.tags.remove("lamp-unused");
    is(
        &story.decide_at(next(2, "10:00")),
        Action::Start,
        Reason::ScheduleOn,
    );
    story.tags.insert("lamp-unused".into(), "3d".into());
    let mut started = story.state("Running");
    started.compute.last_operation = Some(crate::observe::LastOperation {
        name: "Start".into(),
        time: next(2, "11:00"),
        status: Some("Succeeded".into()),
        trigger: Some("User".into()),
    });
    crate::decide::remember(&mut started.saved_state, &started.compute, next(2, "11:05"));
    assert_eq!(started.saved_state.unused_starts, None);
}

#[test]
fn two_unused_runs_of_a_day_are_one_day_and_a_hold_or_azures_own_stop_is_use() {
    let tags = [OFFICE, ("lamp-unused", "2d")];
    let mut story = off(&tags);
    story.saved_state.run_ended(Some(at("23T08:00")));
    story.saved_state.run_ended(Some(at("23T13:00")));
    assert_eq!(
        story.saved_state.unused_starts.map(|runs| runs.days),
        Some(1)
    );
    story.saved_state.run_ended(Some(at("24T07:55")));
    assert_eq!(
        story.saved_state.unused_starts.map(|runs| runs.days),
        Some(2)
    );
    // Whoever keeps it on is there.
    let mut held = off(&tags);
    held.saved_state.unused_starts = story.saved_state.unused_starts;
    held = held.state("Running").did("Start", "24T20:00", "User");
    let asked = hold("24T20:00", "24T22:00");
    assert_eq!(take(&mut held, &asked, "24T20:05"), Some(asked));
    assert_eq!(held.saved_state.unused_starts, None);
    // Azure's own timer ends a run: nobody knows what it was.
    let mut ended = story.did("Stop", "25T16:00", "IdleShutdown");
    ended.observe("25T16:05");
    assert_eq!(ended.saved_state.unused_starts, None);
}

#[test]
fn a_run_within_which_somebody_asked_for_a_hold_is_not_counted() {
    // Before the start: that was another run.
    for (asked, counts) in [
        (None, true),
        (Some("23T07:59"), true),
        (Some("23T10:00"), false),
    ] {
        let mut story = off(&[OFFICE, ("lamp-unused", "2d")]);
        let start = story.observe("23T08:00");
        story.act(&start, "23T08:00");
        story = story.state("Running").did("Start", "23T08:00", "User");
        story.observe("23T08:05");
        if let Some(asked) = asked {
            let asked = hold(asked, "23T12:00");
            assert_eq!(take(&mut story, &asked, "23T10:05"), Some(asked));
        }
        story.evidence = Evidence::NotAsked;
        let stop = story.observe("23T19:00");
        is(&stop, Action::Stop, Reason::ScheduleOff);
        let run = stop.asks_use.map(|run| run.num_minutes());
        assert_eq!(run, counts.then_some(640), "{asked:?}");
        story = story.knows(vec![quiet(Source::Beacon, "23T08:10", "23T19:00")]);
        let unneeded = story.saved_state.unneeded_start();
        let unneeded = unneeded.map(|start| start.id.as_str());
        assert_eq!(unneeded, counts.then_some("23T08:00"), "{asked:?}");
    }
}

#[test]
fn what_is_not_known_of_a_run_counts_as_use() {
    let mut story = off(&[OFFICE, ("lamp-unused", "1d")]);
    a_day(&mut story, "23", false);
    assert_eq!(
        story.saved_state.unused_starts.map(|runs| runs.days),
        Some(1)
    );
    is(&story.observe("24T08:00"), Action::Leave, Reason::Unused);
    let told = story.decide("24T08:00").text;
    assert!(
        told.contains("on the last day on which its schedule started it, since Mon 23 Nov 08:00"),
        "{told}"
    );
    // The stop of a run whose use nobody could tell.
    let own = story
        .saved_state
        .own_operations
        .last()
        .expect("the stop")
        .clone();
    story.saved_state.run_ended(None);
    assert_eq!(
        (own.reason, story.saved_state.unused_starts),
        (Why::ScheduleOff, None)
    );
}
