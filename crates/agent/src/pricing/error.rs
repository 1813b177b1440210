//! Why there is no price.

use chrono::NaiveDate;

/// Why one source knows no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("PRICE_FILE is not set")]
    NoFile,
    #[error("its line holds from {0} only")]
    NotYet(NaiveDate),
    #[error("no line for this size")]
    NotListed,
    #[error("no name of a size in a region")]
    NoName,
    #[error("none was ever known")]
    NeverKnown,
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    #[error("the last one known is in {0}")]
    OtherCurrency(String),
    #[error("no subscription to ask")]
    NoSubscription,
    #[error("no Linux price in {0} for it")]
    NoLinuxPrice(String),
    /// What the source itself answered, or what stood in its way.
    #[error("{0}")]
    Refused(String),
}

impl SourceError {
    pub(super) fn refused(error: impl std::fmt::Display) -> SourceError {
        SourceError::Refused(error.to_string())
    }
}

/// No source knows the price: what each of them answered, in their order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", joined(.0))]
pub struct NoSourceKnows(pub Vec<(&'static str, SourceError)>);

fn joined(refused: &[(&'static str, SourceError)]) -> String {
    let lines = refused
        .iter()
        .map(|(source, why)| format!("{source}: {why}"));
    lines.collect::<Vec<_>>().join("; ")
}
