//! Reading a fleet file, and saying where it is wrong.

use super::{Fleet, check, position};
use std::path::Path;

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
    #[error("{given}: expected a fleet file, demo, demo:SEED or uniform:WORKSPACESxMACHINES")]
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
        serde_json::from_str(text).map_err(|error| unreadable(text, name, &error))?;
    check::check(&fleet).map_err(|fault| {
        let places = position::places(text);
        // A fault may lie in a default that the file leaves out: then the nearest value that is there.
        let mut path = fault.field.as_str();
        let start = loop {
            if let Some(place) = places.iter().find(|place| place.path == path) {
                break place.start;
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => break 0,
            }
        };
        let (line, column) = position::line_column(text, start);
        FleetError::Bad {
            file: name.into(),
            line,
            column,
            field: fault.field.clone(),
            message: fault.message,
        }
    })?;
    Ok(fleet)
}

fn unreadable(text: &str, name: &str, error: &serde_json::Error) -> FleetError {
    let offset = position::offset(text, error.line(), error.column());
    let field = position::path_at(&position::places(text), offset);
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
