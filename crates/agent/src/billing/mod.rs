//! A bill beside the ledger: per machine and day what was billed and what ran, and why they differ. Pure, but for
//! the file that is read row by row.

mod bill;
mod ran;
mod table;

pub use bill::{Bill, Billed, DateOrder, read};
pub use ran::{AllRan, Ran, ran};
pub use table::table;

use lamplighter_core::record::Machine;
use crate::report::{Days, Known};
use lamplighter_core::savings::PricePerHour;
use chrono::{DateTime, Days as Dates, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bills round each meter; a difference of this many seconds a day is none.
pub const ROUNDING: i64 = 6 * 60;
/// Azure bills from Starting to the end of Stopping, and a sweep sees a change up to two cadences late.
pub const SWITCH: i64 = 15 * 60;
/// Prices that differ by no more than this part are the same: bills round to fewer digits.
const SAME_PRICE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Why hours differ, or that they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hours {
    /// Within [`ROUNDING`].
    Agree,
    /// Within [`SWITCH`] for each start and stop.
    StartingAndStopping,
    /// No more than the time in which no sweep looked.
    NoSweep,
    /// No more than the time before the machine was first seen.
    BeforeFirstSight,
    /// Rows of the bill took hours back.
    Correction,
    Unexplained,
}

/// Why costs differ from the ledger's price for the billed hours, or that they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    Agree,
    /// The bill names a reservation.
    Reservation,
    /// The bill names a savings plan.
    SavingsPlan,
    Correction,
    /// The bill is in another currency than the ledger.
    OtherCurrency,
    /// The same part more or less than the ledger's price on every day of this size and region: a negotiated rate.
    OtherRate,
    /// The ledger knows no price.
    NoPrice,
    Unexplained,
}

/// One machine on one day.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub machine: String,
    pub day: NaiveDate,
    pub billed_hours: Decimal,
    pub ran_hours: Decimal,
    pub difference_hours: Decimal,
    pub hours: Hours,
    pub billed_cost: Decimal,
    /// The billed hours at the ledger's price.
    pub expected_cost: Option<Decimal>,
    pub cost: Cost,
}

/// A bill beside the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciled {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rows: u64,
    pub currency: Option<String>,
    pub lines: Vec<Line>,
    pub unexplained: usize,
    /// What stopping does not stop, by machine and meter category.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// On the bill, and not in the ledger.
    pub strangers: BTreeMap<String, Decimal>,
}

/// The days that a bill is about: the first, and the one after the last.
pub fn period(bill: &Bill) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let begin = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let after = bill.last?.checked_add_days(Dates::new(1))?;
    Some((begin(bill.first?), begin(after)))
}

/// Sets a bill beside what the ledger knows of its days.
pub fn compare(bill: &Bill, known: &Known) -> Reconciled {
    let days = &known.days;
    let history = days.history();
    let (from, to) = (known.from.timestamp(), known.to.timestamp());
    let all = ran(days, &history, from, to, known.now.timestamp());
    let machines = days.machines();
    let prices = Prices::of(days);
    let none = BTreeMap::new();
    let ids: BTreeSet<&String> = all.keys().chain(bill.machines.keys()).collect();
    let mut lines = Vec::new();
    for id in ids {
        let (billed, seen) = (bill.machines.get(id).unwrap_or(&none), all.get(id));
        let unknown = Ran {
            before_first_sight: 86_400,
            ..Ran::default()
        };
        let mut day = known.from.date_naive();
        while day < known.to.date_naive() {
            let ran = match seen {
                Some(seen) => seen.get(&day).copied().unwrap_or_default(),
                None => unknown,
            };
            let billed = billed.get(&day).cloned().unwrap_or_default();
            if ran.on > 0 || !billed.hours.is_zero() || !billed.cost.is_zero() {
                let price = machines.get(id.as_str());
                let price = price.and_then(|machine| prices.on(machine, day));
                lines.push(line(id, day, &billed, ran, price));
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
    }
    rates(&mut lines, &machines);
    let unexplained = lines.iter().filter(|line| line.is_unexplained()).count();
    Reconciled {
        from: known.from.date_naive(),
        to: known.to.date_naive(),
        rows: bill.rows,
        currency: prices.currency,
        lines,
        unexplained,
        other: bill.other.clone(),
        strangers: bill.strangers.clone(),
    }
}

impl Line {
    pub fn is_unexplained(&self) -> bool {
        self.hours == Hours::Unexplained || self.cost == Cost::Unexplained
    }
}

fn line(id: &str, day: NaiveDate, billed: &Billed, ran: Ran, price: Option<&PricePerHour>) -> Line {
    let hours = |seconds: i64| Decimal::from(seconds) / Decimal::from(3600);
    let difference = billed.hours - hours(ran.on);
    let within = |seconds: i64| difference.abs() <= hours(seconds);
    let switches = i64::from(ran.switches) * SWITCH + ROUNDING;
    let why = match () {
        () if within(ROUNDING) => Hours::Agree,
        () if within(switches) => Hours::StartingAndStopping,
        () if ran.no_sweep > 0 && within(switches + ran.no_sweep) => Hours::NoSweep,
        () if ran.before_first_sight > 0
            && within(switches + ran.no_sweep + ran.before_first_sight) =>
        {
            Hours::BeforeFirstSight
        }
        () if billed.corrected => Hours::Correction,
        () => Hours::Unexplained,
    };
    let expected = price.map(|price| price.amount * billed.hours);
    Line {
        machine: id.to_string(),
        day,
        billed_hours: billed.hours,
        ran_hours: hours(ran.on).round_dp(4),
        difference_hours: difference.round_dp(4),
        hours: why,
        billed_cost: billed.cost,
        expected_cost: expected,
        cost: cost(billed, price, expected),
    }
}

fn cost(billed: &Billed, price: Option<&PricePerHour>, expected: Option<Decimal>) -> Cost {
    let (Some(price), Some(expected)) = (price, expected) else {
        return Cost::NoPrice;
    };
    let same = (billed.cost - expected).abs() <= expected.abs() * SAME_PRICE + SAME_PRICE;
    let ahead = |name: &str| {
        billed
            .pricing
            .iter()
            .any(|pricing| pricing.to_lowercase().starts_with(name))
    };
    match () {
        () if billed
            .currencies
            .iter()
            .any(|currency| *currency != price.currency) =>
        {
            Cost::OtherCurrency
        }
        () if same => Cost::Agree,
        () if ahead("reservation") => Cost::Reservation,
        () if ahead("savings") => Cost::SavingsPlan,
        () if billed.corrected => Cost::Correction,
        () => Cost::Unexplained,
    }
}

/// A difference that is the same part on every one of several days of a size and region is another rate.
fn rates(lines: &mut [Line], machines: &HashMap<&str, &Machine>) {
    let place = |line: &Line| {
        let machine = machines.get(line.machine.as_str())?;
        Some((machine.vm_size.clone()?, machine.location.clone()?))
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

/// A price, and since when.
type Dated<'a> = (DateTime<Utc>, &'a PricePerHour);

/// The ledger's prices, by size and region.
struct Prices<'a> {
    by_place: HashMap<(String, String), Vec<Dated<'a>>>,
    currency: Option<String>,
}

impl<'a> Prices<'a> {
    fn of(days: &'a Days) -> Prices<'a> {
        let mut by_place: HashMap<_, Vec<_>> = HashMap::new();
        let mut add = |size: &str, region: &str, at, price: &'a PricePerHour| {
            let key = (size.to_lowercase(), region.to_lowercase());
            by_place.entry(key).or_default().push((at, price));
        };
        for (_, interval) in days.opened() {
            let place = interval
                .vm_size
                .as_deref()
                .zip(interval.location.as_deref());
            if let (Some((size, region)), Some(price)) = (place, &interval.price) {
                add(size, region, interval.opened_at, price);
            }
        }
        for change in days.price_changes() {
            if let Some(at) = DateTime::from_timestamp(change.at, 0) {
                add(&change.size, &change.region, at, &change.price);
            }
        }
        for prices in by_place.values_mut() {
            prices.sort_by_key(|(at, _)| *at);
        }
        let all = by_place.values().flatten();
        let latest = all.max_by_key(|(at, _)| *at);
        let currency = latest.map(|(_, price)| price.currency.clone());
        Prices { by_place, currency }
    }

    /// The price on a day: the latest known by its end, else the first known after it.
    fn on(&self, machine: &Machine, day: NaiveDate) -> Option<&'a PricePerHour> {
        let key = (
            machine.vm_size.as_ref()?.to_lowercase(),
            machine.location.as_ref()?.to_lowercase(),
        );
        let prices = self.by_place.get(&key)?;
        let end = day.succ_opt()?.and_time(NaiveTime::MIN).and_utc();
        let known = prices.partition_point(|(at, _)| *at < end);
        prices.get(known.saturating_sub(1)).map(|(_, price)| *price)
    }
}
