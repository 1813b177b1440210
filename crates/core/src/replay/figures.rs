//! Hours and money of what was played.

use super::play::Made;
use crate::record::{Action, cost};
use crate::schedule::Power;
use crate::snapshot::Price;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Money by currency.
type Money = BTreeMap<String, Decimal>;

/// One resource's figures, or the sum of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub stops: usize,
    pub starts: usize,
    pub on_seconds: i64,
    /// Off by a stop of ours; these hours are what the upper bound is made of.
    pub off_seconds: i64,
    /// Off since the beginning, so not by us: earns nothing.
    pub off_before_seconds: i64,
    /// What `off_seconds` would have cost, resources left on; exact, to be rounded only when printed.
    pub upper_bound: Money,
    /// The part of `off_seconds` for which no price is known.
    pub unpriced_seconds: i64,
    /// The part of `on_seconds` of resources that were off at the beginning: on by our start alone.
    pub on_by_start_seconds: i64,
    /// What that costs, as far as prices are known.
    pub on_by_start: Money,
}

impl Figures {
    /// The figures of one resource that was `power` at the beginning.
    pub(super) fn of(
        power: Power,
        made: &[Made],
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        price: Option<&Price>,
    ) -> Figures {
        let mut figures = Figures::default();
        let (mut now, mut state, mut ours) = (from, power, false);
        let next = |made: &Made| match made.decision.action {
            Action::Start => Power::On,
            _ => Power::Off,
        };
        let changes = made.iter().map(|made| (made.at, Some(next(made))));
        for (at, next) in changes.chain([(to, None)]) {
            let seconds = (at - now).num_seconds();
            match (state, ours) {
                (Power::On, _) => figures.on_seconds += seconds,
                (Power::Off, true) => figures.off_seconds += seconds,
                (Power::Off, false) => figures.off_before_seconds += seconds,
            }
            match next {
                Some(Power::On) => figures.starts += 1,
                Some(Power::Off) => figures.stops += 1,
                None => {}
            }
            (now, state, ours) = (at, next.unwrap_or(state), true);
        }
        if power == Power::Off {
            figures.on_by_start_seconds = figures.on_seconds;
        }
        figures.price(price);
        figures
    }

    fn price(&mut self, price: Option<&Price>) {
        let Some(price) = price else {
            self.unpriced_seconds = self.off_seconds;
            return;
        };
        for (money, seconds) in [
            (&mut self.upper_bound, self.off_seconds),
            (&mut self.on_by_start, self.on_by_start_seconds),
        ] {
            if seconds > 0 {
                money.insert(price.currency.clone(), cost(price.amount, seconds));
            }
        }
    }

    pub(super) fn add(&mut self, more: &Figures) {
        self.stops += more.stops;
        self.starts += more.starts;
        self.on_seconds += more.on_seconds;
        self.off_seconds += more.off_seconds;
        self.off_before_seconds += more.off_before_seconds;
        self.unpriced_seconds += more.unpriced_seconds;
        self.on_by_start_seconds += more.on_by_start_seconds;
        for (sum, more) in [
            (&mut self.upper_bound, &more.upper_bound),
            (&mut self.on_by_start, &more.on_by_start),
        ] {
            for (currency, amount) in more {
                *sum.entry(currency.clone()).or_default() += amount;
            }
        }
    }
}
