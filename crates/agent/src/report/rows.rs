//! The lines of a report: what each is about, and what is in it.

use super::sums::{ResourceSums, Sums};
use clap::ValueEnum;
use lamplighter_core::policy::same_name;
use lamplighter_core::record::{Cause, Reason, Resource};
use lamplighter_core::savings::Figures;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// What a report's rows are by.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum GroupBy {
    #[default]
    Workspace,
    Owner,
    Cause,
    Size,
    Region,
    Resource,
    Subscription,
    Group,
    Kind,
    /// One of `COST_TAGS`; without a name the only one.
    #[value(skip)]
    Tag(String),
}

impl GroupBy {
    /// What a table calls its rows.
    pub(super) fn heading(&self) -> &str {
        match self {
            GroupBy::Workspace => "Workspace",
            GroupBy::Owner => "Owner",
            GroupBy::Cause => "Cause",
            GroupBy::Size => "Size",
            GroupBy::Region => "Region",
            GroupBy::Resource => "Resource",
            GroupBy::Subscription => "Subscription",
            GroupBy::Group => "Resource group",
            GroupBy::Kind => "Kind",
            GroupBy::Tag(name) => name,
        }
    }
}

/// As one writes it.
impl fmt::Display for GroupBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.to_possible_value()) {
            (GroupBy::Tag(name), _) => write!(f, "tag:{name}"),
            (_, value) => f.write_str(value.as_ref().map_or("", |value| value.get_name())),
        }
    }
}

impl Serialize for GroupBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
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

pub(super) fn rows(sums: &Sums, by: &GroupBy) -> BTreeMap<String, Row> {
    let resources = sums.known();
    let mut rows = Rows {
        by,
        names: names(by, &resources),
        rows: HashMap::new(),
    };
    let by_cause = *by == GroupBy::Cause;
    for (id, ResourceSums { activity, causes }) in &sums.resources {
        for (cause, (stops, starts)) in &activity.accepted {
            rows.change(id, *cause, |row| {
                row.stops += stops;
                row.starts += starts;
            });
        }
        // A delay or a resource left alone is nobody's cause.
        if !by_cause {
            rows.change(id, Cause::default(), |row| {
                row.resources += 1;
                row.unneeded_starts += activity.unneeded_starts;
                row.waits += activity.waits;
                for (reason, count) in &activity.left {
                    *row.left.entry(*reason).or_default() += count;
                }
            });
        }
        for (cause, figures) in causes {
            rows.change(id, *cause, |row| {
                row.resources += usize::from(by_cause);
                row.figures += figures;
            });
        }
    }
    rows.rows.into_iter().collect()
}

/// The rows so far.
struct Rows<'a> {
    by: &'a GroupBy,
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

/// The names of all tags that divide costs, each once, however it is written.
pub(super) fn cost_tags<'a>(resources: impl Iterator<Item = &'a Resource>) -> Vec<&'a str> {
    let mut names: Vec<&str> = resources
        .flat_map(|resource| resource.tags.keys())
        .map(String::as_str)
        .collect();
    names.sort_unstable_by_key(|name| name.to_lowercase());
    names.dedup_by(|a, b| same_name(a, b));
    names
}

/// By resource: what its row is called. Where two things have one name, their ids tell them apart.
pub(super) fn names<'a>(
    by: &GroupBy,
    resources: &HashMap<&'a str, &Resource>,
) -> HashMap<&'a str, String> {
    let mut things: HashMap<String, BTreeSet<String>> = HashMap::new();
    for resource in resources.values() {
        let same = things.entry(name(by, resource)).or_default();
        same.extend(whole_name(by, resource));
    }
    let unique = |(id, resource): (&&'a str, &&Resource)| {
        let name = name(by, resource);
        let shared = things.get(&name).is_some_and(|same| same.len() > 1);
        let name = match whole_name(by, resource).filter(|_| shared) {
            Some(whole) => format!("{name} ({whole})"),
            None => name,
        };
        (*id, name)
    };
    resources.iter().map(unique).collect()
}

/// What a resource's row is called.
fn name(by: &GroupBy, resource: &Resource) -> String {
    let name = match by {
        GroupBy::Workspace | GroupBy::Cause => Some(resource.workspace.clone()),
        GroupBy::Owner => resource.owner.clone(),
        GroupBy::Size => resource.size().map(str::to_owned),
        GroupBy::Region => resource.location.clone(),
        GroupBy::Resource => Some(format!("{}/{}", resource.workspace, resource.name)),
        GroupBy::Subscription => part(&resource.id, "subscriptions"),
        GroupBy::Group => part(&resource.id, "resourcegroups"),
        GroupBy::Kind => Some(resource.kind.to_string()),
        GroupBy::Tag(name) => resource.tag(name).map(str::to_owned),
    };
    let without = match by {
        GroupBy::Tag(_) => "untagged",
        _ => "unknown",
    };
    name.unwrap_or_else(|| without.into())
}

/// What tells two rows of one name apart.
fn whole_name(by: &GroupBy, resource: &Resource) -> Option<String> {
    match by {
        GroupBy::Resource => Some(resource.id.clone()),
        GroupBy::Group => part(&resource.id, "subscriptions"),
        _ => None,
    }
}

/// What stands after a word of an ARM id, which is in lower case.
fn part(id: &str, word: &str) -> Option<String> {
    let mut parts = id.split('/').skip_while(|part| *part != word);
    parts
        .nth(1)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
}
