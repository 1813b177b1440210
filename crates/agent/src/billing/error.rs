//! Why a bill cannot be read.

/// Each names the line, the column and what was expected there, as far as they are known.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// What is wrong, in the file that it is wrong in.
    #[error("{file}: {why}")]
    In { file: String, why: Box<BillError> },
    #[error(transparent)]
    NotCsv(#[from] csv::Error),
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    #[error("this is {what}: {instead}")]
    NotText {
        what: &'static str,
        instead: &'static str,
    },
    #[error("no file in it ends with .csv or .csv.gz")]
    EmptyFolder,
    #[error("not the manifest of an export: {0}")]
    Manifest(serde_json::Error),
    #[error("it names {0}, which is not beside it: the copy of this export is not whole")]
    MissingPart(String),
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
    #[error("line {line}, column {column}: {date} is no day of any month")]
    NoDay {
        line: u64,
        column: String,
        date: String,
    },
    #[error("its dates are written in two orders: {0}, and {1}")]
    TwoOrders(String, String),
    #[error(
        "whether its dates have the month or the day first cannot be told: give --bill-dates mdy or dmy"
    )]
    EitherOrder,
    #[error(
        "line {line} stands in line {other_line} of {other}, too: is one a copy of the other, an earlier run of the \
         same export, or its amortized cost? Give only one of them"
    )]
    SameRow {
        line: u64,
        other: String,
        other_line: u64,
    },
    #[error(
        "line {line} is of {day}, and line {last_line} of {last_file} of {last_day}: a bill has at most {most} days"
    )]
    TooLong {
        line: u64,
        day: chrono::NaiveDate,
        last_file: String,
        last_line: u64,
        last_day: chrono::NaiveDate,
        most: i64,
    },
    #[error(
        "line {line} is about {resource} on {day}, as is {other}, which has other columns: of two kinds of export give \
         only one, or its costs count twice"
    )]
    TwoKinds {
        line: u64,
        resource: String,
        day: chrono::NaiveDate,
        other: String,
    },
}

impl BillError {
    pub(super) fn of(self, file: &std::path::Path) -> BillError {
        let file = file.display().to_string();
        BillError::In {
            file,
            why: Box::new(self),
        }
    }
}
