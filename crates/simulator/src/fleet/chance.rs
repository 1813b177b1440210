//! Probabilities.

use serde::{Deserialize, Serialize};

/// A probability, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Chance(pub f64);

/// A number that is no probability.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} is not a chance; expected a number from 0 to 1")]
pub struct ChanceError(f64);

impl TryFrom<f64> for Chance {
    type Error = ChanceError;
    fn try_from(value: f64) -> Result<Self, ChanceError> {
        if (0.0..=1.0).contains(&value) {
            Ok(Chance(value))
        } else {
            Err(ChanceError(value))
        }
    }
}
