//! What a sweep did, in numbers and lines.

use super::context::Context;
use super::decision_line::DecisionLine;
use super::discover::Discovered;
use super::history::{LastSweep, PendingRound};
use super::message::Message;
use super::options::Options;
use super::report::{ActionLine, PassReport};
use crate::settings::Safety;
use chrono::{DateTime, Utc};
use lamplighter_azure::AzureError;
use lamplighter_core::observe::Workspace;
use lamplighter_core::record::{Action, Reason};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One sweep's summary.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub sweep: String,
    pub at: DateTime<Utc>,
    pub dry_run: bool,
    pub subscriptions: usize,
    pub workspaces: usize,
    pub resources: usize,
    /// Accepted by Azure in this sweep (in a dry run: what would have been asked for).
    pub stops: usize,
    pub starts: usize,
    /// Stops and starts that are due where Lamplighter only observes.
    pub would_stop: usize,
    pub would_start: usize,
    /// Stops put off, as more at once are not allowed.
    pub stop_limited: usize,
    pub waits: usize,
    /// Resources by the reason code of their decision.
    pub reasons: BTreeMap<Reason, usize>,
    /// Earlier actions whose effect was observed now.
    pub settled: usize,
    /// Actions that Azure accepted, not yet seen to take effect, though they should.
    pub unsettled: usize,
    /// Actions that were refused or did not take effect.
    pub failed: usize,
    /// Resources with a tag that cannot be read.
    pub unreadable: usize,
    /// Resources of which something does not work as it should, warned of today.
    pub warnings: usize,
    /// Resources that are off because of Lamplighter.
    pub off_by_lamplighter: usize,
    /// Money saved by the avoided intervals that ended in this sweep.
    pub saved: Decimal,
    /// What the avoided intervals that still earn save in an hour.
    pub saving_per_hour: Decimal,
    pub currency: String,
    /// Subscriptions (bare ids) in which nothing is acted on, by `ACT_IN` or `LAMPLIGHTER_MODE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<String>,
    /// Of a round: workspaces that reported how their pass went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<usize>,
    /// Of a round: only workspaces with something to say were asked to; of the others nothing is known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_news: bool,
    /// Workspaces and resources that the deadline did not allow.
    pub not_reached: Vec<String>,
    /// ARM ids, in lower case, of the workspaces and subscriptions whose resources were not all observed.
    pub unseen: Vec<String>,
    pub problems: Vec<String>,
    pub oddities: Vec<String>,
    /// Every decision but those that are plainly "nothing to do".
    #[serde(skip)]
    pub decisions: Vec<DecisionLine>,
    #[serde(skip)]
    pub actions: Vec<ActionLine>,
    /// For the queue: of the workspaces that this sweep leaves to other instances.
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
    pub(super) fn of_round(pending: &PendingRound, answered: usize, context: &Context) -> Summary {
        Summary {
            sweep: pending.round.clone(),
            at: pending.at,
            subscriptions: pending.subscriptions,
            workspaces: pending.workspaces,
            answered: Some(answered),
            only_news: !pending.full,
            unseen: pending.unseen.clone(),
            currency: context.settings.currency.clone(),
            ..Summary::default()
        }
    }

    /// Takes in what was found, and where it is only observed.
    pub(super) fn found(&mut self, found: &Discovered, safety: &Safety) {
        self.subscriptions = found.subscriptions;
        self.found_later(found, safety);
    }

    /// The same of a part that was found when the sweep had begun its work.
    pub(super) fn found_later(&mut self, found: &Discovered, safety: &Safety) {
        self.problems.extend(found.problems.iter().cloned());
        self.oddities.extend(found.oddities.iter().cloned());
        self.unseen.extend(found.unseen.iter().cloned());
        let targets = found
            .workspaces
            .iter()
            .map(|target| &target.workspace.subscription);
        let observed = targets.filter(|subscription| !safety.acts_in(subscription));
        let observed: BTreeSet<String> = observed.map(|id| id.to_lowercase()).collect();
        self.observed.extend(observed);
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
        self.resources += part.resources;
        self.stops += part.stops;
        self.starts += part.starts;
        self.would_stop += part.would_stop;
        self.would_start += part.would_start;
        self.stop_limited += part.stop_limited;
        self.waits += part.waits;
        self.settled += part.settled;
        self.unsettled += part.unsettled;
        self.failed += part.failed;
        self.unreadable += part.unreadable;
        self.warnings += part.warnings;
        self.off_by_lamplighter += part.off_by_lamplighter;
        self.saved += part.saved;
        self.saving_per_hour += part.saving_per_hour;
        self.not_reached.extend_from_slice(&part.not_reached);
        self.unseen.extend_from_slice(&part.unseen);
        self.problems.extend_from_slice(&part.problems);
        self.oddities.extend_from_slice(&part.oddities);
        self.observed.extend_from_slice(&part.observed);
    }

    /// How many workspaces its messages name.
    pub fn left_to_queue(&self) -> usize {
        let messages = self.messages.iter();
        messages.map(|message| message.workspaces.len()).sum()
    }

    /// What a later sweep knows of this one.
    pub(super) fn as_last(&self) -> LastSweep {
        LastSweep {
            sweep: self.sweep.clone(),
            at: self.at,
            stops: self.stops,
            starts: self.starts,
            failed: self.failed,
            stop_limited: self.stop_limited,
            problems: self.problems.len(),
            not_reached: self.not_reached.len(),
        }
    }

    pub(super) fn add(&mut self, report: PassReport) {
        self.workspaces += 1;
        let tally = report.tally;
        self.resources += tally.resources;
        for (reason, count) in tally.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        for line in &tally.lines {
            self.waits += usize::from(line.action == Action::Wait);
            self.unreadable += usize::from(!line.errors.is_empty());
            self.warnings += usize::from(line.warning.is_some());
            let only_said = self.dry_run && !line.dry_run;
            self.stops += usize::from(only_said && line.action == Action::Stop);
            self.starts += usize::from(only_said && line.action == Action::Start);
            self.would_stop += usize::from(line.dry_run && line.action == Action::Stop);
            self.would_start += usize::from(line.dry_run && line.action == Action::Start);
            self.stop_limited += usize::from(line.reason == Reason::StopLimit);
        }
        for action in report.actions.iter().filter(|action| action.accepted) {
            self.stops += usize::from(action.action == Action::Stop);
            self.starts += usize::from(action.action == Action::Start);
        }
        let failed = report.actions.iter().filter(|action| action.failed);
        self.failed += report.failed + tally.failed + failed.count();
        self.settled += tally.settled;
        self.unsettled += tally.unsettled;
        self.off_by_lamplighter += tally.off_by_lamplighter;
        self.saved += tally.saved;
        self.saving_per_hour += tally.saving_per_hour;
        self.not_reached.extend(report.not_reached);
        self.unseen.extend(report.unseen);
        self.problems.extend(report.problems);
        self.oddities.extend(report.oddities);
        self.oddities.extend(tally.oddities);
        self.decisions.extend(tally.lines);
        self.actions.extend(report.actions);
    }

    pub(super) fn end(&mut self, context: &Context) {
        self.currency = context.settings.currency.clone();
        self.decisions.sort_by(|a, b| a.resource.cmp(&b.resource));
        self.actions.sort_by(|a, b| a.resource.cmp(&b.resource));
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
    pub(super) fn has_no_news(&self) -> bool {
        let due = self.waits + self.would_stop + self.would_start;
        self.is_quiet() && due + self.unreadable + self.warnings == 0
    }

    /// Whether nothing was done, found or left out.
    pub fn is_quiet(&self) -> bool {
        self.stops + self.starts + self.settled + self.failed + self.stop_limited == 0
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
