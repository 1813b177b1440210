//! A bill set beside what the ledger knows of its days. Pure.

use super::bill::Bill;
use super::line::{Cost, Line, SAME_PRICE, line};
use super::prices::Prices;
use super::ran::{Ran, ran};
use crate::report::LedgerPeriod;
use chrono::{DateTime, Days as Dates, NaiveDate, NaiveTime, Utc};
use lamplighter_core::record::Resource;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A bill beside the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rows: u64,
    pub currency: Option<String>,
    pub lines: Vec<Line>,
    pub unexplained: usize,
    /// What stopping does not stop, by resource and meter category.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// On the bill, and not in the ledger.
    pub not_in_ledger: BTreeMap<String, Decimal>,
}

/// The days that a bill is about: the first, and the one after the last.
pub fn period(bill: &Bill) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let begin = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let after = bill.last?.checked_add_days(Dates::new(1))?;
    Some((begin(bill.first?), begin(after)))
}

/// Sets a bill beside what the ledger knows of its days.
pub fn compare(bill: &Bill, period: &LedgerPeriod) -> Comparison {
    let days = &period.days;
    let history = days.history();
    let (from, to) = (period.from.timestamp(), period.to.timestamp());
    let all = ran(days, &history, from, to, period.now.timestamp());
    let resources = days.resources();
    let prices = Prices::of(days);
    let none = BTreeMap::new();
    let ids: BTreeSet<&String> = all.keys().chain(bill.resources.keys()).collect();
    let mut lines = Vec::new();
    for id in ids {
        let (billed, ran) = (bill.resources.get(id).unwrap_or(&none), all.get(id));
        let unknown = Ran {
            before_first_observation: 86_400,
            ..Ran::default()
        };
        let mut day = period.from.date_naive();
        while day < period.to.date_naive() {
            let ran = match ran {
                Some(ran) => ran.get(&day).copied().unwrap_or_default(),
                None => unknown,
            };
            let billed = billed.get(&day).cloned().unwrap_or_default();
            if ran.on > 0 || !billed.hours.is_zero() || !billed.cost.is_zero() {
                let price = resources.get(id.as_str());
                let price = price.and_then(|resource| prices.on(resource, day));
                lines.push(line(id, day, &billed, ran, price));
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
    }
    rates(&mut lines, &resources);
    let unexplained = lines.iter().filter(|line| line.is_unexplained()).count();
    Comparison {
        from: period.from.date_naive(),
        to: period.to.date_naive(),
        rows: bill.rows,
        currency: prices.currency,
        lines,
        unexplained,
        other: bill.other.clone(),
        not_in_ledger: bill.not_in_ledger.clone(),
    }
}

/// A difference that is the same part on every one of several days of a size and region is another rate.
fn rates(lines: &mut [Line], resources: &HashMap<&str, &Resource>) {
    let place = |line: &Line| {
        let resource = resources.get(line.resource.as_str())?;
        Some((resource.vm_size.clone()?, resource.location.clone()?))
    };
    let ratio = |line: &Line| {
        let expected = line.expected_cost.filter(|expected| !expected.is_zero())?;
        Some(line.billed_cost / expected)
    };
    let mut ratios: HashMap<(String, String), Vec<Decimal>> = HashMap::new();
    for line in lines
        .iter()
        .filter(|line| matches!(line.cost, Cost::Agree | Cost::Unexplained))
    {
        if let (Some(place), Some(ratio)) = (place(line), ratio(line)) {
            ratios.entry(place).or_default().push(ratio);
        }
    }
    ratios.retain(|_, ratios| {
        let (least, most) = (ratios.iter().min(), ratios.iter().max());
        let spread = most.zip(least).map(|(most, least)| (most - least, *most));
        ratios.len() > 2 && spread.is_some_and(|(spread, most)| spread <= most * SAME_PRICE)
    });
    for line in lines
        .iter_mut()
        .filter(|line| line.cost == Cost::Unexplained)
    {
        if place(line).is_some_and(|place| ratios.contains_key(&place)) {
            line.cost = Cost::OtherRate;
        }
    }
}
