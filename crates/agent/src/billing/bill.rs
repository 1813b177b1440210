//! What a bill comes to, of one file or many.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What one resource was billed on one day, all its rows of compute together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Billed {
    pub rows: u64,
    pub hours: Decimal,
    pub cost: Decimal,
    /// A row took something back.
    pub corrected: bool,
    /// `Reservation` or `SavingsPlan`, where a row names it.
    pub pricing: BTreeSet<String>,
    pub currencies: BTreeSet<String>,
}

impl Billed {
    pub(super) fn add(&mut self, other: Billed) {
        self.rows += other.rows;
        self.hours += other.hours;
        self.cost += other.cost;
        self.corrected |= other.corrected;
        self.pricing.extend(other.pricing);
        self.currencies.extend(other.currencies);
    }
}

/// Rows of virtual machines, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowSum {
    pub rows: u64,
    pub hours: Decimal,
    pub cost: Decimal,
}

/// By resource (ARM id, lower case) and day.
pub type BilledDays = BTreeMap<String, BTreeMap<NaiveDate, Billed>>;

/// What a bill has of resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bill {
    pub resources: BilledDays,
    /// Of virtual machines whose rows name only what several are below: their workspace, or their endpoint.
    pub together: BilledDays,
    /// Cost by resource of what stopping does not stop: disks, load balancers, addresses.
    pub other: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// Cost of virtual machines by resource, where the ledger knows no such resource.
    pub not_in_ledger: BTreeMap<String, Decimal>,
    /// By subscription: of scale sets that may be of resources which the ledger knows, and do not tell of which.
    pub unclear: BTreeMap<String, RowSum>,
    /// The subscriptions that any row is about, by id, lower case.
    pub subscriptions: BTreeSet<String>,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    pub files: usize,
    pub rows: u64,
}

impl Bill {
    pub(super) fn take_subscription(&mut self, id: Option<&str>) {
        if let Some(id) = id.filter(|id| !self.subscriptions.contains(*id)) {
            self.subscriptions.insert(id.to_owned());
        }
    }
}
