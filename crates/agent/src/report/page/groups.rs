//! Where it comes from: what was spent and saved, by what resources are part of.

use crate::report::rows::{GroupBy, cost_tags, names};
use lamplighter_core::record::Resource;
use lamplighter_core::savings::{Amount, Figures, Spent};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// By what, in the order of the page.
const BY: [GroupBy; 7] = [
    GroupBy::Workspace,
    GroupBy::Subscription,
    GroupBy::Group,
    GroupBy::Owner,
    GroupBy::Kind,
    GroupBy::Size,
    GroupBy::Region,
];
/// Rows of each; those with the most money.
const ROWS: usize = 30;

/// All resources, by one thing.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    pub by: GroupBy,
    pub rows: Vec<GroupRow>,
    /// All rows; `rows` may be cut short.
    pub count: usize,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct GroupRow {
    pub name: String,
    pub resources: usize,
    pub spent: Spent,
    pub saved_seconds: i64,
    pub saved: Amount,
    pub upper_bound: Amount,
}

impl GroupRow {
    fn add(&mut self, spent: &Spent, figures: &Figures) {
        self.resources += 1;
        self.spent += spent;
        self.saved_seconds += figures.saved_seconds;
        self.saved += figures.saved;
        self.upper_bound += figures.upper_bound;
    }
}

/// Takes what each resource came to.
pub fn groups(
    resources: &HashMap<&str, &Resource>,
    spent: &BTreeMap<String, Spent>,
    figures: &BTreeMap<String, Figures>,
) -> Vec<Group> {
    let (no_spent, no_figures) = (Spent::default(), Figures::default());
    let group = |by| {
        let names = names(&by, resources);
        let mut rows: BTreeMap<&str, GroupRow> = BTreeMap::new();
        for (id, name) in &names {
            let row = rows.entry(name).or_default();
            row.add(
                spent.get(*id).unwrap_or(&no_spent),
                figures.get(*id).unwrap_or(&no_figures),
            );
        }
        let rows = rows.into_iter().map(|(name, row)| GroupRow {
            name: name.to_owned(),
            ..row
        });
        let mut rows: Vec<GroupRow> = rows.collect();
        let count = rows.len();
        // Of one sum they stay in the order of their names.
        rows.sort_by_key(|row| std::cmp::Reverse(row.spent.spent + row.saved));
        rows.truncate(ROWS);
        Group { by, rows, count }
    };
    let tags = cost_tags(resources.values().copied());
    let tags = tags.into_iter().map(|name| GroupBy::Tag(name.to_owned()));
    BY.into_iter().chain(tags).map(group).collect()
}
