//! What a resource costs that somebody has started again after our stop, and left on.
//!
//! The saved figure takes it that without our stop a resource would have been on until so and so, and then off. The same
//! holds here: up to then nothing was caused, and what it costs afterwards it costs by a start that answered our stop.

use crate::kinds::rest;
use crate::observe::Compute;
use crate::policy::Policy;
use crate::record::{ExternalOperation, Interval, OperationOutcome, ResourceState, StartedAgain};
use crate::schedule::Power;
use chrono::{DateTime, Utc};

/// Whether what a resource costs that was started again counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartedAgainCost {
    /// Without our stop it would still be on, as far as anybody knows.
    NotYet,
    /// It is on by that start alone, since then.
    Counts(DateTime<Utc>),
    /// Its schedule wants it on, since then, whoever started it.
    Wanted(DateTime<Utc>),
    /// It is over, since then.
    Over(DateTime<Utc>, &'static str),
}

/// What a start by somebody else answers, if it ended an avoided interval that was still earning: of a later one, whoever
/// came would have found the resource off without us, too. Azure's own schedule answers nobody.
pub fn answer(stopped: &Interval, start: &ExternalOperation) -> Option<StartedAgain> {
    let counts_from = stopped.saved_until();
    let answers = start.power == Power::On && !start.is_azures_own() && start.at < counts_from;
    answers.then(|| StartedAgain {
        at: start.at,
        stop: stopped.operation.clone(),
        cause: stopped.cause,
        counts_from,
    })
}

/// How it stands now.
pub fn started_again_cost(
    again: &StartedAgain,
    compute: &Compute,
    policy: &Policy,
    state: &ResourceState,
    now: DateTime<Utc>,
) -> StartedAgainCost {
    if let Some((at, why)) = over(again, compute, state, now) {
        return StartedAgainCost::Over(at, why);
    }
    let desired = policy.schedule.as_ref();
    let desired = desired.map(|schedule| schedule.value.at(now));
    let since = desired.and_then(|desired| desired.since);
    let since = since.map(|edge| edge.at);
    if desired.is_some_and(|desired| desired.power == Some(Power::On)) {
        return StartedAgainCost::Wanted(since.unwrap_or(now));
    }
    let from = again
        .at
        .max(again.counts_from)
        .max(since.unwrap_or(again.at));
    match from <= now {
        true => StartedAgainCost::Counts(from),
        false => StartedAgainCost::NotYet,
    }
}

/// The first of what ends it.
fn over(
    again: &StartedAgain,
    compute: &Compute,
    state: &ResourceState,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, &'static str)> {
    let external = state.external.as_ref();
    let external = external.filter(|external| external.at > again.at);
    let of = |power| external.filter(|external| external.power == power);
    let own = state.own_operations.iter();
    let own = own.filter(|own| own.power == Power::Off && !own.ended_as(OperationOutcome::Failed));
    let own = own.map(|own| own.requested_at).filter(|at| *at > again.at);
    let stop = of(Power::Off).map(|stop| stop.at).into_iter().chain(own);
    let off = rest(compute) == Some(Power::Off);
    let stopped = off.then(|| (stop.max().unwrap_or(now), "stopped"));
    // It had been off in between.
    let begun = of(Power::On).map(|start| (start.at, "started once more"));
    let late = (now >= again.until()).then(|| (again.until(), "on for a week since then"));
    [stopped, begun, late].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::instance::imagined;
    use crate::observe::{ComputeState, Tags};
    use crate::policy::{self, Defaults, Layers};
    use crate::record::{Benefit, Cause, IntervalKind, OffAnyway};

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z")
            .parse()
            .expect("a time in a test")
    }

    fn night(off_anyway: Option<&str>) -> Interval {
        let off_anyway = off_anyway.map(|time| OffAnyway {
            at: at(time),
            why: "Azure's own schedule".into(),
        });
        Interval {
            id: "avoided:1".into(),
            kind: IntervalKind::Avoided,
            operation: "1".into(),
            cause: Cause::Schedule,
            opened_at: at("23T19:05"),
            horizon: at("24T08:00"),
            off_anyway,
            count: 1,
            vm_size: None,
            location: None,
            price: None,
            benefit: Benefit::None,
        }
    }

    fn operation(power: Power, time: &str, trigger: &str) -> ExternalOperation {
        ExternalOperation {
            power,
            at: at(time),
            operation: "Start".into(),
            trigger: Some(trigger.into()),
        }
    }

    fn start(time: &str) -> ExternalOperation {
        operation(Power::On, time, "User")
    }

    #[test]
    fn only_a_start_by_somebody_while_it_still_saves_answers_our_stop() {
        let again = answer(&night(None), &start("23T20:00")).expect("an answer");
        assert_eq!(
            (again.counts_from, again.until()),
            (at("24T08:00"), at("30T20:00"))
        );
        // Azure's own schedule would have stopped it at 22:00.
        let early = answer(&night(Some("23T22:00")), &start("23T20:00"));
        assert_eq!(early.map(|again| again.counts_from), Some(at("23T22:00")));
        // Whoever came later would have found it off without us, too.
        assert_eq!(answer(&night(Some("23T22:00")), &start("23T22:00")), None);
        assert_eq!(answer(&night(None), &start("24T08:00")), None);
        let native = operation(Power::On, "23T20:00", "Schedule");
        assert_eq!(answer(&night(None), &native), None);
        let stop = operation(Power::Off, "23T20:00", "User");
        assert_eq!(answer(&night(None), &stop), None);
    }

    /// How it stands at `now` with a schedule, since the start at 20:00.
    fn stands(
        schedule: &str,
        running: bool,
        external: &[ExternalOperation],
        now: &str,
    ) -> StartedAgainCost {
        let again = answer(&night(None), &start("23T20:00")).expect("an answer");
        let (tags, none) = (
            Tags::from([("lamp-schedule".into(), schedule.into())]),
            Tags::new(),
        );
        let layers = Layers {
            compute_name: "ci",
            compute: &tags,
            workspace: &none,
            resource_group: &none,
        };
        let policy = policy::read(&layers, &Defaults::default()).policy;
        let state = ResourceState {
            external: external.last().cloned(),
            ..ResourceState::default()
        };
        let compute = imagined(match running {
            true => ComputeState::Running,
            false => ComputeState::Stopped,
        });
        started_again_cost(&again, &compute, &policy, &state, at(now))
    }

    #[test]
    fn it_counts_outside_its_schedule_until_it_is_off_started_once_more_or_a_week_is_over() {
        let office = "Mon-Fri 08:00-19:00";
        let on = [start("23T20:00")];
        assert_eq!(
            stands(office, true, &on, "24T07:59"),
            StartedAgainCost::NotYet
        );
        let wanted = StartedAgainCost::Wanted(at("24T08:00"));
        assert_eq!(stands(office, true, &on, "24T12:00"), wanted);
        let counts = StartedAgainCost::Counts(at("24T19:00"));
        assert_eq!(stands(office, true, &on, "24T23:00"), counts);
        let from_then = StartedAgainCost::Counts(at("24T08:00"));
        assert_eq!(stands("none", true, &on, "24T12:00"), from_then);
        let stop = [operation(Power::Off, "24T20:00", "User")];
        let over = StartedAgainCost::Over(at("24T20:00"), "stopped");
        assert_eq!(stands(office, false, &stop, "24T23:00"), over);
        let begun = StartedAgainCost::Over(at("24T21:00"), "started once more");
        assert_eq!(
            stands(office, true, &[start("24T21:00")], "24T23:00"),
            begun
        );
        let late = StartedAgainCost::Over(at("30T20:00"), "on for a week since then");
        assert_eq!(stands("none", true, &on, "30T21:00"), late);
    }
}
