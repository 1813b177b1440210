//! A bill set beside what the ledger knows of its days. Pure.

use super::bill::{Bill, Billed, BilledDays};
use super::expected::Expected;
use super::line::{Cost, Line, SAME_PRICE, line};
use super::prices::Prices;
use super::ran::{AllRan, Ran, ran};
use super::rows::{MOST, subscription_of, workspace_of};
use crate::report::LedgerPeriod;
use chrono::{DateTime, Days as Dates, NaiveDate, NaiveTime, Utc};
use lamplighter_core::record::{PricePerHour, Resource};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// A bill beside the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub files: usize,
    /// Folders of earlier runs of an export, which were left out.
    pub earlier_runs: Vec<PathBuf>,
    pub rows: u64,
    pub currency: Option<String>,
    pub lines: Vec<Line>,
    pub unexplained: usize,
    /// By workspace: what rows of virtual machines name only it. Its computes are compared together on those days.
    pub by_workspace: BTreeMap<String, ByWorkspace>,
    /// Subscriptions that no row is about, and how many resources of each the ledger knows; they are in no line.
    pub not_on_this_bill: BTreeMap<String, usize>,
    /// What stopping does not stop, by resource and meter category.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// On the bill, and not in the ledger.
    pub not_in_ledger: BTreeMap<String, Decimal>,
}

/// Rows of virtual machines that name a workspace and no compute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ByWorkspace {
    pub rows: u64,
    pub hours: Decimal,
    pub cost: Decimal,
}

/// The days that a bill is about: the first, and the one after the last.
pub fn period(bill: &Bill) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let begin = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let after = bill.last?.checked_add_days(Dates::new(1))?;
    Some((begin(bill.first?), begin(after)))
}

/// Sets a bill beside what the ledger knows of its days.
pub fn compare(bill: &Bill, period: &LedgerPeriod, earlier_runs: Vec<PathBuf>) -> Comparison {
    let days = &period.days;
    let history = days.history();
    let (from, to) = (period.from.timestamp(), period.to.timestamp());
    let resources = days.resources();
    let prices = Prices::of(days);
    let sides = Sides {
        bill,
        all: ran(days, &history, from, to, period.now.timestamp()),
        resources: &resources,
        prices: &prices,
    };
    let mut not_on_this_bill: BTreeMap<String, usize> = BTreeMap::new();
    for id in sides.all.keys() {
        if let Some(absent) = subscription_of(id).filter(|id| !bill.subscriptions.contains(*id)) {
            *not_on_this_bill.entry(absent.to_owned()).or_default() += 1;
        }
    }
    let on_it =
        |id: &&String| subscription_of(id).is_none_or(|of| !not_on_this_bill.contains_key(of));
    let ids = sides.all.keys().chain(bill.resources.keys());
    let ids: BTreeSet<&String> = ids.filter(on_it).collect();
    let mut lines = Vec::new();
    let dates = || period.from.date_naive().iter_days();
    let dates = || dates().take_while(|day| *day < period.to.date_naive());
    for id in &ids {
        lines.extend(dates().filter_map(|day| sides.line(id, day)));
    }
    for workspace in bill.workspaces.keys() {
        let of = |id: &&&String| workspace_of(id) == Some(workspace.as_str());
        let ids: Vec<&String> = ids.iter().filter(of).copied().collect();
        lines.extend(dates().filter_map(|day| sides.together(workspace, &ids, day)));
    }
    rates(&mut lines, &resources);
    let unexplained = lines.iter().filter(|line| line.is_unexplained()).count();
    Comparison {
        from: period.from.date_naive(),
        to: period.to.date_naive(),
        files: bill.files,
        earlier_runs,
        rows: bill.rows,
        currency: prices.currency.clone(),
        lines,
        unexplained,
        by_workspace: by_workspace(&bill.workspaces),
        not_on_this_bill,
        other: bill.other.clone(),
        not_in_ledger: bill.not_in_ledger.clone(),
    }
}

fn by_workspace(workspaces: &BilledDays) -> BTreeMap<String, ByWorkspace> {
    let sum = |days: &BTreeMap<NaiveDate, Billed>| {
        let mut all = Billed::default();
        days.values().for_each(|billed| all.add(billed.clone()));
        ByWorkspace {
            rows: all.rows,
            hours: all.hours,
            cost: all.cost,
        }
    };
    let workspaces = workspaces.iter();
    workspaces
        .map(|(id, days)| (id.clone(), sum(days)))
        .collect()
}

/// What is set beside each other.
struct Sides<'a> {
    bill: &'a Bill,
    all: AllRan,
    resources: &'a HashMap<&'a str, &'a Resource>,
    prices: &'a Prices<'a>,
}

impl<'a> Sides<'a> {
    fn billed(&self, id: &str, day: NaiveDate) -> Billed {
        let days = self.bill.resources.get(id);
        days.and_then(|days| days.get(&day))
            .cloned()
            .unwrap_or_default()
    }

    fn ran(&self, id: &str, day: NaiveDate) -> Ran {
        match self.all.get(id) {
            Some(days) => days.get(&day).copied().unwrap_or_default(),
            None => Ran {
                before_first_observation: 86_400,
                ..Ran::default()
            },
        }
    }

    fn price(&self, id: &str, day: NaiveDate) -> Option<&'a PricePerHour> {
        let resource = self.resources.get(id)?;
        self.prices.on(resource, day)
    }

    /// What the bill has under the workspace of a resource alone.
    fn under_workspace(&self, id: &str, day: NaiveDate) -> Option<&'a Billed> {
        self.bill.workspaces.get(id)?.get(&day)
    }

    /// A resource's day; `None` where it neither ran nor was billed, or is compared with others of its workspace.
    fn line(&self, id: &str, day: NaiveDate) -> Option<Line> {
        let workspace = workspace_of(id);
        if workspace.is_some_and(|workspace| self.under_workspace(workspace, day).is_some()) {
            return None;
        }
        let (billed, ran) = (self.billed(id, day), self.ran(id, day));
        if ran.on == 0 && billed.hours.is_zero() && billed.cost.is_zero() {
            return None;
        }
        let price = self.price(id, day);
        let expected = price.map(|price| Expected::of(price, billed.hours));
        Some(line(id, day, &billed, ran, expected.as_ref()))
    }

    /// A workspace's day, all its computes together; `None` where the bill names each of them.
    fn together(&self, workspace: &str, ids: &[&String], day: NaiveDate) -> Option<Line> {
        let mut billed = self.under_workspace(workspace, day)?.clone();
        let (mut sum, mut hours, mut prices) = (Ran::default(), Vec::new(), Vec::new());
        for id in ids {
            billed.add(self.billed(id, day));
            let (ran, price) = (self.ran(id, day), self.price(id, day));
            sum.add(ran);
            prices.extend(price);
            if ran.on > 0 {
                hours.push((Decimal::from(ran.on) / Decimal::from(3600), price));
            }
        }
        let expected = Expected::of_several(&hours, &prices, billed.hours);
        Some(line(workspace, day, &billed, sum, expected.as_ref()))
    }
}

/// A difference that is the same part on every one of several days of a size and region is another rate; where only
/// the workspace is billed, of its days.
fn rates(lines: &mut [Line], resources: &HashMap<&str, &Resource>) {
    let place = |line: &Line| match resources.get(line.resource.as_str()) {
        Some(resource) => Some((resource.vm_size.clone()?, resource.location.clone()?)),
        None => Some((line.resource.clone(), String::new())),
    };
    let ratio = |line: &Line| {
        let expected = line.expected_cost.filter(|expected| !expected.is_zero())?;
        // What next to no hours cost may be more of them than a number can be.
        let ratio = line.billed_cost.checked_div(expected);
        Some(ratio.unwrap_or(MOST).clamp(-MOST, MOST))
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
