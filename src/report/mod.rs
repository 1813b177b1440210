//! The numbers people look at, computed from the ledger's records alone.

mod table;

pub(crate) use table::hours;
pub use table::{money, table};

use crate::decide::{Action, Outcome, Reason};
use crate::ledger::record::{Machine, Record, What};
use crate::ledger::{Ledger, LedgerError};
use crate::policy::TagError;
use crate::savings::{self, Closed, Figures, Interval};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::BTreeMap;

/// A period's report. Money is exact here and rounded when printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// ISO 4217; `None` where no price was known.
    pub currency: Option<String>,
    pub workspaces: BTreeMap<String, Row>,
    pub total: Row,
    /// By machine (ARM id, lower case).
    pub machines: BTreeMap<String, Figures>,
    /// Tags that cannot be read, the latest of each machine.
    pub unreadable: Vec<(Machine, TagError)>,
    /// Acts that failed and did not succeed later.
    pub failed: Vec<(Machine, String)>,
    /// What does not work as it should, such as an idle timer that does not fire; the latest of each machine.
    pub warnings: Vec<(Machine, String)>,
    /// Ledger documents that could not be read; their part is missing above.
    pub unreadable_records: Vec<String>,
}

/// One line of the report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Machines that the ledger speaks of.
    pub machines: usize,
    /// Acts that Azure accepted.
    pub stops: usize,
    pub starts: usize,
    /// Starts of ours after which nobody used the machine until it was out again.
    pub unneeded_starts: usize,
    /// Stops that were delayed (for a job, a notice), counted when the delay began.
    pub waits: usize,
    /// Times a machine was left as it was, by reason, counted when the reason began.
    pub left: BTreeMap<Reason, usize>,
    pub figures: Figures,
}

impl Row {
    fn add(&mut self, other: &Row) {
        self.machines += other.machines;
        self.stops += other.stops;
        self.starts += other.starts;
        self.unneeded_starts += other.unneeded_starts;
        self.waits += other.waits;
        for (reason, count) in &other.left {
            *self.left.entry(*reason).or_default() += count;
        }
        self.figures += &other.figures;
    }
}

/// Computes the report of `from <= t < to`, as known at `now`. `records` must reach back to the opening of every
/// interval that reaches into the period. Records given twice, or in any order, change nothing.
pub fn report(
    records: &[Record],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Report {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    sorted.dedup_by(|a, b| a.id == b.id);
    let mut report = Report {
        from,
        to,
        ..Report::default()
    };
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut news: BTreeMap<&Machine, News<'_>> = BTreeMap::new();
    for record in &sorted {
        let Some(machine) = &record.machine else {
            continue;
        };
        homes.insert(machine.id.clone(), machine.workspace.clone());
        if from <= record.at && record.at < to {
            report
                .workspaces
                .entry(machine.workspace.clone())
                .or_default()
                .count(record);
            news.entry(machine).or_default().hear(record);
        }
    }
    let (opened, closed) = intervals(&sorted);
    let account = savings::account(opened, closed, from, to, now);
    report.currency = account.currency.clone();
    for (id, workspace) in &homes {
        let row = report.workspaces.entry(workspace.clone()).or_default();
        row.machines += 1;
        if let Some(figures) = account.machines.get(id) {
            row.figures += figures;
        }
    }
    for row in report.workspaces.values() {
        report.total.add(row);
    }
    report.machines = account.machines;
    for (machine, news) in news {
        report.unreadable.extend(
            news.errors
                .iter()
                .map(|error| (machine.clone(), (*error).clone())),
        );
        report
            .failed
            .extend(news.failed.map(|why| (machine.clone(), why)));
        let warning = news.warning.map(|text| (machine.clone(), text.to_string()));
        report.warnings.extend(warning);
    }
    report
}

fn intervals<'a>(records: &[&'a Record]) -> (Vec<(&'a str, &'a Interval)>, Vec<&'a Closed>) {
    let (mut opened, mut closed) = (Vec::new(), Vec::new());
    for record in records {
        match (&record.what, &record.machine) {
            (What::Opened { interval }, Some(machine)) => {
                opened.push((machine.id.as_str(), interval))
            }
            (What::Closed { closed: end }, _) => closed.push(end),
            _ => {}
        }
    }
    (opened, closed)
}

impl Row {
    fn count(&mut self, record: &Record) {
        match &record.what {
            What::Answer {
                accepted: true,
                power: Power::Off,
                ..
            } => self.stops += 1,
            What::Answer {
                accepted: true,
                power: Power::On,
                ..
            } => self.starts += 1,
            What::Unneeded { .. } => self.unneeded_starts += 1,
            What::Decision {
                action: Action::Wait,
                ..
            } => self.waits += 1,
            What::Decision {
                action: Action::Leave,
                reason,
                ..
            } if !reason.is_plain() => {
                *self.left.entry(*reason).or_default() += 1;
            }
            _ => {}
        }
    }
}

/// What still needs somebody, of one machine.
#[derive(Default)]
struct News<'a> {
    errors: Vec<&'a TagError>,
    failed: Option<String>,
    warning: Option<&'a str>,
}

impl<'a> News<'a> {
    fn hear(&mut self, record: &'a Record) {
        match &record.what {
            What::Warning { text } => self.warning = Some(text),
            What::Decision { errors, .. } => self.errors = errors.iter().collect(),
            What::Answer {
                accepted: false,
                why,
                ..
            } => self.failed = why.clone(),
            What::Settlement { ended, .. } if ended.how == Outcome::Settled => self.failed = None,
            What::Settlement { ended, .. } if ended.how == Outcome::Failed => {
                self.failed = Some(ended.why.clone().unwrap_or_else(|| "failed".into()));
            }
            _ => {}
        }
    }
}

/// No avoided interval is looked for that opened longer ago than this before the period: what has been off for
/// three months is not waiting to be lit.
const REACH: TimeDelta = TimeDelta::days(92);

/// Reads what a period's report needs from the ledger, and computes it.
///
/// # Errors
/// The ledger cannot be read at all; single unreadable records are named in the report.
pub async fn read(
    ledger: &Ledger,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Report, LedgerError> {
    let read = ledger.records::<Record>(from - REACH, to).await?;
    let mut report = report(&read.records, from, to, to);
    report.unreadable_records = read.unreadable;
    Ok(report)
}
