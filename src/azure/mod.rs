//! The outside world: Azure Resource Manager and the Retail Prices API. Knows nothing of policy.
//!
//! - [`arm`]: the client that every ARM call goes through: token, budget, concurrency, retries, deadline.
//! - [`places`], [`computes`], [`jobs`], [`prices`]: the calls, by what they are about.
//! - [`parse`]: from lenient JSON to [`model`].

pub mod arm;
mod budget;
mod computes;
mod credential;
mod error;
mod jobs;
mod listing;
pub mod model;
mod parse;
mod places;
pub mod prices;
mod retry;

pub use arm::{Arm, Config};
pub use computes::{Accepted, OperationStatus};
pub use credential::credential;
pub use error::AzureError;
pub use listing::Listing;
pub use prices::{PriceProblem, Prices, Quote};
