//! What billed hours should cost by the ledger's prices.

use lamplighter_core::record::PricePerHour;
use rust_decimal::Decimal;

/// An expected cost: as far as can be known, between two bounds.
pub(super) struct Expected {
    pub least: Decimal,
    pub most: Decimal,
    /// Between them: at the mean price of what ran.
    pub cost: Decimal,
    pub currency: String,
}

impl Expected {
    /// Of one resource: its price is known. Of one that is made of several sizes it is not known whose hours they are:
    /// they cost between the lowest and the highest.
    pub fn of(price: &PricePerHour, billed_hours: Decimal) -> Expected {
        if let Some(expected) = Expected::of_parts(price, billed_hours) {
            return expected;
        }
        let cost = price.amount * billed_hours;
        Expected {
            least: cost,
            most: cost,
            cost,
            currency: price.currency.clone(),
        }
    }

    fn of_parts(price: &PricePerHour, billed_hours: Decimal) -> Option<Expected> {
        let each = price.parts.iter().map(|part| part.amount);
        let (lowest, highest) = (each.clone().min()?, each.max()?);
        let nodes: u64 = price.parts.iter().map(|part| u64::from(part.count)).sum();
        let mean = match nodes {
            0 => (lowest + highest) / Decimal::TWO,
            nodes => price.amount / Decimal::from(nodes),
        };
        Some(Expected {
            least: lowest * billed_hours,
            most: highest * billed_hours,
            cost: mean * billed_hours,
            currency: price.currency.clone(),
        })
    }

    /// Of several billed together. `ran`: the hours of each that ran, and its price; `all`: the prices of all that could
    /// have. Whose the hours are by which the bill differs, nobody knows: they cost between the lowest and the highest
    /// price. `None` where a price is unknown, or is in another currency than the rest.
    pub fn of_several(
        ran: &[(Decimal, Option<&PricePerHour>)],
        all: &[&PricePerHour],
        billed_hours: Decimal,
    ) -> Option<Expected> {
        let currency = &all.first()?.currency;
        let one_currency = all.iter().all(|price| price.currency == *currency);
        let prices = all.iter().map(|price| price.amount);
        let (lowest, highest) = (prices.clone().min()?, prices.max()?);
        let (mut hours, mut cost) = (Decimal::ZERO, Decimal::ZERO);
        for (of, price) in ran {
            hours += of;
            cost += (*price)?.amount * of;
        }
        let rest = billed_hours - hours;
        let mean = match hours.is_zero() {
            true => (lowest + highest) / Decimal::TWO,
            false => cost / hours,
        };
        one_currency.then(|| Expected {
            least: cost + (rest * lowest).min(rest * highest),
            most: cost + (rest * lowest).max(rest * highest),
            cost: cost + rest * mean,
            currency: currency.clone(),
        })
    }
}
