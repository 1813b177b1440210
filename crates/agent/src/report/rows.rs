//! The lines of a report: what each is about, and what is in it.

use super::days::Days;
use lamplighter_core::record::{Cause, Reason, Resource};
use lamplighter_core::savings::{Account, Figures};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What a report's rows are by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum GroupBy {
    #[default]
    Workspace,
    Owner,
    Cause,
    Size,
    Region,
}

/// One line of the report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Resources that have records.
    pub resources: usize,
    /// Actions that Azure accepted.
    pub stops: usize,
    pub starts: usize,
    /// Starts after which nobody used the resource until it was stopped again.
    pub unneeded_starts: usize,
    /// Stops that were delayed (for a job, a notice), counted when the delay began.
    pub waits: usize,
    /// Times a resource was left as it was, by reason, counted when the reason began.
    pub left: BTreeMap<Reason, usize>,
    pub figures: Figures,
}

impl Row {
    pub(super) fn add(&mut self, other: &Row) {
        self.resources += other.resources;
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

pub(super) fn rows(
    days: &Days,
    account: &Account,
    resources: &HashMap<&str, &Resource>,
    by: GroupBy,
) -> BTreeMap<String, Row> {
    let names = resources.iter();
    let names = names.map(|(id, resource)| (*id, name(by, resource)));
    let mut rows = Rows {
        by,
        names: names.collect(),
        rows: HashMap::new(),
    };
    if by != GroupBy::Cause {
        for id in resources.keys() {
            rows.change(id, Cause::default(), |row| row.resources += 1);
        }
    }
    for (id, of) in days.within.iter().flat_map(|day| &day.resources) {
        for (cause, (stops, starts)) in &of.accepted {
            rows.change(id, *cause, |row| {
                row.stops += stops;
                row.starts += starts;
            });
        }
        // A delay or a resource left alone is nobody's cause.
        if by != GroupBy::Cause {
            rows.change(id, Cause::default(), |row| {
                row.unneeded_starts += of.unneeded_starts;
                row.waits += of.waits;
                for (reason, count) in &of.left {
                    *row.left.entry(*reason).or_default() += count;
                }
            });
        }
    }
    for (id, causes) in &account.resources {
        for (cause, figures) in causes {
            rows.change(id, *cause, |row| {
                row.resources += usize::from(by == GroupBy::Cause);
                row.figures += figures;
            });
        }
    }
    rows.rows.into_iter().collect()
}

/// The rows so far.
struct Rows<'a> {
    by: GroupBy,
    /// By resource: what its row is called.
    names: HashMap<&'a str, String>,
    rows: HashMap<String, Row>,
}

impl Rows<'_> {
    /// Changes a resource's row, or, by cause, the cause's.
    fn change(&mut self, id: &str, cause: Cause, change: impl FnOnce(&mut Row)) {
        let of_cause = cause.to_string();
        let name = match self.by {
            GroupBy::Cause => &of_cause,
            _ => self.names.get(id).unwrap_or(&of_cause),
        };
        // Names are many and rows few: only a new row needs a name of its own.
        match self.rows.get_mut(name) {
            Some(row) => change(row),
            None => change(self.rows.entry(name.clone()).or_default()),
        }
    }
}

/// What a resource's line is called.
fn name(by: GroupBy, resource: &Resource) -> String {
    let name = match by {
        GroupBy::Workspace | GroupBy::Cause => Some(&resource.workspace),
        GroupBy::Owner => resource.owner.as_ref(),
        GroupBy::Size => resource.vm_size.as_ref(),
        GroupBy::Region => resource.location.as_ref(),
    };
    name.cloned().unwrap_or_else(|| "unknown".into())
}
