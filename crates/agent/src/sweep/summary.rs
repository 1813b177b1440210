//! What a sweep did, in numbers and lines.

use super::discover::Discovered;
use super::message::Message;
use super::past::Pending;
use super::{Context, Options};
use lamplighter_azure::AzureError;
use lamplighter_core::observe::Workspace;
use lamplighter_core::decide::{Action, Reason};
use lamplighter_core::record::Machine;
use crate::settings::Safety;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    pub errors: Vec<lamplighter_core::policy::TagError>,
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
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
    /// Stops and starts that are due where Lamplighter only observes.
    pub would_stop: usize,
    pub would_start: usize,
    /// Stops put off, as more at once are not allowed.
    pub held_back: usize,
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
    /// Subscriptions (bare ids) in which nothing is acted on, by `ACT_IN` or `LAMPLIGHTER_MODE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<String>,
    /// Of a round: workspaces that told how their pass went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<usize>,
    /// Of a round: only workspaces with something to say were asked to; of the others nothing is known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_news: bool,
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
    /// For the queue: one for each workspace that this sweep leaves to other instances.
    #[serde(skip)]
    pub messages: Vec<Message>,
}

impl Summary {
    pub(super) fn begin(options: &Options) -> Summary {
        let name = || format!("sweep-{}", options.now.format("%Y%m%dT%H%M%S%3fZ"));
        Summary {
            sweep: options.id.clone().unwrap_or_else(name),
            at: options.now,
            dry_run: options.dry_run,
            ..Summary::default()
        }
    }

    /// The summary of a round, before its parts have joined it.
    pub(super) fn of_round(pending: &Pending, answered: usize, context: &Context) -> Summary {
        Summary {
            sweep: pending.round.clone(),
            at: pending.at,
            subscriptions: pending.subscriptions,
            workspaces: pending.workspaces,
            answered: Some(answered),
            only_news: !pending.tell,
            unseen: pending.unseen.clone(),
            currency: context.settings.currency.clone(),
            ..Summary::default()
        }
    }

    /// Takes in what was found, and where it is only observed.
    pub(super) fn found(&mut self, found: &Discovered, safety: &Safety) {
        self.subscriptions = found.subscriptions;
        self.problems.extend(found.problems.iter().cloned());
        self.oddities.extend(found.oddities.iter().cloned());
        self.unseen.extend(found.unseen.iter().cloned());
        let places = found
            .workspaces
            .iter()
            .map(|place| &place.workspace.subscription);
        let observed = places.filter(|subscription| !safety.acts_in(subscription));
        let observed: BTreeSet<String> = observed.map(|id| id.to_lowercase()).collect();
        self.observed = observed.into_iter().collect();
    }

    /// A workspace of which nothing could be read.
    pub(super) fn unread(&mut self, workspace: &Workspace, error: &AzureError) {
        self.problems.push(format!(
            "workspace {}: it could not be read: {error}",
            workspace.name
        ));
        self.unseen.push(workspace.id.to_lowercase());
    }

    /// Takes in the summary of a part of the same round.
    pub(super) fn join(&mut self, part: &Summary) {
        for (reason, count) in &part.reasons {
            *self.reasons.entry(*reason).or_default() += count;
        }
        self.machines += part.machines;
        self.stops += part.stops;
        self.starts += part.starts;
        self.would_stop += part.would_stop;
        self.would_start += part.would_start;
        self.held_back += part.held_back;
        self.waits += part.waits;
        self.settled += part.settled;
        self.unsettled += part.unsettled;
        self.failed += part.failed;
        self.unreadable += part.unreadable;
        self.warnings += part.warnings;
        self.off_by_us += part.off_by_us;
        self.saved += part.saved;
        self.saving_per_hour += part.saving_per_hour;
        self.not_reached.extend_from_slice(&part.not_reached);
        self.unseen.extend_from_slice(&part.unseen);
        self.problems.extend_from_slice(&part.problems);
        self.oddities.extend_from_slice(&part.oddities);
        self.observed.extend_from_slice(&part.observed);
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
            self.would_stop += usize::from(line.dry_run && line.action == Action::Stop);
            self.would_start += usize::from(line.dry_run && line.action == Action::Start);
            self.held_back += usize::from(line.reason == Reason::HeldBack);
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
        // The platform's calendars are the same for every workspace of a round.
        self.oddities.dedup();
        self.observed.sort();
        self.observed.dedup();
    }

    /// Whether a round need not hear of it.
    pub(super) fn has_nothing_to_tell(&self) -> bool {
        let due = self.waits + self.would_stop + self.would_start;
        self.is_quiet() && due + self.unreadable + self.warnings == 0
    }

    /// Whether nothing was done, found or left out.
    pub fn is_quiet(&self) -> bool {
        self.stops + self.starts + self.settled + self.failed + self.held_back == 0
            && self.saved.is_zero()
            && self.is_clean()
    }

    /// Whether everything was done: nothing failed, nothing unsettled, nothing left out.
    pub fn is_clean(&self) -> bool {
        self.failed == 0
            && self.unsettled == 0
            && self.problems.is_empty()
            && self.not_reached.is_empty()
    }
}
