//! A bill set beside what the ledger knows of its days. Pure.

use super::bill::{Bill, Billed, BilledDays, RowSum};
use super::expected::Expected;
use super::known::{subscription_of, workspace_of};
use super::line::{Cost, Line, SAME_PRICE, line};
use super::ran::{AllRan, Ran, ran};
use super::rows::MOST;
use crate::report::{LedgerPeriod, Prices};
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
    /// By workspace, or by online endpoint: what rows of virtual machines name only it. What is below it is compared
    /// together on those days.
    pub by_workspace: BTreeMap<String, RowSum>,
    /// By subscription: rows of scale sets that may be of a cluster, and do not tell of which.
    pub not_told: BTreeMap<String, RowSum>,
    /// Subscriptions that no row is about, and how many resources of each the ledger knows; they are in no line.
    pub not_on_this_bill: BTreeMap<String, usize>,
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
    for above in bill.together.keys() {
        let below = |id: &&&String| is_below(id, above);
        let ids: Vec<&String> = ids.iter().filter(below).copied().collect();
        lines.extend(dates().filter_map(|day| sides.together(above, &ids, day)));
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
        by_workspace: summed(&bill.together),
        not_told: bill.unclear.clone(),
        not_on_this_bill,
        other: bill.other.clone(),
        not_in_ledger: bill.not_in_ledger.clone(),
    }
}

fn is_below(id: &str, above: &str) -> bool {
    let rest = id.strip_prefix(above);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

fn summed(together: &BilledDays) -> BTreeMap<String, RowSum> {
    let sum = |days: &BTreeMap<NaiveDate, Billed>| {
        let mut all = Billed::default();
        days.values().for_each(|billed| all.add(billed.clone()));
        RowSum {
            rows: all.rows,
            hours: all.hours,
            cost: all.cost,
        }
    };
    let together = together.iter();
    together.map(|(id, days)| (id.clone(), sum(days))).collect()
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
                many: self.is_many(id),
                ..Ran::default()
            },
        }
    }

    fn is_many(&self, id: &str) -> bool {
        let kind = self.resources.get(id).and_then(|own| own.kind.known());
        kind.is_some_and(|kind| kind.is_many())
    }

    fn price(&self, id: &str, day: NaiveDate) -> Option<&'a PricePerHour> {
        let resource = self.resources.get(id)?;
        self.prices.on(resource, day)
    }

    /// What the bill has of what is below this, and of none of it alone.
    fn billed_together(&self, above: &str, day: NaiveDate) -> Option<&'a Billed> {
        self.bill.together.get(above)?.get(&day)
    }

    /// With what else a resource is compared on a day: the nearest of what it is below that the bill names alone.
    fn compared_with<'b>(&self, id: &'b str, day: NaiveDate) -> Option<&'b str> {
        let workspace = workspace_of(id)?;
        let places = id.match_indices('/').map(|(place, _)| &id[..place]);
        let above = places.filter(|above| above.len() >= workspace.len());
        let mut known = above.filter(|above| self.billed_together(above, day).is_some());
        let nearest = known.next_back()?;
        // What a bill tells apart by tags is not among what it does not tell apart.
        let kind = self.resources.get(id).and_then(|own| own.kind.known());
        let tagged = kind.is_some_and(|kind| kind.is_tagged_on_bill());
        let apart = tagged && nearest == workspace && self.billed(id, day).rows > 0;
        (!apart).then_some(nearest)
    }

    /// Whether the bill may have a resource in rows that do not tell so.
    fn not_told(&self, id: &str) -> bool {
        let own = self.resources.get(id);
        let may = own.is_some_and(|own| {
            let kind = own.kind.known();
            kind.is_some_and(|kind| kind.may_be_scale_sets(own.billed_in.as_deref()))
        });
        let subscription = subscription_of(id);
        may && subscription.is_some_and(|of| self.bill.unclear.contains_key(of))
    }

    /// A resource's day; `None` where it neither ran nor was billed, or is compared with others of its workspace.
    fn line(&self, id: &str, day: NaiveDate) -> Option<Line> {
        if self.compared_with(id, day).is_some() {
            return None;
        }
        let (billed, ran) = (self.billed(id, day), self.ran(id, day));
        if ran.on == 0 && billed.hours.is_zero() && billed.cost.is_zero() {
            return None;
        }
        let price = self.price(id, day);
        let expected = price.map(|price| Expected::of(price, billed.hours));
        let ran = (ran, self.not_told(id));
        Some(line(id, day, &billed, ran, expected.as_ref()))
    }

    /// A day of what is below something together; `None` where the bill names each of them.
    fn together(&self, above: &str, ids: &[&String], day: NaiveDate) -> Option<Line> {
        let mut billed = self.billed_together(above, day)?.clone();
        let (mut sum, mut hours, mut prices) = (Ran::default(), Vec::new(), Vec::new());
        let mut not_told = false;
        let with = |id: &&&String| self.compared_with(id, day) == Some(above);
        for id in ids.iter().filter(with) {
            not_told |= self.not_told(id);
            billed.add(self.billed(id, day));
            let (ran, price) = (self.ran(id, day), self.price(id, day));
            sum.add(ran);
            prices.extend(price);
            if ran.on > 0 {
                hours.push((Decimal::from(ran.on) / Decimal::from(3600), price));
            }
        }
        let expected = Expected::of_several(&hours, &prices, billed.hours);
        let sum = (sum, not_told);
        Some(line(above, day, &billed, sum, expected.as_ref()))
    }
}

/// A difference that is the same part on every one of several days of a size and region is another rate; where only
/// the workspace is billed, of its days.
fn rates(lines: &mut [Line], resources: &HashMap<&str, &Resource>) {
    let place = |line: &Line| match resources.get(line.resource.as_str()) {
        Some(resource) => Some((resource.price_key(), resource.location.clone()?)),
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
