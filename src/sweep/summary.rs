//! What a sweep did, in numbers and lines.

use super::{Context, Options};
use crate::decide::{Action, Reason};
use crate::ledger::record::Machine;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// One machine's decision, as it is said.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionLine {
    #[serde(flatten)]
    pub machine: Machine,
    pub state: String,
    pub action: Action,
    pub reason: Reason,
    pub text: String,
    pub dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Something about the machine does not work as it should; said once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// What Azure's own idle timer is to be set to, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timer: Option<u64>,
    /// Unreadable tags, each as one screen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<crate::policy::TagError>,
}

/// One act of this sweep and Azure's answer.
#[derive(Clone, Debug, Serialize)]
pub struct ActLine {
    pub id: String,
    #[serde(flatten)]
    pub machine: Machine,
    pub action: Action,
    pub accepted: bool,
    /// Azure's word that the machine is not in a state for it: looked at again next sweep, not a failure.
    pub look_again: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What one workspace's pass brings home.
#[derive(Debug, Default)]
pub struct Report {
    pub decisions: Vec<DecisionLine>,
    pub acts: Vec<ActLine>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    pub not_reached: Vec<String>,
    /// Not one machine could be read.
    pub unread: bool,
    /// The workspace's ARM id in lower case, unless all its machines were looked at.
    pub unseen: Option<String>,
    pub settled: usize,
    pub unsettled: usize,
    pub failed: usize,
    pub saved: Decimal,
    pub saving_per_hour: Decimal,
    pub off_by_us: usize,
}

/// One sweep's summary.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub sweep: String,
    pub at: DateTime<Utc>,
    pub dry_run: bool,
    pub subscriptions: usize,
    pub workspaces: usize,
    pub machines: usize,
    /// Accepted by Azure in this sweep (in a dry run: what would have been asked for).
    pub stops: usize,
    pub starts: usize,
    pub waits: usize,
    /// Machines by the reason code of their decision.
    pub reasons: BTreeMap<Reason, usize>,
    /// Earlier acts whose effect was seen now.
    pub settled: usize,
    /// Acts that Azure accepted, not yet seen to take effect, though they should.
    pub unsettled: usize,
    /// Acts that were refused or did not take effect.
    pub failed: usize,
    /// Machines with a tag that cannot be read.
    pub unreadable: usize,
    /// Machines of which something does not work as it should, said today for the first time.
    pub warnings: usize,
    /// Machines that are off because of us.
    pub off_by_us: usize,
    /// Headline money of the avoided intervals that ended in this sweep.
    pub saved: Decimal,
    /// What the avoided intervals that still earn save in an hour.
    pub saving_per_hour: Decimal,
    pub currency: String,
    /// Workspaces and machines that the deadline did not allow.
    pub not_reached: Vec<String>,
    /// ARM ids, in lower case, of the workspaces and subscriptions whose machines were not all looked at.
    pub unseen: Vec<String>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    #[serde(skip)]
    pub decisions: Vec<DecisionLine>,
    #[serde(skip)]
    pub acts: Vec<ActLine>,
}

impl Summary {
    pub(super) fn begin(options: &Options) -> Summary {
        let name = || format!("sweep-{}", options.now.format("%Y%m%dT%H%M%S%3fZ"));
        Summary {
            sweep: options.id.clone().unwrap_or_else(name),
            at: options.now,
            dry_run: options.dry_run,
            subscriptions: 0,
            workspaces: 0,
            machines: 0,
            stops: 0,
            starts: 0,
            waits: 0,
            reasons: BTreeMap::new(),
            settled: 0,
            unsettled: 0,
            failed: 0,
            unreadable: 0,
            warnings: 0,
            off_by_us: 0,
            saved: Decimal::ZERO,
            saving_per_hour: Decimal::ZERO,
            currency: String::new(),
            not_reached: Vec::new(),
            unseen: Vec::new(),
            problems: Vec::new(),
            oddities: Vec::new(),
            decisions: Vec::new(),
            acts: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, report: Report) {
        self.workspaces += 1;
        self.machines += report.decisions.len();
        for line in &report.decisions {
            *self.reasons.entry(line.reason).or_default() += 1;
            self.waits += usize::from(line.action == Action::Wait);
            self.unreadable += usize::from(!line.errors.is_empty());
            self.warnings += usize::from(line.warning.is_some());
            let only_said = self.dry_run && !line.dry_run;
            self.stops += usize::from(only_said && line.action == Action::Stop);
            self.starts += usize::from(only_said && line.action == Action::Start);
        }
        for act in report.acts.iter().filter(|act| act.accepted) {
            self.stops += usize::from(act.action == Action::Stop);
            self.starts += usize::from(act.action == Action::Start);
        }
        self.failed += report.failed
            + report
                .acts
                .iter()
                .filter(|act| !act.accepted && !act.look_again)
                .count();
        self.settled += report.settled;
        self.unsettled += report.unsettled;
        self.off_by_us += report.off_by_us;
        self.saved += report.saved;
        self.saving_per_hour += report.saving_per_hour;
        self.not_reached.extend(report.not_reached);
        self.unseen.extend(report.unseen);
        self.problems.extend(report.problems);
        self.oddities.extend(report.oddities);
        self.decisions.extend(report.decisions);
        self.acts.extend(report.acts);
    }

    pub(super) fn end(&mut self, context: &Context) {
        self.currency = context.settings.currency.clone();
        self.decisions.sort_by(|a, b| a.machine.cmp(&b.machine));
        self.acts.sort_by(|a, b| a.machine.cmp(&b.machine));
        self.not_reached.sort();
        self.unseen.sort();
        self.problems.sort();
        self.oddities.sort();
    }

    /// Whether everything was done: nothing failed, nothing unsettled, nothing left out.
    pub fn is_clean(&self) -> bool {
        self.failed == 0
            && self.unsettled == 0
            && self.problems.is_empty()
            && self.not_reached.is_empty()
    }
}
