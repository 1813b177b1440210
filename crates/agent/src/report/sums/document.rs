//! The sums of a month as a document. Money is kept exactly, as price an hour × seconds.

use super::{ResourceSums, Sums};
use crate::report::day::Activity;
use chrono::NaiveDate;
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Cause, Reason, Resource};
use lamplighter_core::savings::{Amount, ByCause, Counted, Figures, Spent};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Documents of another schema are not read: the days are. It changes with what figures mean.
pub const SCHEMA: u32 = 1;
const KIND: &str = "month";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    schema: u32,
    kind: Cow<'a, str>,
    /// Its first day.
    month: NaiveDate,
    currency: Option<Cow<'a, str>>,
    recorded: bool,
    resources: Vec<ResourceRow<'a>>,
    days: Vec<(NaiveDate, Causes)>,
    /// Seconds, and money.
    beyond: Vec<(Counted, i64, Decimal)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceRow<'a> {
    resource: Cow<'a, Resource>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<(Cause, usize, usize)>,
    #[serde(default, skip_serializing_if = "is_default")]
    unneeded_starts: usize,
    #[serde(default, skip_serializing_if = "is_default")]
    waits: usize,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    left: BTreeMap<Reason, usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<TagError>>,
    /// A list with the reason, which may be none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<(Option<String>,)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Causes,
    #[serde(default, skip_serializing_if = "is_default", with = "SpentRow")]
    spent: Spent,
}

type Causes = Vec<(Cause, Kept)>;

/// Figures, as they are kept.
#[derive(Serialize, Deserialize)]
struct Kept(#[serde(with = "FiguresRow")] Figures);

/// [`Figures`], of which what is nothing is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(remote = "Figures")]
struct FiguresRow {
    #[serde(default, skip_serializing_if = "is_default")]
    saved_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    saved: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    upper_bound_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    upper_bound: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    unused_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    unused: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    started_again_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    started_again: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    unpriced_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default")]
    unwatched_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    unwatched: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    freed_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default")]
    plan_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    plan_list_price: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    projected_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    projected: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    intervals: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(remote = "Spent")]
struct SpentRow {
    #[serde(default, skip_serializing_if = "is_default")]
    on_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    spent: Amount,
    #[serde(default, skip_serializing_if = "is_default")]
    on_unpriced_seconds: i64,
    #[serde(default, skip_serializing_if = "is_default", with = "exact")]
    always_on: Amount,
}

mod exact {
    use super::{Amount, Decimal, Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(&amount.price_seconds(), serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let kept: Decimal = Deserialize::deserialize(deserializer)?;
        Ok(Amount::of_price_seconds(kept))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn kept(causes: &ByCause) -> Causes {
    let causes = causes.iter();
    causes
        .map(|(cause, figures)| (*cause, Kept(figures.clone())))
        .collect()
}

fn by_cause(kept: Causes) -> ByCause {
    let kept = kept.into_iter();
    kept.map(|(cause, Kept(figures))| (cause, figures))
        .collect()
}

/// What a month came to, with what was spent in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptMonth {
    pub sums: Sums,
    /// By ARM id, lower case.
    pub spent: BTreeMap<String, Spent>,
}

impl KeptMonth {
    /// What became of resources that are wanted, and what they cost.
    pub fn total(&self, wanted: &(dyn Fn(&Resource) -> bool + Sync)) -> (Figures, Spent) {
        let (mut figures, mut spent) = (Figures::default(), Spent::default());
        let all = self.sums.resources.iter();
        for (id, of) in all.filter(|(_, of)| wanted(&of.activity.resource)) {
            of.causes.values().for_each(|one| figures += one);
            spent += &self.spent.get(id).copied().unwrap_or_default();
        }
        (figures, spent)
    }
}

impl<'a> ResourceRow<'a> {
    fn of(
        ResourceSums {
            activity: of,
            causes,
        }: &'a ResourceSums,
        spent: Spent,
    ) -> Self {
        let accepted = of.accepted.iter();
        let accepted = accepted.map(|(cause, (stops, starts))| (*cause, *stops, *starts));
        ResourceRow {
            resource: Cow::Borrowed(&of.resource),
            accepted: accepted.collect(),
            unneeded_starts: of.unneeded_starts,
            waits: of.waits,
            left: of.left.clone(),
            errors: of.errors.clone(),
            failed: of.failed.clone().map(|why| (why,)),
            warning: of.warning.clone(),
            causes: kept(causes),
            spent,
        }
    }
}

impl From<ResourceRow<'_>> for ResourceSums {
    fn from(row: ResourceRow<'_>) -> ResourceSums {
        let accepted = row.accepted.into_iter();
        let accepted = accepted.map(|(cause, stops, starts)| (cause, (stops, starts)));
        let activity = Activity {
            resource: Arc::new(row.resource.into_owned()),
            accepted: accepted.collect(),
            unneeded_starts: row.unneeded_starts,
            waits: row.waits,
            left: row.left,
            errors: row.errors,
            failed: row.failed.map(|(why,)| why),
            warning: row.warning,
        };
        ResourceSums {
            activity,
            causes: by_cause(row.causes),
        }
    }
}

/// The document of a month.
///
/// # Errors
/// They have no form in JSON, which cannot happen.
pub fn write(month: NaiveDate, kept_month: &KeptMonth) -> Result<Vec<u8>, serde_json::Error> {
    let KeptMonth { sums, spent } = kept_month;
    let spent = |id: &String| spent.get(id).copied().unwrap_or_default();
    let resources = sums.resources.iter();
    let beyond = sums.beyond.iter();
    let beyond =
        beyond.map(|(counted, (seconds, money))| (*counted, *seconds, money.price_seconds()));
    serde_json::to_vec(&Document {
        schema: SCHEMA,
        kind: KIND.into(),
        month,
        currency: sums.currency.as_deref().map(Cow::Borrowed),
        recorded: sums.recorded,
        resources: resources
            .map(|(id, of)| ResourceRow::of(of, spent(id)))
            .collect(),
        days: sums
            .days
            .iter()
            .map(|(day, causes)| (*day, kept(causes)))
            .collect(),
        beyond: beyond.collect(),
    })
}

/// A month; `None` for a document that is damaged, of another schema or of another month.
pub fn read(month: NaiveDate, bytes: &[u8]) -> Option<KeptMonth> {
    let document: Document<'_> = serde_json::from_slice(bytes).ok()?;
    let known = (document.schema, &*document.kind, document.month) == (SCHEMA, KIND, month);
    let document = known.then_some(document)?;
    let mut kept = KeptMonth::default();
    for row in document.resources {
        let (id, spent) = (row.resource.id.clone(), row.spent);
        if spent != Spent::default() {
            kept.spent.insert(id.clone(), spent);
        }
        kept.sums.resources.insert(id, row.into());
    }
    let days = document.days.into_iter();
    let beyond = document.beyond.into_iter();
    kept.sums.days = days.map(|(day, causes)| (day, by_cause(causes))).collect();
    let beyond = beyond
        .map(|(counted, seconds, money)| (counted, (seconds, Amount::of_price_seconds(money))));
    kept.sums.beyond = beyond.collect();
    kept.sums.currency = document.currency.map(Cow::into_owned);
    kept.sums.recorded = document.recorded;
    Some(kept)
}
