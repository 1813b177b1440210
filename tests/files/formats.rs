//! What is written: text, JSON, SARIF, annotations.

use super::lint;
use crate::common::folder::Folder;

const TEMPLATE: &str =
    "resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  tags: {
    'lamp-schedule': 'Mon-Fry 08:00-19:00'
    'lamp-hold': hold
    'lamp-idle': '60m 100%'
  }
}
";

/// A name that every format has to write otherwise than it is.
const NAME: &str = "my templates/50%, é.bicep";

fn place() -> Folder {
    let folder = Folder::new("lint-formats");
    std::fs::create_dir(folder.join("my templates")).expect("a folder");
    std::fs::write(folder.join(NAME), TEMPLATE).expect("a file");
    folder
}

#[test]
fn text_points_at_the_character_and_counts_what_is_not_known() {
    let printed = lint(place().path(), &["--files", NAME], &[]);
    let lines: Vec<&str> = printed.stdout.lines().collect();
    let expected = [
        "my templates/50%, é.bicep:3:27: lamp-schedule: \"Fry\" is not a day: expected Mon to Sun, daily, weekdays or weekends",
        "  Mon-Fry 08:00-19:00",
        "      ^",
        "  try: Mon-Fri 08:00-19:00",
    ];
    assert_eq!(lines[..4], expected, "{}", printed.stdout);
    let last = lines.last().copied();
    assert_eq!(last, Some("1 file, 3 tags: 2 errors, 1 not known here"));
    assert!(!printed.stdout.contains("lamp-hold"), "{}", printed.stdout);
}

#[test]
fn json_has_everything() {
    let printed = lint(place().path(), &["--files", NAME, "--json"], &[]);
    let document = printed.json();
    let file = &document["files"][0];
    assert_eq!(
        (&file["path"], &file["language"]),
        (&NAME.into(), &"bicep".into())
    );
    let first = &file["findings"][0];
    let expected = serde_json::json!({
        "level": "error", "rule": "tag-value", "line": 3, "column": 27, "end": {"line": 3, "column": 42},
        "tag": "lamp-schedule", "value": "Mon-Fry 08:00-19:00", "value_column": 5,
        "message": "\"Fry\" is not a day: expected Mon to Sun, daily, weekdays or weekends",
        "suggestion": "Mon-Fri 08:00-19:00",
        "fix": {"start": {"line": 3, "column": 23}, "end": {"line": 3, "column": 42}, "text": "Mon-Fri 08:00-19:00"},
    });
    assert_eq!(first, &expected);
    let note = &file["findings"][1];
    assert_eq!(
        (&note["level"], &note["rule"]),
        (&"note".into(), &"not-known-here".into())
    );
    let summary =
        serde_json::json!({"files": 1, "tags": 3, "errors": 2, "warnings": 0, "not-known-here": 1});
    assert_eq!(document["summary"], summary);
}

#[test]
fn sarif_has_rules_places_and_corrections() {
    let folder = place();
    let printed = lint(folder.path(), &["--files", NAME, "--format", "sarif"], &[]);
    let document = printed.json();
    let run = &document["runs"][0];
    assert_eq!(
        (&document["version"], &run["columnKind"]),
        (&"2.1.0".into(), &"unicodeCodePoints".into())
    );
    let results = run["results"].as_array().expect("results");
    let levels: Vec<&str> = results
        .iter()
        .filter_map(|one| one["level"].as_str())
        .collect();
    assert_eq!(levels, ["error", "note", "error"]);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "my%20templates/50%25%2C%20%C3%A9.bicep"
    );
    assert_eq!(
        (
            &place["region"]["startLine"],
            &place["region"]["startColumn"]
        ),
        (&3.into(), &27.into())
    );
    let change = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "Mon-Fri 08:00-19:00");
    // By its whole path, and with a part that cannot be read.
    std::fs::write(folder.join("cut.json"), "{\"tags\": {\"lamp-idle\": \"6").expect("a file");
    let whole = folder.join("cut.json");
    let printed = lint(
        folder.path(),
        &[
            "--files",
            whole.to_str().expect("a path"),
            "--format",
            "sarif",
        ],
        &[],
    );
    let invocation = &printed.json()["runs"][0]["invocations"][0];
    assert_eq!(
        (printed.code, &invocation["executionSuccessful"]),
        (2, &false.into())
    );
    let at = &invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"];
    let uri = at["artifactLocation"]["uri"].as_str().expect("a URI");
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/cut.json"),
        "{uri}"
    );
}

#[test]
fn annotations_are_escaped_as_github_reads_them() {
    let printed = lint(
        place().path(),
        &["--files", NAME, "--format", "github"],
        &[],
    );
    let lines: Vec<&str> = printed.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", printed.stdout);
    let first = "::error file=my templates/50%25%2C é.bicep,line=3,endLine=3,col=27,endColumn=41,title=lamp-schedule::\
                 \"Fry\" is not a day: expected Mon to Sun, daily, weekdays or weekends%0Atry: Mon-Fri 08:00-19:00";
    assert_eq!(lines[0], first);
    assert!(lines[1].contains("title=lamp-idle::"), "{}", lines[1]);
}
