//! One resource on one day: what was billed, what ran, and why they differ.

use super::bill::Billed;
use super::expected::Expected;
use super::ran::Ran;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

/// Bills round each meter; a difference of this many seconds a day is none.
pub const ROUNDING: i64 = 6 * 60;
/// Prices that differ by no more than this part are the same: bills round to fewer digits.
pub(super) const SAME_PRICE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Why hours differ, or that they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hours {
    /// Within [`ROUNDING`].
    Agree,
    /// Within 15 minutes for each start and stop, or as long as those of its kind may take.
    StartingAndStopping,
    /// No more than the time in which no sweep is known to have run.
    NoSweep,
    /// No more than the time before the resource was first observed.
    BeforeFirstObservation,
    /// No row names it, and rows of scale sets of its subscription name nothing.
    NotTold,
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

/// One resource on one day, or what is below a workspace or an endpoint together, where the bill names no more than that.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The ARM id of either, lower case.
    pub resource: String,
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

impl Line {
    pub fn is_unexplained(&self) -> bool {
        self.hours == Hours::Unexplained || self.cost == Cost::Unexplained
    }
}

/// `not_told`: the bill may have its hours in rows that do not tell so.
pub(super) fn line(
    id: &str,
    day: NaiveDate,
    billed: &Billed,
    (ran, not_told): (Ran, bool),
    expected: Option<&Expected>,
) -> Line {
    let hours = |seconds: i64| Decimal::from(seconds) / Decimal::from(3600);
    let difference = billed.hours - hours(ran.on);
    let within = |seconds: i64| difference.abs() <= hours(seconds);
    let switches = ran.switching + ROUNDING;
    // How many of many there were while nobody looked, nobody knows.
    let unknown = |seconds: i64| ran.many || within(seconds);
    let why = match () {
        () if within(ROUNDING) => Hours::Agree,
        () if within(switches) => Hours::StartingAndStopping,
        () if ran.no_sweep > 0 && unknown(switches + ran.no_sweep) => Hours::NoSweep,
        () if ran.before_first_observation > 0
            && unknown(switches + ran.no_sweep + ran.before_first_observation) =>
        {
            Hours::BeforeFirstObservation
        }
        () if billed.corrected => Hours::Correction,
        () if not_told && billed.rows == 0 => Hours::NotTold,
        () => Hours::Unexplained,
    };
    Line {
        resource: id.to_string(),
        day,
        billed_hours: billed.hours,
        ran_hours: hours(ran.on).round_dp(4),
        difference_hours: difference.round_dp(4),
        hours: why,
        billed_cost: billed.cost,
        expected_cost: expected.map(|expected| expected.cost),
        cost: cost(billed, expected),
    }
}

fn cost(billed: &Billed, expected: Option<&Expected>) -> Cost {
    let Some(expected) = expected else {
        return Cost::NoPrice;
    };
    let nearest = billed.cost.max(expected.least).min(expected.most);
    let same = (billed.cost - nearest).abs() <= nearest.abs() * SAME_PRICE + SAME_PRICE;
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
            .any(|currency| *currency != expected.currency) =>
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
