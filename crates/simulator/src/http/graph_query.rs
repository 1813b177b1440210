//! Of Resource Graph's query language, `where type ==|=~|in~`, `project`, `order by`, `limit` and `take`.

use serde_json::{Map, Value};

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
    #[error("The simulator does not understand 'where {0}'.")]
    Where(String),
    #[error("The simulator does not know the comparison '{0}'.")]
    Comparison(String),
}

/// One step of the pipeline.
///
/// # Errors
/// The simulator does not know its operator or its comparison.
pub(super) fn apply(step: &str, mut rows: Vec<Value>) -> Result<Vec<Value>, QueryError> {
    let (verb, rest) = step.split_once(char::is_whitespace).unwrap_or((step, ""));
    match verb.to_ascii_lowercase().as_str() {
        "where" => {
            let condition = condition(rest)?;
            rows.retain(|row| condition.holds(row));
        }
        "project" => project(rest, &mut rows),
        "order" | "sort" => sort(rest, &mut rows),
        "limit" | "take" => {
            let count = rest.trim().parse();
            rows.truncate(count.map_err(|_| QueryError::NoNumber(step.to_owned()))?);
        }
        _ => return Err(QueryError::Operator(verb.to_owned())),
    }
    Ok(rows)
}

/// Columns that a row does not have are null.
fn project(rest: &str, rows: &mut [Value]) {
    let columns: Vec<&str> = rest.split(',').map(str::trim).collect();
    for row in rows {
        let kept = columns.iter().map(|column| {
            let value = row.get(*column).cloned().unwrap_or(Value::Null);
            ((*column).to_owned(), value)
        });
        *row = kept.collect::<Map<_, _>>().into();
    }
}

/// `by name desc` and the like; only the first column counts.
fn sort(rest: &str, rows: &mut [Value]) {
    let first = rest
        .trim()
        .trim_start_matches("by")
        .split_whitespace()
        .next();
    let column = first.unwrap_or("id").trim_end_matches(',');
    rows.sort_by_key(|row| row[column].as_str().unwrap_or_default().to_lowercase());
    if rest.trim_end().ends_with("desc") {
        rows.reverse();
    }
}

/// `type =~ 'x'`, `type in~ ('x', 'y')` and the like, on any text column.
struct Condition {
    column: String,
    values: Vec<String>,
    ignore_case: bool,
}

impl Condition {
    fn holds(&self, row: &Value) -> bool {
        let found = row[self.column.as_str()].as_str().unwrap_or_default();
        self.values.iter().any(|value| {
            if self.ignore_case {
                value.eq_ignore_ascii_case(found)
            } else {
                value == found
            }
        })
    }
}

fn condition(text: &str) -> Result<Condition, QueryError> {
    let mut parts = text.trim().splitn(3, char::is_whitespace);
    let (Some(column), Some(operator), Some(values)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(QueryError::Where(text.to_owned()));
    };
    let ignore_case = match operator {
        "=~" | "in~" => true,
        "==" | "in" => false,
        _ => return Err(QueryError::Comparison(operator.to_owned())),
    };
    let values = values
        .trim()
        .trim_start_matches('(')
        .trim_end_matches(')')
        .split(',')
        .map(|value| value.trim().trim_matches(['\'', '"']).to_owned())
        .collect();
    Ok(Condition {
        column: column.to_owned(),
        values,
        ignore_case,
    })
}
