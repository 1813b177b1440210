//! The outside world: Azure Resource Manager and the Retail Prices API. Knows nothing of policy.
//!
//! [`Arm`] makes every call to Azure Resource Manager and [`Prices`] looks prices up; both return the plain
//! types of [`lamplighter_core::observe`] or an [`AzureError`] whose [`ErrorKind`] says what a caller can do about it.
//! Which calls there are, and how their answers are read, stands in core: here they are made.
//!
//! | Concern | File |
//! |---|---|
//! | a call of core's as an HTTP request | `wire.rs` |
//! | one call, with its budget, its token and its retries | `arm.rs` |
//! | one request, its timeouts and its answer | `http.rs` |
//! | when a call is tried again | `retry.rs` |
//! | staying under ARM's token buckets | `budget/`; what was waited for it: `waits.rs` |
//! | lists and their nextLink, page by page | `paging.rs`, `page.rs` |
//! | what a refusal means, and what to do | `refusal.rs` |
//! | tokens | `credential.rs` |
//! | whether a call can be made at all | `ask.rs` |

mod arm;
mod ask;
mod budget;
mod computes;
mod credential;
mod error;
mod foundry;
mod graph;
mod http;
mod jobs;
mod metrics;
mod operation;
mod page;
mod paging;
mod price_choice;
mod price_names;
mod price_pages;
mod prices;
mod refusal;
mod resource_groups;
mod retry;
mod subscriptions;
pub mod trace;
mod vm_sizes;
pub mod waits;
mod wire;
mod workspaces;

pub use arm::{Arm, Config, Dated};
pub use ask::{Grant, Permissions};
pub use azure_core::credentials::{AccessToken, TokenCredential};
pub use budget::Pace;
pub use credential::{Tokens, from_environment};
pub use error::{AzureError, ErrorKind};
pub use metrics::{Asked, LoadAnswer, Metric, Metrics, MetricsConfig, Placed, SeriesAnswer};
pub use operation::{Accepted, OperationState, OperationStatus};
pub use paging::Listing;
pub use price_choice::{NoPrice, Row, choose, read_rows, refusals};
pub use price_names::is_plain;
pub use price_pages::PricesConfig;
pub use prices::{PriceProblem, Prices, Quote};
pub use refusal::{REFUSALS, Refusal};
pub use vm_sizes::VmSize;
