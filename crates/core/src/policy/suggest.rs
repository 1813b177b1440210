//! Corrections: every fault carries the edit that would get past it, and the edits are made one after the
//! other until the whole value reads. So a correction always reads, whatever stands behind the first fault.

use super::fault::{Fault, Fix};

/// More faults than this and the value is not a slip but something else.
const MOST_EDITS: usize = 12;

/// The value with its faults mended, if that can be done.
pub(super) fn correct<T>(value: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Option<String> {
    let mut text = value.to_owned();
    for _ in 0..=MOST_EDITS {
        match read(&text) {
            Ok(_) => {
                // Line breaks and rows of spaces are no help to whoever copies it.
                let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let text = if read(&plain).is_ok() { plain } else { text };
                return (text != value).then_some(text);
            }
            Err(fault) => text = edit(&text, &fault.fix?)?,
        }
    }
    None
}

fn edit(text: &str, fix: &Fix) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let (before, after) = (chars.get(..fix.from)?, chars.get(fix.to.max(fix.from)..)?);
    let (mut text, after): (String, String) = (before.iter().collect(), after.iter().collect());
    for part in [fix.with.as_str(), after.as_str()] {
        // No double space, and none before a separator.
        if part.starts_with([' ', ',', ';']) {
            text.truncate(text.trim_end().len());
        }
        text.push_str(part);
    }
    Some(text.trim().to_owned())
}

/// The one known word within a slip or two of `word` (in lower case); none where two are as near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let reach = match length {
        0 | 1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        9..=40 => 3,
        _ => return None,
    };
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        // Each letter more or less is a slip: most names are ruled out by their length.
        .filter(|name| name.chars().count().abs_diff(length) <= reach)
        .map(|name| (strsim::osa_distance(word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= reach)
        .collect();
    near.sort();
    match near.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, name), ..] => Some(name),
        [] => None,
    }
}
