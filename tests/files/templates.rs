//! The templates of `tests/templates` give exactly the findings of `expected.txt`.

use super::lint;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates")
}

fn text_of(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a template");
    match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(wide) => {
            let units = wide.as_chunks::<2>().0;
            let units: Vec<u16> = units.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16(&units).expect("UTF-16")
        }
        None => {
            let text = String::from_utf8(bytes).expect("UTF-8");
            text.trim_start_matches('\u{feff}').to_string()
        }
    }
}

/// File and line, tag, what stands at the place, and the correction: as `expected.txt` has it.
fn line(path: &str, text: &str, finding: &serde_json::Value) -> String {
    let number = |value: &serde_json::Value| {
        usize::try_from(value.as_u64().expect("a number")).expect("a small one")
    };
    let (row, column) = (number(&finding["line"]), number(&finding["column"]));
    let end = &finding["end"];
    let source = text.split('\n').nth(row - 1).expect("that line");
    let width = match number(&end["line"]) == row {
        true => number(&end["column"]) - column,
        false => usize::MAX,
    };
    let at: String = source.chars().skip(column - 1).take(width).collect();
    let correction = match (finding["level"].as_str(), finding["suggestion"].as_str()) {
        (Some("note"), _) => "not known here",
        (Some("warning"), _) => finding["rule"].as_str().expect("a rule"),
        (_, Some(correction)) => correction,
        (_, None) => "-",
    };
    let tag = finding["tag"].as_str().expect("a name");
    format!("{path}:{row} | {tag} | {} | {correction}", at.trim_end())
}

#[test]
fn each_template_gives_exactly_the_expected_findings() {
    let folder = corpus();
    let printed = lint(&folder, &["--files", ".", "--format", "json"], &[]);
    assert_eq!((printed.code, printed.stderr.as_str()), (1, ""));
    let document = printed.json();
    assert_eq!(document["problems"], serde_json::json!([]));
    let mut found = Vec::new();
    for file in document["files"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        let text = text_of(&folder.join(path));
        let findings = file["findings"].as_array().expect("findings");
        found.extend(findings.iter().map(|finding| line(path, &text, finding)));
    }
    let expected = std::fs::read_to_string(folder.join("expected.txt")).expect("expected.txt");
    let expected = expected
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let expected: Vec<&str> = expected.collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let seen = document["summary"]["files"].as_u64();
    assert!(seen.is_some_and(|seen| seen >= 30), "{seen:?}");
}

#[test]
fn a_correction_written_where_it_belongs_leaves_no_finding_there() {
    let folder = corpus();
    let printed = lint(&folder, &["--files", ".", "--format", "json"], &[]);
    let document = printed.json();
    let place = crate::common::folder::Folder::new("corrected");
    let mut corrected = 0;
    for file in document["files"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        let text = text_of(&folder.join(path));
        for finding in file["findings"].as_array().expect("findings") {
            let Some(fix) = finding["fix"].as_object() else {
                continue;
            };
            let at = |place: &serde_json::Value| {
                let number = |name: &str| place[name].as_u64().expect("a number") as usize;
                let lines: usize = text
                    .split_inclusive('\n')
                    .take(number("line") - 1)
                    .map(str::len)
                    .sum();
                let column = text[lines..].char_indices().nth(number("column") - 1);
                lines + column.map_or(text.len() - lines, |(at, _)| at)
            };
            let (start, end) = (at(&fix["start"]), at(&fix["end"]));
            let correction = fix["text"].as_str().expect("a text");
            let changed = format!("{}{correction}{}", &text[..start], &text[end..]);
            let name = Path::new(path).file_name().expect("a name");
            std::fs::write(place.join(name), changed).expect("a file");
            let name = name.to_str().expect("a name");
            let again = lint(place.path(), &["--files", name, "--format", "json"], &[]).json();
            let again = again["files"][0]["findings"]
                .as_array()
                .expect("findings")
                .clone();
            let same = again.iter().find(|one| {
                (&one["line"], &one["tag"], &one["message"])
                    == (&finding["line"], &finding["tag"], &finding["message"])
            });
            assert_eq!(same, None, "{path}: {finding}");
            corrected += 1;
        }
    }
    assert!(corrected > 20, "{corrected}");
}
