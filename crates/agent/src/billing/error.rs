//! Why a bill cannot be read.

/// Each names the line, the column and what was expected there, as far as they are known.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    #[error(transparent)]
    NotCsv(#[from] csv::Error),
    #[error("line 1: no column {column} (known as {known_as}); the file has {found}")]
    NoColumn {
        column: &'static str,
        known_as: String,
        found: String,
    },
    #[error("line {line}, column {column}: '{value}' is not {expected}")]
    Cell {
        line: u64,
        /// As the file calls it.
        column: String,
        value: String,
        expected: &'static str,
    },
    #[error("{0} is no day of any month")]
    NoDay(String),
    #[error("its dates are written in two orders")]
    TwoOrders,
    #[error(
        "whether its dates have the month or the day first cannot be told: give --bill-dates mdy or dmy"
    )]
    EitherOrder,
}
