//! A report, made from days.

use super::days::Days;
use super::rows::{GroupBy, Row, rows};
use super::sums::Sums;
use super::ungoverned::Ungoverned;
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::instance::prices::STOPPED_COSTS_A_DAY;
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Record, Resource};
use lamplighter_core::savings::{self, Amount, ByCause, Counted, Figures};
use lamplighter_core::tz;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// A period's report. Money is exact here and rounded when printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// ISO 4217; `None` where no price was known.
    pub currency: Option<String>,
    /// The release of the tz database that is in force where the report is made.
    pub time_zones: &'static str,
    pub workspaces: BTreeMap<String, Row>,
    pub total: Row,
    /// What `rows` are by.
    pub by: GroupBy,
    pub rows: BTreeMap<String, Row>,
    pub causes: ByCause,
    /// What is in the upper bound and not saved, by the rule that says so: seconds and money.
    pub beyond: BTreeMap<Counted, (i64, Amount)>,
    /// By UTC day.
    pub days: BTreeMap<NaiveDate, ByCause>,
    /// By resource (ARM id, lower case).
    pub resources: BTreeMap<String, Figures>,
    /// What a stopped instance still costs a day, in USD at list price; not counted as saved.
    pub stopped_costs_a_day_usd: Decimal,
    /// What goes on costing while it is stopped, in words, by kind of the resources in the period.
    pub while_parked: BTreeMap<String, &'static str>,
    /// Tags that cannot be read, the latest of each resource.
    pub unreadable: Vec<(Resource, TagError)>,
    /// Actions that failed and did not succeed later.
    pub failed: Vec<(Resource, String)>,
    /// What does not work as it should, such as an idle timer that does not fire; the latest of each resource.
    pub warnings: Vec<(Resource, String)>,
    /// When the last sweep was, of all that ended.
    pub last_sweep: Option<DateTime<Utc>>,
    /// The same, where it is more than a day before the end of the period, or before now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<DateTime<Utc>>,
    /// What nothing governs, as it was last read within the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ungoverned: Option<Ungoverned>,
    /// Until when the ledger was read.
    #[serde(skip)]
    pub now: DateTime<Utc>,
    /// Ledger documents that could not be read; their part is missing above.
    pub unreadable_records: Vec<String>,
    /// Records of the period that a later version wrote and this one does not know, by kind; they are in no figure.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub newer_records: BTreeMap<String, usize>,
}

/// Computes the report of `from <= t < to`, as known at `now`. `records` must reach back to the opening of every
/// interval that reaches into the period. Records given twice, or in any order, change nothing.
pub fn report(
    records: &[Record],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Report {
    of_days(
        &Days::of(records, from, to),
        GroupBy::default(),
        from,
        to,
        now,
    )
}

/// Computes the report of `from <= t < to`, as known at `now`.
pub fn of_days(
    days: &Days,
    by: GroupBy,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Report {
    of_sums(&Sums::of(days, from, to, now), by, (from, to), now)
}

/// The report of sums, those of `from <= t < to` as known at `now`.
pub fn of_sums(
    sums: &Sums,
    by: GroupBy,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Report {
    let workspaces = rows(sums, &GroupBy::Workspace);
    let mut total = Row::default();
    workspaces.values().for_each(|row| total.add(row));
    let mut causes = ByCause::new();
    for (cause, figures) in sums.resources.values().flat_map(|of| &of.causes) {
        *causes.entry(*cause).or_default() += figures;
    }
    let with_figures = sums
        .resources
        .iter()
        .filter(|(_, of)| !of.causes.is_empty());
    let resources = with_figures.map(|(id, of)| (id.clone(), savings::sum(of.causes.values())));
    let kinds = sums.resources.values().map(|of| &of.activity.resource.kind);
    let mut report = Report {
        from,
        to,
        now,
        total,
        rows: match &by {
            GroupBy::Workspace => workspaces.clone(),
            other => rows(sums, other),
        },
        workspaces,
        by,
        resources: resources.collect(),
        causes,
        beyond: sums.beyond.clone(),
        currency: sums.currency.clone(),
        time_zones: tz::release(),
        stopped_costs_a_day_usd: STOPPED_COSTS_A_DAY,
        while_parked: while_parked(kinds),
        days: sums.days.clone(),
        newer_records: sums.newer.clone(),
        ..Report::default()
    };
    tell_what_needs_attention(sums, &mut report);
    report
}

/// In order of the resources.
fn tell_what_needs_attention(sums: &Sums, report: &mut Report) {
    for of in sums.resources.values().map(|of| &of.activity) {
        let resource = || (*of.resource).clone();
        let errors = of.errors.iter().flatten();
        let errors = errors.map(|error| (resource(), error.clone()));
        report.unreadable.extend(errors);
        let failed = of.failed.clone().flatten();
        report.failed.extend(failed.map(|why| (resource(), why)));
        let warning = of.warning.clone();
        report
            .warnings
            .extend(warning.map(|text| (resource(), text)));
    }
}

/// What goes on costing while it is stopped, of each of these kinds.
pub fn while_parked<'a>(kinds: impl Iterator<Item = &'a Kind>) -> BTreeMap<String, &'static str> {
    let known = kinds.filter_map(|kind| kind.known());
    known
        .map(|kind| (kind.name().to_owned(), kind.goes_on_in_words()))
        .collect()
}
