//! Findings for people.

use super::outcome::Outcome;
use lamplighter_core::policy::pointed;
use lamplighter_templates::Level;
use std::fmt::Write;

pub(super) fn page(outcome: &Outcome) -> String {
    let mut out = String::new();
    for (file, one) in outcome.findings() {
        let level = match one.level {
            Level::Error => "",
            Level::Warning => "warning: ",
            Level::Note => continue,
        };
        let tag = one.tag.escape_debug();
        let _ = writeln!(
            out,
            "{}:{}:{}: {level}{tag}: {}",
            file.path, one.line, one.column, one.message
        );
        if let Some(value) = one.value.as_ref().filter(|_| one.value_column > 0) {
            let _ = writeln!(out, "{}", pointed(value, one.value_column));
        }
        if let Some(suggestion) = &one.suggestion {
            let _ = writeln!(out, "  try: {}", suggestion.replace(char::is_control, " "));
        }
    }
    for problem in &outcome.problems {
        let place = problem
            .place
            .map(|place| format!(":{}:{}", place.line, place.column));
        let place = place.unwrap_or_default();
        let _ = writeln!(out, "problem: {}{place}: {}", problem.path, problem.message);
    }
    let errors = outcome.count(Level::Error);
    let unknown = outcome.count(Level::Note);
    let mut summary = format!(
        "{}, {}: {}",
        counted(outcome.seen, "file"),
        counted(outcome.tags(), "tag"),
        match errors {
            0 => "no error".to_string(),
            _ => counted(errors, "error"),
        }
    );
    let warnings = outcome.count(Level::Warning);
    if warnings > 0 {
        let _ = write!(summary, ", {}", counted(warnings, "warning"));
    }
    if unknown > 0 {
        let _ = write!(summary, ", {unknown} not known here");
    }
    let _ = writeln!(out, "{summary}");
    out
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
