//! What owners are told of what has happened, and when it is news.

use super::*;
use crate::observe::LastOperation;
use crate::record::{Ended, KeptOn, OwedAbout, PricePerHour, Refused, ToldOf};
use crate::schedule::Power;
use rust_decimal::Decimal;

const NOTICE: (&str, &str) = ("lamp-notice", "15m");

/// One observation, and what is told of it at a limit of 100.
pub(super) fn told(story: &mut Story, now: &str) -> Vec<News> {
    let changes = remember(&mut story.saved_state, &story.compute, at(now));
    let (reading, decision) = (story.reading(), story.decide(now));
    keep_on(&mut story.saved_state, &reading.policy, &decision, at(now));
    start_late(&mut story.saved_state, at(now));
    if let Some(kept) = &mut story.saved_state.kept_on {
        kept.price = Some(price("10"));
    }
    let found = news(&Happened {
        name: "m",
        reading: &reading,
        decision: &decision,
        state: &story.saved_state,
        changes: &changes,
        no_start: None,
        tags_hidden: None,
        releases_quota: false,
        cost_from: Some(Decimal::from(100)),
        now: at(now),
    });
    for one in &found {
        one.noted(&mut story.saved_state, Some(Decimal::from(100)), at(now));
        story.saved_state.tell_of(ToldOf {
            about: one.about,
            of: one.said.of.clone(),
            at: at(now),
        });
    }
    let now_true = (&reading, decision.reason);
    story.saved_state.forget_over(now_true, at(now));
    found
}

pub(super) fn kinds(found: &[News]) -> Vec<OwedAbout> {
    found.iter().map(|news| news.about).collect()
}

fn price(amount: &str) -> PricePerHour {
    PricePerHour {
        amount: amount.parse().expect("a price"),
        currency: "USD".into(),
        source: "test".into(),
        fetched_at: at("23T00:00"),
        parts: Vec::new(),
    }
}

#[test]
fn a_notice_of_no_length_is_of_no_stop_and_off_is_of_failures_only() {
    use OwedAbout::*;
    for (value, stopped, still_on) in [
        ("15m", true, true),
        ("0", false, true),
        ("off", false, false),
    ] {
        let policy = resource(&[OFFICE, ("lamp-notice", value)]).reading().policy;
        assert_eq!(wants(&policy, Stopped), stopped, "{value}");
        assert_eq!(wants(&policy, StillOn), still_on, "{value}");
        assert_eq!(wants(&policy, WeeklyDigest), still_on, "{value}");
        for failure in [StartFailed, StartLate, StartWorked, UnreadableTag] {
            assert!(wants(&policy, failure), "{value}");
        }
    }
    // And nobody is told ahead, nor waits for that.
    let mut story = resource(&[OFFICE, ("lamp-notice", "0")]);
    is(&story.observe("23T18:50"), Action::Leave, Reason::AsDesired);
    is(
        &story.observe("23T19:00"),
        Action::Stop,
        Reason::ScheduleOff,
    );
}

#[test]
fn a_stop_of_ours_is_told_once_it_is_seen_and_one_of_somebody_else_is_not() {
    let mut story = resource(&[OFFICE, NOTICE]);
    story.saved_state.give(crate::record::NoticeGiven {
        cause: at("23T19:00"),
        given_at: at("23T18:45"),
        reason: Some(Reason::ScheduleOff),
        stop_at: None,
    });
    let stop = story.observe("23T19:00");
    story.act(&stop, "23T19:00");
    if let Some(own) = story.saved_state.own_operations.last_mut() {
        own.text = Some(stop.text);
    }
    assert_eq!(kinds(&told(&mut story, "23T19:01")), []);
    story = story.state("Stopped").did("Stop", "23T19:00", "User");
    let found = told(&mut story, "23T19:05");
    assert_eq!(kinds(&found), [OwedAbout::Stopped]);
    assert_eq!(
        found[0].said.text,
        "m was stopped at Mon 23 Nov 19:00 WET: off by its schedule since Mon 23 Nov 19:00 WET. \
         It is started again at Tue 24 Nov 08:00 WET."
    );
    assert_eq!(kinds(&told(&mut story, "23T19:10")), []);
    let mut other = resource(&[OFFICE, NOTICE]);
    other.observe("23T12:00");
    other = other.state("Stopped").did("Stop", "23T13:00", "User");
    assert_eq!(kinds(&told(&mut other, "23T13:05")), []);
}

/// A stopped instance that is to be on from eight, and whose owner hears of failures only.
fn stopped() -> Story {
    resource(&[OFFICE, ("lamp-notice", "off")])
        .state("Stopped")
        .did("Stop", "20T18:00", "User")
}

/// An instance that is to be on since eight, and whose start has failed so often on that day.
fn failing_on(day: &str, times: u32) -> Story {
    let mut story = stopped();
    refuse(&mut story, &format!("{day}T08:00"), times);
    story
}

/// Its start is refused, so often by now.
fn refuse(story: &mut Story, now: &str, times: u32) {
    let start = story.observe(now);
    story.act(&start, now);
    let own = story
        .saved_state
        .own_operations
        .last_mut()
        .expect("a start");
    own.accepted_at = None;
    own.ended = Some(Ended {
        at: at(now),
        how: OperationOutcome::Failed,
        why: Some("start ci: 409 Conflict ScopeLocked: it is locked.".into()),
    });
    story.saved_state.refused = Some(Refused {
        power: Power::On,
        cause: own.cause,
        since: at(now),
        at: at(now),
        times,
    });
}

fn failing(times: u32) -> Story {
    failing_on("23", times)
}

#[test]
fn a_start_that_was_refused_twice_is_told_once_a_day_and_when_it_works() {
    assert_eq!(kinds(&told(&mut failing(1), "23T08:01")), []);
    let mut story = failing(2);
    let found = told(&mut story, "23T08:01");
    assert_eq!(kinds(&found), [OwedAbout::StartFailed]);
    let text = &found[0].said.text;
    assert!(
        text.contains("could not be started: start ci: 409 Conflict ScopeLocked"),
        "{text}"
    );
    assert_eq!(kinds(&told(&mut story, "23T12:00")), []);
    refuse(&mut story, "24T08:00", 3);
    assert_eq!(kinds(&told(&mut story, "24T08:00")), []);
    assert_eq!(
        kinds(&told(&mut story, "24T08:01")),
        [OwedAbout::StartFailed]
    );
    // Then it works.
    story.saved_state.refused = None;
    let start = story.decide("24T08:05");
    story.act(&start, "24T08:05");
    story = story.state("Running").did("Start", "24T08:05", "User");
    let found = told(&mut story, "24T08:10");
    assert_eq!(kinds(&found), [OwedAbout::StartWorked]);
    assert_eq!(
        found[0].said.text,
        "m is on since Tue 24 Nov 08:10 WET: its start, which had failed at Tue 24 Nov 08:01 WET, has worked."
    );
    assert_eq!(
        story.saved_state.told_of(OwedAbout::StartFailed, "start"),
        None
    );
}

#[test]
fn a_start_that_failed_is_told_only_while_it_is_wanted() {
    let mut story = failing_on("27", 2);
    let failed = [OwedAbout::StartFailed];
    for (time, expected) in [
        ("27T08:05", &failed[..]),
        ("27T18:55", &[]),
        // A day later it would be told again, but the week's windows are over.
        ("28T08:30", &[]),
        ("28T12:00", &[]),
        ("29T12:00", &[]),
        // Of Monday's start nothing is known yet.
        ("30T08:00", &[]),
    ] {
        assert_eq!(kinds(&told(&mut story, time)), expected, "{time}");
    }
    refuse(&mut story, "30T08:00", 3);
    assert_eq!(kinds(&told(&mut story, "30T08:05")), failed);
    for (mode, expected) in [
        ("enforce", &failed[..]),
        ("ignore", &[]),
        ("stop-only", &[]),
        ("dry-run", &[]),
    ] {
        let mut story = failing(2);
        story.tags.insert("lamp-mode".into(), mode.into());
        assert_eq!(kinds(&told(&mut story, "23T08:05")), expected, "{mode}");
    }
    let mut untagged = failing(2);
    untagged.tags.remove("lamp-schedule");
    assert_eq!(kinds(&told(&mut untagged, "23T08:05")), []);
    untagged.tags.clear();
    assert_eq!(kinds(&told(&mut untagged, "23T08:10")), []);
}

/// Azure shows that the start of then has failed.
fn fails(story: &mut Story, asked: &str) {
    story.compute.last_operation = Some(LastOperation {
        name: "Start".into(),
        time: at(asked),
        status: Some("StartFailed".into()),
        trigger: Some("User".into()),
    });
    story.compute.errors = vec!["Full: no capacity.".into()];
}

#[test]
fn a_start_that_azure_took_and_that_came_to_nothing_is_told_beside_the_next_one() {
    let started = |now: &str| {
        let mut story = stopped();
        let start = story.observe(now);
        story.act(&start, now);
        story
    };
    let again = |story: &mut Story, now: &str| {
        let start = story.observe(now);
        is(&start, Action::Start, Reason::ScheduleOn);
        story.act(&start, now);
    };
    let failed = [OwedAbout::StartFailed];
    // The sweep that sees it has asked for the next one before it tells anybody.
    let mut story = started("23T08:00");
    fails(&mut story, "23T08:00");
    again(&mut story, "23T08:05");
    is(
        &story.decide("23T08:05"),
        Action::Leave,
        Reason::ActionPending,
    );
    let mut dry_run = Story {
        tags: story.tags.clone(),
        compute: story.compute.clone(),
        saved_state: story.saved_state.clone(),
        ..stopped()
    };
    let found = told(&mut story, "23T08:05");
    assert_eq!(kinds(&found), failed);
    let text = &found[0].said.text;
    let why = "could not be started: StartFailed; Azure says: Full: no capacity. It is tried again";
    assert!(text.contains(why), "{text}");
    dry_run.tags.insert("lamp-mode".into(), "dry-run".into());
    assert_eq!(kinds(&told(&mut dry_run, "23T08:05")), []);
    // The same failing goes on, and is told once.
    fails(&mut story, "23T08:05");
    again(&mut story, "23T08:10");
    assert_eq!(kinds(&told(&mut story, "23T08:10")), []);
    // Yesterday's is none of today's, which may work.
    let mut story = started("23T18:55");
    fails(&mut story, "23T18:55");
    assert_eq!(kinds(&told(&mut story, "23T19:00")), []);
    again(&mut story, "24T08:00");
    assert_eq!(kinds(&told(&mut story, "24T08:00")), []);
    fails(&mut story, "24T08:00");
    assert_eq!(kinds(&told(&mut story, "24T08:05")), failed);
    // What was claimed, and never sent, is no failure of Azure's.
    let mut story = started("23T08:00");
    let own = story.saved_state.own_operations.last_mut();
    own.expect("a start").accepted_at = None;
    again(&mut story, "23T08:05");
    assert_eq!(kinds(&told(&mut story, "23T08:05")), []);
}

#[test]
fn a_start_by_hand_ends_the_failing_without_a_word() {
    let mut story = failing(2);
    told(&mut story, "23T08:01");
    story = story.state("Running").did("Start", "23T08:30", "User");
    assert_eq!(kinds(&told(&mut story, "23T08:35")), []);
    assert_eq!(
        story.saved_state.told_of(OwedAbout::StartFailed, "start"),
        None
    );
}

#[test]
fn a_start_is_late_by_when_it_was_wanted_and_asked_for() {
    let late = "40 minutes late: it was wanted from Mon 23 Nov 08:00 WET.";
    for (asked, between, seen, late) in [
        ("23T08:00", None, "23T08:10", None),
        ("23T08:00", Some("23T08:21"), "23T08:40", Some(late)),
        ("23T08:00", Some("23T08:20"), "23T08:40", None),
        // No sweep came in between: when it was on, nobody knows.
        ("23T08:00", None, "23T08:40", None),
        // Its tag was written at ten.
        ("23T10:00", None, "23T10:10", None),
    ] {
        let mut story = resource(&[OFFICE])
            .state("Stopped")
            .did("Stop", "20T18:00", "User");
        let start = story.observe(asked);
        story.act(&start, asked);
        if let Some(between) = between {
            story = story.state("Starting");
            assert_eq!(kinds(&told(&mut story, between)), []);
        }
        story = story.state("Running").did("Start", asked, "User");
        let found = told(&mut story, seen);
        match late {
            Some(late) => assert!(found[0].said.text.ends_with(late), "{found:?}"),
            None => assert_eq!(kinds(&found), [], "{asked} {between:?}"),
        }
        assert_eq!(story.saved_state.late_start, None);
    }
}

#[test]
fn what_is_kept_on_is_told_at_each_doubling_of_its_cost_and_once_a_day_at_most() {
    let hold = ("lamp-hold", "on until 2026-11-30");
    let mut story = resource(&[OFFICE, NOTICE, hold]);
    for (time, text) in [
        ("23T18:00", None),
        ("23T19:00", None),
        ("24T04:00", None),
        ("24T05:00", Some("100 USD")),
        // Twice as much, but within the day.
        ("24T16:00", None),
        ("25T04:00", None),
        ("25T05:00", Some("340 USD")),
        ("26T05:00", Some("580 USD")),
        // From 400 on the next step is 800.
        ("27T03:00", None),
        ("27T05:00", Some("820 USD")),
    ] {
        let found = told(&mut story, time);
        match text {
            None => assert_eq!(kinds(&found), [], "{time}"),
            Some(text) => {
                assert_eq!(kinds(&found), [OwedAbout::StillOn], "{time}");
                let said = format!(
                    "m is still on since Mon 23 Nov 19:00 WET: {text}. \
                     Why: held on until Mon 30 Nov 00:00 WET. \
                     If it stays on until Mon 30 Nov 00:00 WET, that is 1490 USD."
                );
                assert_eq!(found[0].said.text, said);
            }
        }
        if time == "25T04:00" {
            let on = story.decide("25T09:00");
            is(&on, Action::Leave, Reason::AsDesired);
            let policy = story.reading().policy;
            keep_on(&mut story.saved_state, &policy, &on, at("25T09:00"));
            let kept = story.saved_state.kept_on.as_ref().map(|kept| kept.since);
            assert_eq!(
                kept,
                Some(at("23T19:00")),
                "windows within a hold end nothing"
            );
        }
    }
    story = story.state("Stopped").did("Stop", "27T06:00", "User");
    told(&mut story, "27T06:05");
    assert_eq!(story.saved_state.kept_on, None);
}

#[test]
fn a_window_without_a_hold_ends_what_was_kept_on() {
    let mut story = resource(&[OFFICE]).did("Start", "24T06:00", "User");
    told(&mut story, "24T06:05");
    let since = |story: &Story| {
        story
            .saved_state
            .kept_on
            .as_ref()
            .map(|kept: &KeptOn| kept.since)
    };
    assert_eq!(since(&story), Some(at("24T06:00")));
    told(&mut story, "24T08:05");
    assert_eq!(since(&story), None);
}
