//! Findings as SARIF 2.1.0.

use super::outcome::{File, Outcome, Problem};
use lamplighter_templates::{Finding, Fix, Level, Place, Rule};
use serde_json::{Value, json};
use std::path::Path;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Id, what it says, and what to do; the order is that of [`index`].
const RULES: [(&str, &str, &str); 5] = [
    (
        "tag-name",
        "A tag's name means nothing.",
        "Names under the prefix are fixed; nothing is done to a compute while one of its tags cannot be read.",
    ),
    (
        "tag-value",
        "A tag's value cannot be read.",
        "Nothing is done to a compute while one of its tags cannot be read.",
    ),
    (
        "not-known-here",
        "A tag's text is computed.",
        "It is read once it is in Azure; `lamplighter lint --all` checks it there.",
    ),
    (
        "without-effect",
        "A tag changes nothing on its kind of resource.",
        "docs/tags.md says which tags each kind of compute takes.",
    ),
    (
        "drift",
        "The file and the tag change the same number.",
        "Have the file's language ignore changes of what the tag changes.",
    ),
];

fn index(rule: Rule) -> usize {
    match rule {
        Rule::TagName => 0,
        Rule::TagValue => 1,
        Rule::NotKnownHere => 2,
        Rule::WithoutEffect => 3,
        Rule::Drift => 4,
    }
}

pub(super) fn document(outcome: &Outcome) -> Result<String, String> {
    let rules = RULES.map(|(id, short, help)| {
        let level = match id {
            "not-known-here" => "note",
            "without-effect" | "drift" => "warning",
            _ => "error",
        };
        json!({
            "id": id,
            "shortDescription": { "text": short },
            "help": { "text": help },
            "defaultConfiguration": { "level": level },
        })
    });
    let results: Vec<Value> = outcome
        .findings()
        .map(|(file, one)| result(file, one))
        .collect();
    let problems: Vec<Value> = outcome.problems.iter().map(notification).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lamplighter",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": problems.is_empty(),
                "toolExecutionNotifications": problems,
            }],
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn result(file: &File, one: &Finding) -> Value {
    let index = index(one.rule);
    let level = match one.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let mut message = format!("{}: {}", one.tag, one.message);
    if let Some(suggestion) = &one.suggestion {
        message = format!("{message} (try: {suggestion})");
    }
    let start = Place {
        line: one.line,
        column: one.column,
    };
    let mut result = json!({
        "ruleId": RULES[index].0,
        "ruleIndex": index,
        "level": level,
        "message": { "text": message },
        "locations": [location(&file.path, Some(region(start, one.end)))],
    });
    if let Some(fix) = &one.fix {
        result["fixes"] = json!([self::fix(&file.path, fix)]);
    }
    result
}

fn fix(path: &str, fix: &Fix) -> Value {
    json!({
        "description": { "text": format!("write {}", fix.text) },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(path) },
            "replacements": [{
                "deletedRegion": region(fix.start, fix.end),
                "insertedContent": { "text": fix.text },
            }],
        }],
    })
}

fn notification(problem: &Problem) -> Value {
    let region = problem.place.map(|place| region(place, place));
    json!({
        "level": "error",
        "message": { "text": problem.message },
        "locations": [location(&problem.path, region)],
    })
}

fn location(path: &str, region: Option<Value>) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(path) } });
    if let Some(region) = region {
        place["region"] = region;
    }
    json!({ "physicalLocation": place })
}

/// A region's end is the column after its last character.
fn region(start: Place, end: Place) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI: relative as it was given, or of the scheme `file`.
fn uri(path: &str) -> String {
    let mut uri = match Path::new(path).is_absolute() {
        true => "file://".to_string(),
        false => String::new(),
    };
    if uri.is_empty() == path.starts_with('/') || path.contains(':') && !uri.is_empty() {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
