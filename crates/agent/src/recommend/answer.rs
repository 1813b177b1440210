//! The answer to a question, in figures.

use super::prices::HourPrices;
use super::read::{LedgerUse, OfResource};
use super::which::Which;
use crate::report::ungoverned::Ungoverned;
use chrono::{DateTime, Utc};
use lamplighter_core::recommend::{
    Advice, Finding, Terms, Tried, Verdict, advise, findings, tried,
};
use lamplighter_core::record::{PricePerHour, Resource, cost};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What is asked.
pub struct Question {
    pub which: Which,
    /// Tags that are tried, instead of those that might be recommended; empty: none.
    pub set: Vec<(String, String)>,
    /// Also of resources that are governed, or for which nothing is recommended.
    pub all: bool,
    pub terms: Terms,
}

/// What there is to say.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// The zone of recommended schedules.
    pub zone: String,
    pub currency: String,
    /// What was tried, where tags were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// The most money first.
    pub resources: Vec<Row>,
    pub findings: Vec<FindingRow>,
    /// What all tags together would save in a month, as far as prices are known.
    pub month: Decimal,
    /// Of how many rows with something to save the price is not known.
    pub unpriced: usize,
    /// What nothing governs beside these, of kinds whose use sweeps do not see.
    pub others: usize,
    pub others_cost_a_month: Decimal,
    /// Resources that there was no time left for.
    pub not_reached: usize,
    pub unreadable: Vec<String>,
}

/// One resource.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    #[serde(flatten)]
    pub advice: Advice,
    pub governed: bool,
    /// What governs it now.
    pub governed_by: Vec<String>,
    /// What was tried, where tags were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
    pub price: Option<PricePerHour>,
    /// What it cost in the period, by that price.
    pub cost: Option<Decimal>,
    /// What the tag is worth in a month.
    pub month: Option<Month>,
}

/// Money of a month of 730 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    pub amount: Decimal,
    pub least: Decimal,
    pub most: Decimal,
}

/// What else costs money.
#[derive(Clone, Debug, Serialize)]
pub struct FindingRow {
    #[serde(flatten)]
    pub finding: Finding,
    /// What it costs a month; `None`: not known.
    pub month: Option<Decimal>,
    pub currency: Option<String>,
}

impl Row {
    /// What was tried, or is recommended.
    pub fn tag(&self) -> Option<&Tried> {
        self.tried.as_ref().or(match &self.advice.verdict {
            Verdict::Recommended(tried) => Some(tried),
            Verdict::NothingBetter | Verdict::NotEnoughSeen { .. } => None,
        })
    }

    fn seconds(&self) -> i64 {
        self.tag().map_or(0, |tag| tag.month_seconds)
    }
}

/// The answer by what the ledger knows, as long as it `goes_on`: of each resource there is a whole answer or none.
pub fn answer(
    known: &LedgerUse,
    question: &Question,
    (prices, currency): (&HourPrices, &str),
    ungoverned: &Ungoverned,
    goes_on: &dyn Fn() -> bool,
) -> Answer {
    let which = |resource: &Resource| question.which.fits(resource);
    let (mut rows, mut found, mut not_reached) = (Vec::new(), Vec::new(), 0);
    for one in known.resources.iter().filter(|one| which(&one.resource)) {
        if !goes_on() {
            not_reached += 1;
            continue;
        }
        let row = row(one, question, prices);
        let advice = row.as_ref().map(|row| &row.advice);
        let more = findings(&one.resource, advice, &one.known, known.to);
        found.extend(
            more.into_iter()
                .map(|finding| priced(finding, price(&one.resource, prices))),
        );
        rows.extend(row.filter(|row| question.all || is_told(row)));
    }
    rows.sort_by(|a, b| {
        let money = |row: &Row| row.month.map(|month| month.amount);
        let of = |row: &Row| (money(row), row.seconds(), row.cost);
        of(b)
            .cmp(&of(a))
            .then_with(|| a.advice.resource.cmp(&b.advice.resource))
    });
    found.sort_by(|a, b| b.month.cmp(&a.month).then_with(|| order(a).cmp(&order(b))));
    let others = ungoverned.clone().only(&which);
    let saves = rows.iter().filter(|row| row.seconds() != 0);
    Answer {
        from: known.from,
        to: known.to,
        zone: question.terms.defaults.zone.to_string(),
        currency: currency.to_owned(),
        set: question
            .set
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect(),
        month: rows
            .iter()
            .filter_map(|row| row.month)
            .map(|month| month.amount)
            .sum(),
        unpriced: saves.filter(|row| row.price.is_none()).count(),
        others: others.items.len(),
        others_cost_a_month: others.costs_a_month,
        not_reached,
        unreadable: known.unreadable.clone(),
        resources: rows,
        findings: found,
    }
}

fn order(row: &FindingRow) -> (&Resource, lamplighter_core::recommend::FindingCode) {
    (&row.finding.resource, row.finding.code)
}

/// Of what is governed, only what could be governed better is worth a line.
fn is_told(row: &Row) -> bool {
    let better = matches!(row.advice.verdict, Verdict::Recommended(_));
    row.tried.is_some() || better || !row.governed && row.advice.on_seconds > 0
}

fn row(one: &OfResource, question: &Question, prices: &HourPrices) -> Option<Row> {
    let seen = one.seen.as_ref()?;
    let (advice, tried) = match question.set.is_empty() {
        true => (advise(seen, &question.terms), None),
        false => {
            let (advice, told) = tried(seen, &question.set, &question.terms);
            (advice, Some(told))
        }
    };
    let price = price(&one.resource, prices).cloned();
    let money = |seconds: i64| price.as_ref().map(|price| cost(price.amount, seconds));
    let mut row = Row {
        cost: money(advice.on_seconds),
        advice,
        governed: one.known.governed,
        governed_by: one.governed_by.clone(),
        tried,
        month: None,
        price: price.clone(),
    };
    row.month = row.tag().and_then(|tag| {
        Some(Month {
            amount: money(tag.month_seconds)?,
            least: money(tag.month_seconds_least)?,
            most: money(tag.month_seconds_most)?,
        })
    });
    Some(row)
}

fn price<'a>(resource: &Resource, prices: &'a HourPrices) -> Option<&'a PricePerHour> {
    prices.get(&(resource.vm_size.clone()?, resource.location.clone()?))
}

fn priced(finding: Finding, price: Option<&PricePerHour>) -> FindingRow {
    let by_hour = finding.month_seconds.zip(price);
    let by_hour =
        by_hour.map(|(seconds, price)| (cost(price.amount, seconds), price.currency.clone()));
    let by_list = finding.month_usd.map(|usd| (usd, "USD".to_owned()));
    let (month, currency) = by_hour.or(by_list).unzip();
    FindingRow {
        finding,
        month,
        currency,
    }
}
