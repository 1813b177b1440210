//! Findings as annotations of a GitHub workflow, by its commands `::error` and `::warning`.

use super::outcome::Outcome;
use lamplighter_templates::Level;
use std::fmt::Write;

pub(super) fn annotations(outcome: &Outcome) -> String {
    let mut out = String::new();
    for (file, one) in outcome.findings() {
        let command = match one.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => continue,
        };
        let mut message = one.message.clone();
        if let Some(suggestion) = &one.suggestion {
            let _ = write!(message, "\ntry: {suggestion}");
        }
        let mut place = format!(
            "file={},line={},endLine={}",
            property(&file.path),
            one.line,
            one.end.line
        );
        // GitHub takes columns only of annotations within a line.
        if one.line == one.end.line {
            let last = one.end.column.saturating_sub(1).max(one.column);
            let _ = write!(place, ",col={},endColumn={last}", one.column);
        }
        let title = property(&one.tag);
        let _ = writeln!(out, "::{command} {place},title={title}::{}", data(&message));
    }
    for problem in &outcome.problems {
        let mut place = format!("file={}", property(&problem.path));
        if let Some(at) = problem.place {
            let _ = write!(place, ",line={},col={}", at.line, at.column);
        }
        let _ = writeln!(out, "::error {place}::{}", data(&problem.message));
    }
    out
}

/// Characters that end a command's text.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Characters that end a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
