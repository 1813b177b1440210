//! Claim: what is due is written into the saved state before anything is asked of Azure, so that no second sweep, and none
//! after a crash, asks for it again.

use super::clock::Clock;
use super::decided::Decided;
use super::intervals::Settled;
use super::pass::Pass;
use super::report::PassReport;
use crate::ledger::{SaveError, StateDocument, Version};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{Change, Presence, parked_by_us, scale_to};
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::evidence::Source;
use lamplighter_core::policy::Policy;
use lamplighter_core::record::{
    Action, OperationOutcome, OwnOperation, Parked, Reason, ResourceState,
};
use lamplighter_core::schedule::Power;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A claimed action is sent within this long of its claim, or not at all.
const SEND_WITHIN: Duration = Duration::from_secs(90);
/// A claim keeps other sweeps away for this long. It is longer than the claimant may take to send, by far more than two
/// instances' clocks differ.
const STANDS: TimeDelta = TimeDelta::minutes(5);

/// A due action that this sweep alone may send, and until when.
pub struct Claim {
    pub own: OwnOperation,
    pub send_until: Instant,
    /// How often Azure has put it off.
    pub put_off: u32,
    /// Of a kind that scales: the value that is to be brought back, as it was when this was claimed.
    pub value: Option<u32>,
}

impl Claim {
    /// Whether the decision still demands what was claimed.
    pub fn fits(&self, decided: &Decided) -> bool {
        let power = match decided.action_due() {
            Some(Action::Stop) => Some(Power::Off),
            Some(Action::Start) => Some(Power::On),
            Some(Action::Wait | Action::Leave) | None => None,
        };
        power == Some(self.own.power)
    }
}

/// A resource whose action is due, and claimed.
pub struct Claimed {
    pub settled: Settled,
    pub claim: Claim,
}

/// A resource that is left alone after all.
pub struct Left {
    /// The key of its saved state.
    pub key: String,
    pub reason: Reason,
    pub why: Arc<str>,
}

/// When a claim made at `at` ends for the one who made it, and for all others. Both count from the same instant: the
/// sweep's own `now` may be minutes old by then.
fn ends(clock: &Clock, at: Instant) -> (Instant, DateTime<Utc>) {
    (at + SEND_WITHIN, clock.moment(at) + STANDS)
}

/// Claims what is due, as far as so many resources may be stopped at once. Nothing is saved yet.
pub async fn claim(
    pass: &Pass<'_>,
    settled: Settled,
    report: &mut PassReport,
) -> Result<Claimed, Left> {
    let key = settled.decided.observed.key().to_owned();
    let left = |reason, why: &str| Left {
        key: key.clone(),
        reason,
        why: why.into(),
    };
    if !pass.target.tags_known {
        let why = "its resource group's tags could not be read";
        return Err(left(Reason::TagsUnknown, why));
    }
    match pass
        .stop_limit
        .allows(&key, &settled.decided.decision)
        .await
    {
        Ok(true) => match new(pass, &settled.decided) {
            Some(claim) => Ok(Claimed { settled, claim }),
            None => Err(left(Reason::NotConfirmed, "it is not due any more")),
        },
        Ok(false) => Err(left(Reason::StopLimit, &pass.stop_limit.explanation())),
        Err(error) => {
            let name = settled.decided.name();
            report
                .problems
                .push(format!("{name}: not acted on: {error}"));
            let why = "how many were stopped could not be counted";
            Err(left(Reason::StopLimit, why))
        }
    }
}

/// The claim that the decision demands.
fn new(pass: &Pass<'_>, decided: &Decided) -> Option<Claim> {
    let now = pass.options.now;
    let (power, verb) = match decided.action_due()? {
        Action::Stop => (Power::Off, "stop"),
        Action::Start => (Power::On, "start"),
        Action::Wait | Action::Leave => return None,
    };
    let (state, decision) = (&decided.observed.state, &decided.decision);
    let (id, compute) = (&decided.observed.resource.id, &decided.observed.compute);
    let scaled = compute.by_kind.scale.is_some();
    let to = scale_to(compute, &decided.observed.reading.policy, state, power);
    // A start that ends an avoided interval which still earns brings back what ran anyway.
    let avoided = state.avoided.as_ref();
    let ran_anyway = match parked_by_us(state, now) {
        // Nobody but us would have set it lower.
        Some(before) if scaled => to.is_some_and(|to| to <= before),
        // Where nothing tells of use, no start is ever found used: one brings back what would still run without us.
        _ => avoided.is_some_and(|interval| {
            interval.earns_at(now) || interval.off_anyway.is_none() && blind(decided)
        }),
    };
    // Where neither use nor money is known, nobody can say that a start was for nothing, and there is nothing to take off.
    let unknowable = blind(decided) && has_no_price(decided);
    let unneeded = state.unneeded_start();
    let shown = decision.reason == Reason::Idle || decided.is_quiet();
    let unneeded = unneeded.filter(|_| power == Power::Off && shown);
    let (send_until, claimed_until) = ends(&pass.clock, Instant::now());
    let own = OwnOperation {
        id: format!("{id}:{verb}:{}", now.format("%Y%m%dT%H%M%S%3fZ")),
        power,
        reason: decision.reason,
        cause: decision.cause.unwrap_or(now),
        requested_at: now,
        claimed_until,
        extra: power == Power::On && !ran_anyway && !unknowable,
        value: to,
        from: compute.by_kind.scale.as_ref().map(|scale| scale.value),
        settles_within: settles_within(decided),
        unneeded_start: unneeded.map(|start| start.id.clone()),
        text: Some(decision.text.clone()),
        accepted_at: None,
        ended: None,
    };
    Some(Claim {
        own,
        send_until,
        put_off: 0,
        value: compute.by_kind.scale.as_ref().map(|scale| scale.value),
    })
}

/// What it was before our last stop, where it is to come back to that still: somebody has raised it meanwhile, and no
/// window has begun since.
fn still_parked(state: &ResourceState, policy: &Policy, now: DateTime<Utc>) -> Option<u32> {
    // A stop that came to nothing has changed nothing.
    let failed =
        |own: &OwnOperation| own.power == Power::Off && own.ended_as(OperationOutcome::Failed);
    let own = state.own_operations.iter().rev().find(|own| !failed(own))?;
    let parked = state.parked?;
    let schedule = policy.schedule.as_ref()?;
    let edges = schedule.value.edges(parked.at, now);
    let begun = edges
        .iter()
        .any(|edge| edge.power == Power::On && edge.at <= now);
    let ours = own.power == Power::Off && own.ended_as(OperationOutcome::Settled);
    (ours && !begun).then_some(parked.value)
}

/// Whether no source of evidence can tell that somebody uses it.
fn blind(decided: &Decided) -> bool {
    let kind = decided.observed.resource.kind.known();
    // Where only a beacon could tell, there has to be one.
    let heard = decided.observed.beacon == Presence::Present;
    kind.is_some_and(|kind| {
        let heard = heard && kind.proves_quiet(Source::Beacon);
        !kind.proves_quiet(Source::Metrics) && !heard
    })
}

fn has_no_price(decided: &Decided) -> bool {
    let compute = &decided.observed.compute;
    let kind = decided.observed.resource.kind.known();
    kind.is_some_and(|kind| kind.meters(compute).is_empty())
}

/// In seconds; `None` for the usual length.
fn settles_within(decided: &Decided) -> Option<u32> {
    let kind = decided.observed.resource.kind.known()?;
    let usual = Kind::Instance.known()?.settles_within();
    let own = kind.settles_within();
    (own != usual).then(|| u32::try_from(own.num_seconds()).unwrap_or(u32::MAX))
}

/// Saves the claims, with what they stand on, and nothing else that this pass has found out: no record tells of it yet.
///
/// # Errors
/// Another sweep has written the saved state since it was read, or it cannot be written. Then nothing may be sent.
pub async fn save(
    pass: &Pass<'_>,
    (mut state, version): (StateDocument, Version),
    claimed: &[Claimed],
) -> Result<(), SaveError> {
    for one in claimed {
        let observed = &one.settled.decided.observed;
        let mut resource = state.get(observed.key()).unwrap_or_default();
        resource
            .resource
            .get_or_insert_with(|| observed.resource.clone());
        // How earlier operations ended was found out just now; whoever observes the resource next writes it down.
        resource.own_operations = observed.state.own_operations.clone();
        let ended = one
            .settled
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::OwnEnded(own) => Some(own.id.clone()),
                Change::External(_) | Change::Held(_) => None,
            });
        resource.untold.extend(ended);
        // The end of a hold such as `off for 3h` counts from it, and the claim names that end.
        resource.hold_seen = observed.state.hold_seen.clone();
        resource.push_operation(one.claim.own.clone());
        // Before it is changed: without it nobody could bring it back.
        if let Some(scale) = &observed.compute.by_kind.scale
            && one.claim.own.power == Power::Off
        {
            let at = one.claim.own.requested_at;
            let still = still_parked(&observed.state, &observed.reading.policy, at);
            let value = scale.value.max(still.unwrap_or(0));
            // What we had raised ourselves would not be there without us.
            let raised = observed.state.unused.as_ref();
            let raised = raised.map_or(0, |interval| interval.count);
            let found = scale.value.saturating_sub(raised);
            resource.parked = Some(Parked {
                value,
                at,
                found: (value != found).then_some(found),
                there: scale.there,
            });
        }
        state.put(observed.key(), &resource)?;
    }
    let saved = pass
        .context
        .ledger
        .save_document(pass.key(), &state, &version);
    saved.await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_sent_long_before_it_ends_for_others_however_late_in_the_sweep_it_is_made() {
        let now: DateTime<Utc> = "2026-11-23T19:00:00Z".parse().expect("a time");
        let clock = Clock::begin(now);
        let begun = Instant::now();
        for minutes in [0, 1, 4, 25] {
            let at = begun + Duration::from_secs(60 * minutes);
            let (send_until, claimed_until) = ends(&clock, at);
            let between = claimed_until - clock.moment(send_until);
            assert_eq!(between, TimeDelta::seconds(210), "{minutes}");
        }
    }
}
