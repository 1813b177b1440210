//! Money that adds up: whole prices times whole seconds, divided once, when it is shown.

use crate::record::PricePerHour;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// An exact sum of money, of one currency. It is kept as price an hour × seconds: a third of a price has no end in
/// decimals, and sums of such would depend on where periods are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    pub const ZERO: Amount = Amount(Decimal::ZERO);

    /// What `seconds` cost at `price`.
    pub fn of(price: &PricePerHour, seconds: i64) -> Amount {
        Amount(price.amount * Decimal::from(seconds))
    }

    /// In the currency; exact to 28 digits, to be rounded when printed.
    pub fn value(self) -> Decimal {
        (self.0 / Decimal::from(3600)).normalize()
    }

    /// As it is kept, to be stored and read again without loss: price an hour × seconds.
    pub fn price_seconds(self) -> Decimal {
        self.0
    }

    /// What was kept as [`Amount::price_seconds`].
    pub fn of_price_seconds(kept: Decimal) -> Amount {
        Amount(kept)
    }

    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    pub fn is_below_zero(self) -> bool {
        self.0 < Decimal::ZERO
    }
}

impl Add for Amount {
    type Output = Amount;

    fn add(self, other: Amount) -> Amount {
        Amount(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Amount;

    fn sub(self, other: Amount) -> Amount {
        Amount(self.0 - other.0)
    }
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Amount) {
        if !other.is_zero() {
            self.0 += other.0;
        }
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(all: I) -> Amount {
        all.fold(Amount::ZERO, Add::add)
    }
}

/// As text, as all exact decimals are.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(&self.value(), serializer)
    }
}
