//! Settings that give things names: `SCHEDULES`, `CALENDARS` and what goes with them.

use super::texts::items;
use lamplighter_core::policy::is_schedule_name;
use std::collections::BTreeMap;
use std::path::Path;

/// Why names and their values cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PairsError {
    #[error("{0} cannot be read: {1}")]
    Unread(String, std::io::Error),
    #[error("{0}: {1}")]
    InFile(String, Box<PairsError>),
    #[error("expected a JSON object of texts: {0}")]
    Json(#[from] serde_json::Error),
    #[error("expected TOML lines such as name = \"value\": {}", .0.message())]
    Toml(#[from] toml::de::Error),
    #[error("'{0}' has no name: expected name = value")]
    NoName(String),
    #[error(
        "'{0}' cannot be a name: expected a letter, then letters, digits, '-', '_' or '.', and no word of the language"
    )]
    BadName(String),
    #[error("{0} has no value")]
    NoValue(String),
    #[error("{0} is named twice")]
    Twice(String),
    #[error("it names nothing")]
    Nothing,
}

impl PairsError {
    /// What is wrong, without the texts in which it was found.
    pub fn without_texts(&self) -> String {
        match self {
            PairsError::NoName(_) => "an entry has no name: expected name = value".into(),
            PairsError::BadName(_) => PairsError::BadName("…".into()).to_string(),
            PairsError::Json(_) => "expected a JSON object of texts".into(),
            PairsError::InFile(file, error) => format!("{file}: {}", error.without_texts()),
            other => other.to_string(),
        }
    }
}

/// Reads `name = value` pairs: one a line or with `|` between, a JSON object, or the path of a JSON or TOML file
/// that holds them. Names come back in lower case.
///
/// # Errors
/// What is wrong, in one line.
pub fn pairs(text: &str) -> Result<BTreeMap<String, String>, PairsError> {
    let text = text.trim();
    if text.starts_with('{') {
        return checked(json(text)?);
    }
    let path = Path::new(text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let kind = extension.unwrap_or_default().to_ascii_lowercase();
    if !text.contains(['=', '\n', '|']) && matches!(kind.as_str(), "json" | "toml") {
        let content = std::fs::read_to_string(path)
            .map_err(|error| PairsError::Unread(text.to_owned(), error))?;
        let read = if kind == "json" {
            json(&content)
        } else {
            toml(&content)
        };
        let in_file = |error| PairsError::InFile(text.to_owned(), Box::new(error));
        return checked(read.map_err(in_file)?);
    }
    let lines = items(text, &['\n', '|']).ok_or(PairsError::Nothing)?;
    let lines = lines.into_iter();
    let pair = |line: &str| {
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| PairsError::NoName(line.to_owned()))?;
        Ok((name.trim().to_string(), value.trim().to_string()))
    };
    checked(lines.map(pair).collect::<Result<_, PairsError>>()?)
}

fn json(text: &str) -> Result<Vec<(String, String)>, PairsError> {
    let object: BTreeMap<String, String> = serde_json::from_str(text)?;
    Ok(object.into_iter().collect())
}

fn toml(text: &str) -> Result<Vec<(String, String)>, PairsError> {
    let table: BTreeMap<String, String> = toml::from_str(text)?;
    Ok(table.into_iter().collect())
}

fn checked(pairs: Vec<(String, String)>) -> Result<BTreeMap<String, String>, PairsError> {
    let mut named = BTreeMap::new();
    for (name, value) in pairs {
        let lower = name.to_lowercase();
        if !is_schedule_name(&name) {
            return Err(PairsError::BadName(name));
        }
        if value.is_empty() {
            return Err(PairsError::NoValue(name));
        }
        if named.insert(lower, value).is_some() {
            return Err(PairsError::Twice(name));
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> BTreeMap<String, String> {
        let two = [
            ("office", "Mon-Fri 08:00-19:00"),
            ("lab", "stop daily 20:00"),
        ];
        two.map(|(name, value)| (name.to_string(), value.to_string()))
            .into()
    }

    #[test]
    fn every_form_reads_alike() {
        for text in [
            "office = Mon-Fri 08:00-19:00 | lab = stop daily 20:00",
            "Office=Mon-Fri 08:00-19:00\n\n LAB = stop daily 20:00\n",
            r#"{"office": "Mon-Fri 08:00-19:00", "lab": "stop daily 20:00"}"#,
        ] {
            assert_eq!(pairs(text).expect(text), two(), "{text}");
        }
    }

    #[test]
    fn a_file_holds_the_same() {
        for (name, content) in [
            (
                "toml",
                "office = \"Mon-Fri 08:00-19:00\"\nlab = \"stop daily 20:00\"\n",
            ),
            (
                "json",
                r#"{"office": "Mon-Fri 08:00-19:00", "lab": "stop daily 20:00"}"#,
            ),
        ] {
            let file = format!("lamplighter-{:x}.{name}", fastrand::u64(..));
            let path = std::env::temp_dir().join(file);
            std::fs::write(&path, content).expect("a file");
            assert_eq!(pairs(&path.display().to_string()).expect(name), two());
            std::fs::write(&path, "office = always").expect("a file");
            assert!(pairs(&path.display().to_string()).is_err(), "{name}");
            let _ = std::fs::remove_file(path);
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (text, why) in [
            ("office", "expected name = value"),
            ("|", "names nothing"),
            ("| \n |", "names nothing"),
            ("office = ", "has no value"),
            ("a = b | A = c", "named twice"),
            ("daily = Mon-Fri 08:00-19:00", "cannot be a name"),
            ("9to5 = Mon-Fri 09:00-17:00", "cannot be a name"),
            ("two words = always", "cannot be a name"),
            (r#"{"office": 5}"#, "expected a JSON object of texts"),
            ("missing.toml", "cannot be read"),
        ] {
            let error = pairs(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
