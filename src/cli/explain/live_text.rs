//! What is printed of a resource in Azure.

use super::text::on_or_off;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::report::{money, stale};
use lamplighter_agent::sweep::Context;
use lamplighter_core::decide::Decision;
use lamplighter_core::duration;
use lamplighter_core::policy::Reading;
use lamplighter_core::record::{
    ExternalOperation, OperationOutcome, OwnOperation, Reason, Record, What,
};
use lamplighter_core::replay::Standing;
use lamplighter_core::schedule::{Power, wall};
use lamplighter_core::snapshot::{SnapshotResource, WhileParked};
use lamplighter_core::tz::Tz;
use std::fmt::Write;

/// For an instant of the past, the ledger is searched this far back: a decision is written only when it changes.
pub const BACK: TimeDelta = TimeDelta::days(14);

/// A resource at an instant.
pub struct Explained {
    pub context: Context,
    pub resource: SnapshotResource,
    pub reading: Reading,
    pub now: DateTime<Utc>,
    pub at: DateTime<Utc>,
    pub decision: Decision,
    /// Where `at` is not now.
    pub standing: Option<Standing>,
    /// What the ledger says was decided by then; only of the past.
    pub recorded: Option<Record>,
    /// When the last sweep was, of all that ended.
    pub last_sweep: Option<DateTime<Utc>>,
    pub problems: Vec<String>,
}

impl Explained {
    /// What comes before everything else: that no sweep has ended for a day.
    pub fn stale(&self) -> String {
        let last = stale::since(self.last_sweep, self.now);
        last.map_or_else(String::new, |last| stale::text(last, self.now) + "\n")
    }

    pub fn print_to(&self, out: &mut String, zone: Tz) {
        self.print_state(out);
        let decision = &self.decision;
        let dry = if decision.dry_run { ", dry run" } else { "" };
        let _ = writeln!(
            out,
            "decision: {} ({}{dry}): {}",
            decision.action, decision.reason, decision.text
        );
        for evidence in &decision.evidence {
            let _ = writeln!(out, "evidence: {evidence}");
        }
        if let Some(warning) = &decision.warning {
            let _ = writeln!(out, "warning: {warning}");
        }
        if let Some(stuck) = self.stuck() {
            let _ = writeln!(out, "warning: {stuck}");
        }
        if let Some(to) = decision.timer {
            let to = duration::print(to);
            let _ = writeln!(
                out,
                "Azure's idle timer: to be set to {to} by the next sweep"
            );
        }
        // Of a kind that nothing is done to, the decision itself has them.
        let notes = self.resource.by_kind.notes.iter();
        for note in notes.filter(|_| decision.reason != Reason::KindNotGoverned) {
            let _ = writeln!(out, "{note}");
        }
        if let Some(parked) = self.while_parked() {
            let _ = writeln!(out, "{parked}");
        }
        for problem in &self.problems {
            let _ = writeln!(out, "note: {problem}");
        }
        self.print_recorded(out, zone);
        self.print_last(out, zone);
        let _ = match self.last_sweep {
            Some(last) => writeln!(out, "last sweep: {}", wall::dated(last, zone)),
            None => writeln!(out, "last sweep: none is known to have ended"),
        };
        if let Some(next) = decision.next {
            let what = next.desired.map_or("decided anew", on_or_off);
            let at = wall::shown(next.at, zone);
            let _ = writeln!(out, "next change: {what} at {at}");
        }
    }

    /// A change of state that lasts too long, with what it costs.
    fn stuck(&self) -> Option<String> {
        let resource = &self.resource;
        let text = self.decision.stuck.as_ref()?;
        let kind = resource.kind().known()?;
        let costs = match kind.billed(&resource.state) {
            true => "costs",
            false => "may cost",
        };
        Some(match &resource.price_per_hour {
            Some(price) => {
                let (amount, currency) = (money(price.amount), &price.currency);
                format!("{text}; it {costs} {amount} {currency} an hour")
            }
            None => text.clone(),
        })
    }

    /// What goes on costing while it is stopped, of what may be stopped.
    fn while_parked(&self) -> Option<String> {
        let one = |one: &WhileParked| match (&one.price_per_hour, one.usd_a_day) {
            (Some(price), _) => {
                let (amount, currency) = (money(price.amount), &price.currency);
                format!("{}, {amount} {currency} an hour", one.what)
            }
            (None, Some(usd)) => format!("{}, about {usd} USD a day", one.what),
            (None, None) => one.what.clone(),
        };
        let all: Vec<String> = self.resource.while_parked.iter().map(one).collect();
        (!all.is_empty()).then(|| {
            format!(
                "while parked, not saved: it goes on costing {}",
                all.join("; ")
            )
        })
    }

    fn print_state(&self, out: &mut String) {
        let _ = match &self.standing {
            None => writeln!(out, "state: {}", self.resource.state),
            Some(standing) if self.at > self.now => writeln!(
                out,
                "state then: {}, if nobody touches it until then (now {})",
                on_or_off(standing.power),
                self.resource.state
            ),
            Some(standing) => {
                let known = match self.resource.first_seen {
                    Some(_) => "what is known now of its starts and stops",
                    None => "Azure's last operation, as no ledger knows it",
                };
                writeln!(out, "state then: {}, by {known}", on_or_off(standing.power))
            }
        };
    }

    /// What the ledger has of an instant of the past.
    fn print_recorded(&self, out: &mut String, zone: Tz) {
        if let Some(Record {
            at,
            what:
                What::Decision {
                    action,
                    reason,
                    text,
                    ..
                },
            ..
        }) = &self.recorded
        {
            let since = wall::shown(*at, zone);
            let _ = writeln!(
                out,
                "in the ledger, since {since}: {action} ({reason}): {text}"
            );
        } else if self.at < self.now {
            let days = BACK.num_days();
            let _ = writeln!(
                out,
                "in the ledger: no decision about it in the {days} days before"
            );
        }
    }

    /// Who else started or stopped it last, and what Lamplighter did last.
    fn print_last(&self, out: &mut String, zone: Tz) {
        let external = match &self.standing {
            Some(standing) => standing.external.as_ref(),
            None => self.resource.external.as_ref(),
        };
        let _ = match external {
            Some(external) => writeln!(
                out,
                "last start or stop by somebody else: {}",
                external_text(external, zone)
            ),
            None => writeln!(out, "last start or stop by somebody else: none known"),
        };
        let own = self.resource.own_operations.iter();
        let mut own = own.map(|own| own.operation());
        if let Some(own) = own.rfind(|own| own.requested_at <= self.at) {
            let _ = writeln!(out, "Lamplighter's last action: {}", own_text(&own, zone));
        }
        if let Some(refused) = &self.resource.refused {
            let verb = match refused.power {
                Power::On => "start",
                Power::Off => "stop",
            };
            let since = wall::shown(refused.since, zone);
            let times = match refused.times {
                1 => "1 time".to_owned(),
                times => format!("{times} times"),
            };
            let _ = writeln!(out, "Azure refuses to {verb} it: {times} since {since}");
        }
    }
}

fn external_text(external: &ExternalOperation, zone: Tz) -> String {
    let by = external.trigger.as_deref();
    let by = by
        .map(|by| format!(", triggered by {by}"))
        .unwrap_or_default();
    format!(
        "{} at {}{by}",
        external.operation,
        wall::shown(external.at, zone)
    )
}

fn own_text(own: &OwnOperation, zone: Tz) -> String {
    let verb = match own.power {
        Power::On => "start",
        Power::Off => "stop",
    };
    let how = match own.ended.as_ref().map(|ended| ended.how) {
        Some(OperationOutcome::Settled) => "settled",
        Some(OperationOutcome::Failed) => "failed",
        Some(OperationOutcome::Overtaken) => "overtaken by somebody else",
        None => "not settled yet",
    };
    format!(
        "{verb} ({}) asked for at {}, {how}",
        own.reason,
        wall::shown(own.requested_at, zone)
    )
}
