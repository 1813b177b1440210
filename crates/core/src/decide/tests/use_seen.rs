//! What sweeps see of use, from sweep to sweep.

use super::*;
use crate::decide::evidence::{Proof, Source};
use crate::kinds::instance::imagined;
use crate::observe::{Compute, ComputeState};
use crate::policy::Policy;
use crate::record::{ChangedBy, ExternalOperation, UseDay};
use crate::schedule::Power;

/// One sweep that sees it in this state.
fn sweep(
    state: &mut ResourceState,
    now: &str,
    shown: ComputeState,
    changes: &[Change],
    proof: Option<Proof>,
) -> Option<UseDay> {
    let compute: Compute = imagined(shown);
    let finding = |proof| Finding::new(Source::Metrics, proof, String::new());
    let findings: Vec<Finding> = proof.map(finding).into_iter().collect();
    let seen = Seen {
        compute: &compute,
        policy: &Policy::default(),
        changes,
        jobs: &Jobs::NotAsked,
        findings: &findings,
        now: at(now),
    };
    see_use(state, seen)
}

#[test]
fn a_job_over_midnight_is_told_on_both_days_and_changes_saved_state_at_its_ends_only() {
    let mut state = ResourceState::default();
    let running = || ComputeState::JobRunning;
    assert_eq!(sweep(&mut state, "23T22:00", running(), &[], None), None);
    let before = state.clone();
    assert_eq!(sweep(&mut state, "23T23:55", running(), &[], None), None);
    assert_eq!(state, before);
    let monday = sweep(&mut state, "24T00:05", running(), &[], None).expect("a day");
    let span = |day: &UseDay| {
        day.work
            .iter()
            .map(|one| (one.from, one.to))
            .collect::<Vec<_>>()
    };
    assert_eq!(span(&monday), [(at("23T22:00"), at("24T00:00"))]);
    sweep(&mut state, "24T03:00", ComputeState::Running, &[], None);
    let tuesday = sweep(&mut state, "25T00:00", ComputeState::Stopped, &[], None).expect("a day");
    assert_eq!(span(&tuesday), [(at("24T00:00"), at("24T03:00"))]);
    // Of a day on which nothing is seen nothing is recorded, and nothing is saved.
    let quiet = state.clone();
    assert_eq!(
        sweep(&mut state, "27T00:00", ComputeState::Stopped, &[], None),
        None
    );
    assert_eq!(state, quiet);
}

#[test]
fn work_is_joined_and_a_time_without_it_parts_it() {
    let mut state = ResourceState::default();
    let mut look =
        |now: &str, proof| sweep(&mut state, now, ComputeState::Running, &[], Some(proof));
    look("23T09:00", Proof::Work(at("23T08:55")));
    look("23T10:00", Proof::Work(at("23T09:50")));
    let quiet = |from: &str, to: &str| Proof::Quiet {
        from: at(from),
        to: at(to),
    };
    look("23T12:00", quiet("23T10:30", "23T11:57"));
    look("23T12:30", Proof::Unknown);
    look("23T13:00", Proof::Work(at("23T12:58")));
    look("23T14:00", quiet("23T13:05", "23T13:57"));
    let day = look("24T00:00", quiet("23T13:50", "23T23:57")).expect("a day");
    let work: Vec<_> = day.work.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(
        work,
        [
            (at("23T08:55"), at("23T09:50")),
            (at("23T12:58"), at("23T12:58"))
        ]
    );
    let quiet: Vec<_> = day.quiet.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(
        quiet,
        [
            (at("23T10:30"), at("23T11:57")),
            (at("23T13:05"), at("23T13:57"))
        ]
    );
}

#[test]
fn whose_a_start_or_stop_was_is_kept_and_a_day_stays_small() {
    let by = |at_: &str, trigger: &str| {
        Change::External(ExternalOperation {
            power: Power::Off,
            at: at(at_),
            operation: "Stop".into(),
            trigger: Some(trigger.into()),
        })
    };
    let mut state = ResourceState::default();
    let changes = [by("23T08:00", "User"), by("23T09:00", "IdleShutdown")];
    sweep(
        &mut state,
        "23T09:05",
        ComputeState::Running,
        &changes,
        None,
    );
    for minute in 0..59 {
        let more = [by(&format!("23T10:{minute:02}"), "User")];
        sweep(&mut state, "23T11:00", ComputeState::Running, &more, None);
    }
    let day = sweep(&mut state, "24T00:00", ComputeState::Running, &[], None).expect("a day");
    let of = |change: usize| day.changes[change].by;
    assert_eq!((of(0), of(1)), (ChangedBy::Person, ChangedBy::Azure));
    assert_eq!(day.changes.len(), 48);
}
