//! What somebody keeps on outside its schedule, at much cost.

use super::happened::{Happened, News, end};
use crate::decide::decision::Decision;
use crate::decide::held::held;
use crate::policy::Policy;
use crate::record::{Action, KeptOn, OwedAbout, Reason, ResourceState, cost};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// What is told of the cost, whichever it is.
const KEPT_ON: &str = "cost";

/// Notes since when somebody keeps a resource on outside its schedule, while that lasts.
pub fn keep_on(
    state: &mut ResourceState,
    policy: &Policy,
    decision: &Decision,
    now: DateTime<Utc>,
) {
    let hold = held(policy, state, now).filter(|hold| hold.in_force(now));
    let hold = hold.is_some_and(|hold| hold.power == Power::On);
    let wanted = decision.desired == Some(Power::On) && !hold;
    if state.rest == Some(Power::Off) || wanted || policy.schedule.is_none() {
        state.kept_on = None;
    } else if state.kept_on.is_none() && is_kept_on(decision) {
        let since = state.on_since().max(decision.since);
        state.kept_on = Some(KeptOn {
            since: since.unwrap_or(now).min(now),
            price: None,
            told: None,
        });
    }
}

/// Whether it is on only because somebody wants it so.
fn is_kept_on(decision: &Decision) -> bool {
    let by_somebody = matches!(
        decision.reason,
        Reason::ManualOverride | Reason::Lease | Reason::HoldOn
    );
    decision.action == Action::Leave && by_somebody && decision.desired == Some(Power::Off)
}

impl Happened<'_> {
    /// What somebody keeps on, once its cost has reached another step: each is twice the one before.
    pub(super) fn kept_on(&self) -> Option<News> {
        let (kept, first) = (self.state.kept_on.as_ref()?, self.cost_from?);
        if !is_kept_on(self.decision) || self.decision.dry_run {
            return None;
        }
        let price = kept.price.as_ref()?;
        let until = |at: DateTime<Utc>| cost(price.amount, (at - kept.since).num_seconds());
        let spent = until(self.now);
        let step = step(spent, first)?;
        if kept.told.is_some_and(|told| step <= told) {
            return None;
        }
        let next = self.decision.next.filter(|next| next.at > self.now);
        let next = next.map(|next| {
            let (at, cost) = (self.local(next.at), until(next.at).round_dp(0));
            format!(
                " If it stays on until {at}, that is {cost} {}.",
                price.currency
            )
        });
        let text = format!(
            "{} is still on since {}: {} {}. Why: {}.{}",
            self.name,
            self.local(kept.since),
            spent.round_dp(0),
            price.currency,
            end(&self.decision.text),
            next.unwrap_or_default()
        );
        Some(self.of(OwedAbout::StillOn, KEPT_ON, text))
    }
}

/// The highest of `first`, twice that, and so on, that `spent` has reached.
pub(super) fn step(spent: Decimal, first: Decimal) -> Option<Decimal> {
    let mut step = (spent >= first && first > Decimal::ZERO).then_some(first)?;
    while let Some(next) = step.checked_add(step).filter(|next| *next <= spent) {
        step = next;
    }
    Some(step)
}
