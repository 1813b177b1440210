//! Which files are read, and what of them cannot be.

use super::lint;
use crate::common::folder::Folder;

const BAD: &str = "tags:\n  lamp-idle: 60\n";
const GOOD: &str = "tags:\n  lamp-idle: 60m\n";

fn place(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new("lint-files");
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn files_are_named_by_name_pattern_or_folder() {
    let files = [
        ("a.yml", BAD),
        ("infra/b.yaml", BAD),
        ("infra/deep/c.yml", BAD),
        ("infra/notes.txt", BAD),
        ("infra/.terraform/d.yml", BAD),
        ("[odd].yml", BAD),
    ];
    let folder = place(&files);
    for (names, files) in [
        (&["a.yml"][..], vec!["a.yml"]),
        (&["infra"], vec!["infra/b.yaml", "infra/deep/c.yml"]),
        (&["infra/"], vec!["infra/b.yaml", "infra/deep/c.yml"]),
        (
            &["**/*.yml"],
            vec!["[odd].yml", "a.yml", "infra/deep/c.yml"],
        ),
        (&["[odd].yml"], vec!["[odd].yml"]),
        (&["infra/.terraform"], vec!["infra/.terraform/d.yml"]),
        (&["./a.yml", "infra/*"], vec!["a.yml", "infra/b.yaml"]),
    ] {
        let args: Vec<&str> = ["--json", "--files"].iter().chain(names).copied().collect();
        let printed = lint(folder.path(), &args, &[]);
        let document = printed.json();
        let found = document["files"].as_array().expect("files").clone();
        let found: Vec<&str> = found
            .iter()
            .filter_map(|file| file["path"].as_str())
            .collect();
        assert_eq!((found, printed.code), (files, 1), "{names:?}");
    }
}

#[test]
fn the_exit_code_says_what_was_found() {
    let folder = place(&[
        ("good.yml", GOOD),
        ("bad.yml", BAD),
        ("README.md", ""),
        ("broken.yml", "a: 'x\ntags:\n  lamp-idle: 60m\n"),
    ]);
    for (names, code) in [
        (&["good.yml"][..], 0),
        (&["bad.yml"], 1),
        (&["good.yml", "bad.yml"], 1),
        (&["broken.yml"], 2),
        (&["broken.yml", "bad.yml"], 1),
        (&["gone.yml"], 2),
        (&["*.bicep"], 2),
        (&["README.md"], 2),
        (&["*.md"], 0),
        (&["***.yml"], 2),
        (&["good.yml", "--all"], 2),
        (&["good.yml", "--format", "xml"], 2),
    ] {
        let args: Vec<&str> = ["--files"].iter().chain(names).copied().collect();
        let printed = lint(folder.path(), &args, &[]);
        assert_eq!(
            printed.code, code,
            "{names:?}: {}{}",
            printed.stdout, printed.stderr
        );
    }
    let printed = lint(folder.path(), &["--format", "text", "lamp-idle=60m"], &[]);
    assert_eq!(printed.code, 2, "{}", printed.stderr);
}

#[test]
fn what_cannot_be_understood_is_a_problem_only_where_tags_may_stand() {
    let folder = place(&[
        ("chart.yml", "{{- if .Values.on }}\nname: x\n{{- end }}\n"),
        (
            "chart-tags.yml",
            "a: 1\n{{- if .Values.on }}\nlamp-idle: 60\n{{- end }}\n",
        ),
        ("cut.json", "{\"tags\": {\"lamp-idle\": \"6"),
        ("part.bicep", "resource = = lamp-idle\n"),
    ]);
    let printed = lint(folder.path(), &["--json", "--files", "."], &[]);
    let document = printed.json();
    let problems = document["problems"].as_array().expect("problems").clone();
    let paths: Vec<&str> = problems
        .iter()
        .filter_map(|one| one["path"].as_str())
        .collect();
    assert!(
        paths.contains(&"chart-tags.yml") && paths.contains(&"cut.json"),
        "{document}"
    );
    assert!(paths.contains(&"part.bicep"), "{document}");
    assert!(!paths.contains(&"chart.yml"), "{document}");
    assert_eq!(document["summary"]["errors"], 0, "{document}");

    // Latin-1, and more than anybody writes.
    std::fs::write(folder.join("latin.py"), b"# caf\xe9 lamp-idle\n").expect("a file");
    std::fs::write(folder.join("other.py"), b"# caf\xe9\n").expect("a file");
    let printed = lint(folder.path(), &["--files", "latin.py"], &[]);
    assert_eq!(printed.code, 2, "{}", printed.stdout);
    assert!(
        printed
            .stdout
            .contains("problem: latin.py: it is not text in UTF-8"),
        "{}",
        printed.stdout
    );
    assert_eq!(lint(folder.path(), &["--files", "other.py"], &[]).code, 0);
}

#[test]
fn nesting_without_end_is_refused_and_not_followed() {
    let deep = 20_000;
    let open = "{\"lamp-a\":[".repeat(deep);
    let files = [
        ("a.json", open.clone()),
        ("b.yml", open.clone()),
        (
            "c.yml",
            (0..2000).fold(String::new(), |text, depth| {
                text + &" ".repeat(depth) + "lamp-a:\n"
            }),
        ),
        ("d.tf", format!("tags = {}", "[{ lamp-a = ".repeat(deep))),
        (
            "e.bicep",
            format!("var tags = {}", "[{\n'lamp-a': ".repeat(deep)),
        ),
        ("f.py", format!("tags = {}", "[{'lamp-a': ".repeat(deep))),
        (
            "g.py",
            format!("tags = {}'lamp-a'{}", "(".repeat(deep), ")".repeat(deep)),
        ),
        ("h.yml", {
            let doubled = |n: usize| format!("a{n}: &a{n} {{x: *a{}, y: *a{}}}\n", n - 1, n - 1);
            let rest: String = (1..60).map(doubled).collect();
            format!("a0: &a0 {{lamp-idle: 60}}\n{rest}tags: *a59\n")
        }),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let folder = place(&files);
    for (name, _) in files {
        let printed = lint(folder.path(), &["--files", name, "--json"], &[]);
        let document = printed.json();
        // An alias of an alias is followed once, so the last has its one finding.
        let expected = if name == "h.yml" { 1 } else { 2 };
        assert_eq!(printed.code, expected, "{name}: {document}");
        let errors = document["summary"]["errors"].as_u64();
        assert_eq!(errors, Some(u64::from(name == "h.yml")), "{name}");
    }
}

#[test]
fn the_platforms_settings_count() {
    let text = "resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {\n  tags: {\n    'light-schedule': 'office-hours'\n    'lamp-idle': '60'\n  }\n}\n";
    let folder = place(&[("a.bicep", text)]);
    let schedules = (
        "SCHEDULES",
        r#"{"office-hours":"Mon-Fri 08:00-19:00 Europe/Lisbon"}"#,
    );
    let prefix = ("TAG_PREFIX", "light-");
    let args = ["--files", "a.bicep"];
    assert_eq!(lint(folder.path(), &args, &[schedules, prefix]).code, 0);
    assert_eq!(lint(folder.path(), &args, &[prefix]).code, 1);
    let printed = lint(folder.path(), &args, &[]);
    assert!(
        printed.stdout.contains("a.bicep:4:21: lamp-idle: "),
        "{}",
        printed.stdout
    );
}
