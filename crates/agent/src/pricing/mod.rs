//! The price of an hour of a resource, from the first source that knows it: the platform's own file, the Retail Prices
//! API, the last price known, the estimate inside ARM's list of sizes.

mod error;
mod file;
mod sources;

pub use error::{NoSourceKnows, SourceError};
pub use file::{Listed, PriceFile, PriceFileError};
pub use sources::{PriceAnswer, PriceInForce, Pricing, SOURCES, Wanted, last_known};
