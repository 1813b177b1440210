//! The outside world: Azure Resource Manager and the Retail Prices API. Knows nothing of policy.
//!
//! [`Arm`] makes every call to Azure Resource Manager and [`Prices`] looks prices up; both return the plain
//! types of [`model`] or an [`AzureError`] whose [`Kind`] says what a caller can do about it.
//!
//! | Concern | File |
//! |---|---|
//! | one request, its timeouts and its answer | `http.rs` |
//! | when a call is tried again | `retry.rs` |
//! | staying under ARM's token buckets | `budget.rs` |
//! | lists and their nextLink | `paging.rs` |
//! | tokens | `credential.rs` |
//! | JSON to [`model`] | `parse.rs` |

mod arm;
mod budget;
mod computes;
mod credential;
mod error;
mod graph;
mod http;
mod jobs;
mod metrics;
pub mod model;
mod paging;
mod parse;
mod price_choice;
mod price_names;
mod price_pages;
mod prices;
mod resource_groups;
mod retry;
mod subscriptions;
pub mod trace;
mod vm_sizes;
mod workspaces;

pub use arm::{Arm, Config, Dated};
pub use azure_core::credentials::TokenCredential;
pub use budget::Pace;
pub use computes::{Accepted, OperationState, OperationStatus};
pub use credential::from_environment;
pub use error::{AzureError, Kind};
pub use metrics::{Answer, Asked, Metrics, MetricsConfig};
pub use paging::Listing;
pub use price_choice::{NoPrice, Row, choose, read_rows, refusals};
pub(crate) use price_names::is_plain;
pub use prices::{PriceProblem, Prices, PricesConfig, Quote};
