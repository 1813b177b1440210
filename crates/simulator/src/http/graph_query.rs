//! Of Resource Graph's query language, `where`, `project`, `extend`, `order by`, `limit`, `take` and `count`.

use super::graph_error::QueryError;
use super::graph_expression::{Expression, Reader, text};
use super::graph_tokens::tokens;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// One step of the pipeline.
///
/// # Errors
/// The simulator does not know its operator or something in it.
pub(super) fn apply(step: &str, mut rows: Vec<Value>) -> Result<Vec<Value>, QueryError> {
    let (verb, rest) = step.split_once(char::is_whitespace).unwrap_or((step, ""));
    match verb.to_ascii_lowercase().as_str() {
        "where" => {
            let tokens = tokens(rest)?;
            let mut reader = Reader::new(&tokens);
            let condition = reader.condition()?;
            done(&reader, rest)?;
            rows.retain(|row| condition.holds(row));
        }
        "project" => {
            let columns = columns(rest)?;
            for row in &mut rows {
                let kept = columns
                    .iter()
                    .map(|(name, value)| (name.clone(), value.of(row)));
                *row = kept.collect::<Map<_, _>>().into();
            }
        }
        "extend" => {
            let columns = columns(rest)?;
            for row in &mut rows {
                for (name, value) in &columns {
                    row[name] = value.of(row);
                }
            }
        }
        "order" | "sort" => sort(rest, &mut rows)?,
        "limit" | "take" => {
            let count = rest.trim().parse();
            rows.truncate(count.map_err(|_| QueryError::NoNumber(step.to_owned()))?);
        }
        "count" => rows = vec![json!({"Count": rows.len()})],
        _ => return Err(QueryError::Operator(verb.to_owned())),
    }
    Ok(rows)
}

/// Everything of a step has been understood.
fn done(reader: &Reader<'_>, step: &str) -> Result<(), QueryError> {
    if reader.is_done() {
        Ok(())
    } else {
        Err(QueryError::Where(step.to_owned()))
    }
}

/// `a, b = tolower(c), tags.d`: names and values. Columns that a row does not have are null.
fn columns(rest: &str) -> Result<Vec<(String, Expression)>, QueryError> {
    let tokens = tokens(rest)?;
    let mut reader = Reader::new(&tokens);
    let mut columns = Vec::new();
    loop {
        let name = if reader.comes("=") {
            let name = reader.name()?;
            reader.sign("=");
            Some(name)
        } else {
            None
        };
        let value = reader.condition()?.alone();
        let place = columns.len() + 1;
        let name = name
            .or_else(|| value.usual_name())
            .unwrap_or_else(|| format!("Column{place}"));
        columns.push((name, value));
        if !reader.sign(",") {
            done(&reader, rest)?;
            return Ok(columns);
        }
    }
}

/// `by name asc, location`: Kusto's order is descending where none is given.
fn sort(rest: &str, rows: &mut [Value]) -> Result<(), QueryError> {
    let tokens = tokens(rest)?;
    let mut reader = Reader::new(&tokens);
    reader.word("by");
    let mut keys = Vec::new();
    loop {
        let value = reader.value()?;
        let ascending = reader.word("asc");
        if !ascending {
            reader.word("desc");
        }
        keys.push((value, ascending));
        if !reader.sign(",") {
            done(&reader, rest)?;
            break;
        }
    }
    rows.sort_by(|left, right| {
        let of = |(value, ascending): &(Expression, bool)| {
            let order = compare(&value.of(left), &value.of(right));
            if *ascending { order } else { order.reverse() }
        };
        keys.iter().map(of).fold(Ordering::Equal, Ordering::then)
    });
    Ok(())
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        _ => text(left).to_lowercase().cmp(&text(right).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Value> {
        vec![
            json!({"name": "a", "type": "x/y", "tags": {"lamp-schedule": "never", "team": "Vision"}, "n": 1}),
            json!({"name": "b", "type": "X/Z", "tags": {}, "properties": {"power": {"code": "Running"}}, "n": 10}),
            json!({"name": "c", "type": "x/y", "tags": null, "n": 9}),
        ]
    }

    fn names(step: &str) -> String {
        let kept = apply(step, rows()).unwrap_or_else(|wrong| panic!("{step}: {wrong}"));
        kept.iter().map(|row| text(&row["name"])).collect()
    }

    #[test]
    fn conditions_are_read_whole() {
        for (condition, expected) in [
            ("type == 'x/y'", "ac"),
            ("type =~ 'x/z'", "b"),
            ("type =~ 'x/y' and name == 'c'", "c"),
            ("name == 'b' or type == 'x/y' and name != 'a'", "bc"),
            ("(name == 'b' or type == 'x/y') and name != 'a'", "bc"),
            ("type in~ ('X/Y', \"x/z\") and not(name in ('a'))", "bc"),
            ("tags.team =~ 'vision'", "a"),
            ("tags['lamp-schedule'] == 'never'", "a"),
            ("isnotempty(tags['lamp-schedule'])", "a"),
            ("isempty(tags.team)", "bc"),
            ("properties.power.code == 'Running'", "b"),
            ("type startswith 'X/'", "abc"),
            ("type has 'y' and type !contains 'z'", "ac"),
            ("name !in ('a', 'b')", "c"),
            ("n >= 9 and n < 10", "c"),
            ("tolower(type) == 'x/z'", "b"),
        ] {
            assert_eq!(
                names(&format!("where {condition}")),
                expected,
                "{condition}"
            );
        }
    }

    #[test]
    fn columns_are_renamed_and_rows_ordered() {
        let kept = apply("project id = name, tags.team, big = toupper(name)", rows());
        let first = &kept.expect("understood")[0];
        assert_eq!(
            first,
            &json!({"id": "a", "tags_team": "Vision", "big": "A"})
        );
        assert_eq!(names("order by type asc, n asc"), "acb");
        assert_eq!(names("order by n"), "bca");
        assert_eq!(apply("count", rows()), Ok(vec![json!({"Count": 3})]));
        let more = apply("extend short = substring(name, 1)", rows());
        assert_eq!(more, Err(QueryError::Function("substring".into())));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for step in [
            "where",
            "where type ==",
            "where type == 'x",
            "where type matches regex 'x'",
            "where (type == 'x'",
            "where type == 'x' name",
            "project a b",
            "summarize count()",
            "take x",
        ] {
            assert!(apply(step, rows()).is_err(), "{step}");
        }
    }
}
