//! Reading a fleet file, and telling where it is wrong.

use super::check::check;
use super::organisation::Fleet;
use super::position::{self, ValueRange};
use super::problem::BadField;
use std::path::Path;

/// Why a fleet could not be had.
/// Why a fleet could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    #[error("{file}: {source}")]
    Unreadable {
        file: String,
        source: std::io::Error,
    },
    /// Line and column are 1-based; `field` is a path such as `people[0].zone`.
    #[error("{file}: line {line}, column {column}, {field}: {message}")]
    Bad {
        file: String,
        line: usize,
        column: usize,
        field: String,
        message: String,
    },
    #[error(
        "{given}: expected a fleet file, demo, demo:SEED, kinds, foundry or uniform:WORKSPACESxINSTANCES"
    )]
    Name { given: String },
}

/// Reads a fleet file.
///
/// # Errors
/// The file cannot be read, is not JSON, has a field that is unknown, missing or of the wrong kind, or names
/// something that does not exist; with line and field.
pub fn read(file: &Path) -> Result<Fleet, FleetError> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|source| FleetError::Unreadable {
        file: name.clone(),
        source,
    })?;
    parse(&text, &name)
}

/// Reads a fleet from JSON text; `name` is what the errors call it.
///
/// # Errors
/// As [`read`], without the file's own.
pub fn parse(text: &str, name: &str) -> Result<Fleet, FleetError> {
    let fleet: Fleet =
        serde_json::from_str(text).map_err(|error| not_a_fleet(text, name, &error))?;
    check(&fleet).map_err(|bad| senseless(text, name, &bad))?;
    Ok(fleet)
}

/// A fleet that could be read and makes no sense.
fn senseless(text: &str, name: &str, bad: &BadField) -> FleetError {
    let values = position::values(text);
    let (line, column) = position::line_column(text, nearest(&values, &bad.field));
    FleetError::Bad {
        file: name.into(),
        line,
        column,
        field: bad.field.clone(),
        message: bad.problem.to_string(),
    }
}

/// Where the value at a path begins. It may be a default that the file leaves out: then the nearest around it.
fn nearest(values: &[ValueRange], path: &str) -> usize {
    let mut path = path;
    loop {
        if let Some(value) = position::find(values, path) {
            return value.start;
        }
        match path.rfind(['.', '[']) {
            Some(cut) => path = &path[..cut],
            None => return 0,
        }
    }
}

/// A text that serde_json could not read as a fleet.
fn not_a_fleet(text: &str, name: &str, error: &serde_json::Error) -> FleetError {
    let offset = position::offset(text, error.line(), error.column());
    let field = position::path_at(&position::values(text), offset);
    let full = error.to_string();
    // serde_json ends its message with the place, which stands in front here.
    let message = full
        .rsplit_once(" at line ")
        .map_or(full.as_str(), |(message, _)| message);
    FleetError::Bad {
        file: name.into(),
        line: error.line(),
        column: error.column(),
        field: if field.is_empty() {
            "(top level)".into()
        } else {
            field
        },
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLDER: &str = r#"{
        "metrics": {"sees": "machines"},
        "subscriptions": [{"id": "s", "name": "S", "resourceGroups": [{"name": "rg", "workspaces": [
            {"name": "w", "location": "westeurope", "machines": [
                {"name": "a", "vmSize": "Standard_DS3_v2", "idleTimeBeforeShutdown": "PT1H"}
            ]}
        ]}]}],
        "people": [{"name": "ana", "zone": "UTC", "machines": ["w/a"],
            "jobs": [{"machine": "w/a", "at": "17:00", "lasts": "1h"}]}]
    }"#;

    #[test]
    fn a_file_with_the_older_keys_is_read_and_its_lines_are_named() {
        let fleet = parse(OLDER, "older").expect("a good fleet");
        let written = serde_json::to_string(&fleet).expect("JSON");
        assert!(!written.contains("machine"), "{written}");
        let told = parse(&OLDER.replace("PT1H", "PT1M"), "older").expect_err("bad");
        let told = told.to_string();
        assert!(told.starts_with("older: line 5,"), "{told}");
        assert!(
            told.contains("instances[0].idleTimeBeforeShutdown"),
            "{told}"
        );
        let told = parse(
            &OLDER.replace(r#""machine": "w/a""#, r#""machine": "w/b""#),
            "older",
        );
        let told = told.expect_err("bad").to_string();
        assert!(told.starts_with("older: line 9,"), "{told}");
    }
}
