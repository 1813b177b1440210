//! Why a query to Resource Graph cannot be answered.

/// A query that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum QueryError {
    #[error("The request's body is not JSON.")]
    NotJson,
    #[error("The request has no query.")]
    NoQuery,
    #[error("There is no table '{0}'; expected resources or resourcecontainers.")]
    Table(String),
    #[error("The simulator does not know the operator '{0}'.")]
    Operator(String),
    #[error("'{0}' has no number")]
    NoNumber(String),
    #[error("The simulator does not understand the query at '{0}'.")]
    Where(String),
    #[error("The simulator does not know the comparison '{0}'.")]
    Comparison(String),
    #[error("The simulator does not know the function '{0}'.")]
    Function(String),
    #[error("A text of the query is not closed.")]
    NotClosed,
    #[error("The query ends too early.")]
    Ends,
}
