//! Settings that give things names: `SCHEDULES` and `CALENDARS`.

use std::collections::BTreeMap;
use std::path::Path;

/// Reads `name = value` pairs: one a line or with `|` between, a JSON object, or the path of a JSON or TOML file
/// that holds them. Names come back in lower case.
///
/// # Errors
/// What is wrong, in one line.
pub fn pairs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let text = text.trim();
    if text.starts_with('{') {
        return checked(json(text)?);
    }
    let path = Path::new(text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let kind = extension.unwrap_or_default().to_ascii_lowercase();
    if !text.contains(['=', '\n', '|']) && matches!(kind.as_str(), "json" | "toml") {
        let content = std::fs::read_to_string(path)
            .map_err(|error| format!("{text} cannot be read: {error}"))?;
        let read = if kind == "json" {
            json(&content)
        } else {
            toml(&content)
        };
        return checked(read.map_err(|error| format!("{text}: {error}"))?);
    }
    let lines = text.split(['\n', '|']).map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| format!("'{line}' has no name: expected name = value"))?;
        Ok((name.trim().to_string(), value.trim().to_string()))
    };
    checked(lines.map(pair).collect::<Result<_, String>>()?)
}

fn json(text: &str) -> Result<Vec<(String, String)>, String> {
    let object: BTreeMap<String, String> = serde_json::from_str(text)
        .map_err(|error| format!("expected a JSON object of texts: {error}"))?;
    Ok(object.into_iter().collect())
}

fn toml(text: &str) -> Result<Vec<(String, String)>, String> {
    let table: BTreeMap<String, String> = toml::from_str(text).map_err(|error| {
        format!(
            "expected TOML lines such as name = \"value\": {}",
            error.message()
        )
    })?;
    Ok(table.into_iter().collect())
}

/// Words that mean something else where a name may stand.
const TAKEN: [&str; 14] = [
    "always", "never", "none", "daily", "weekdays", "weekends", "start", "stop", "mon", "tue",
    "wed", "thu", "fri", "sat",
];

/// Whether tags may use this name: a letter, then letters, digits, `-`, `_` or `.`, and no word of the language.
pub fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let taken = TAKEN.contains(&lower.as_str()) || lower == "sun";
    lower.starts_with(char::is_alphabetic)
        && lower.chars().all(fits)
        && lower.chars().count() <= 64
        && !taken
}

fn checked(pairs: Vec<(String, String)>) -> Result<BTreeMap<String, String>, String> {
    let mut named = BTreeMap::new();
    for (name, value) in pairs {
        let lower = name.to_lowercase();
        if !is_name(&name) {
            return Err(format!(
                "'{name}' cannot be a name: expected a letter, then letters, digits, '-', '_' or '.', and no word of the language"
            ));
        }
        if value.is_empty() {
            return Err(format!("{name} has no value"));
        }
        if named.insert(lower, value).is_some() {
            return Err(format!("{name} is named twice"));
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
            assert_eq!(pairs(text), Ok(two()), "{text}");
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
            assert_eq!(pairs(&path.display().to_string()), Ok(two()), "{name}");
            std::fs::write(&path, "office = always").expect("a file");
            assert!(pairs(&path.display().to_string()).is_err(), "{name}");
            let _ = std::fs::remove_file(path);
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (text, why) in [
            ("office", "expected name = value"),
            ("office = ", "has no value"),
            ("a = b | A = c", "named twice"),
            ("daily = Mon-Fri 08:00-19:00", "cannot be a name"),
            ("9to5 = Mon-Fri 09:00-17:00", "cannot be a name"),
            ("two words = always", "cannot be a name"),
            (r#"{"office": 5}"#, "expected a JSON object of texts"),
            ("missing.toml", "cannot be read"),
        ] {
            let error = pairs(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
