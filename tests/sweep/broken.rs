//! A document that somebody or something has broken costs one workspace at most, and the sweep says how to mend it.

use crate::common::world::{OFFICE, World, at, fleet, instance};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Two workspaces with one instance each; a sweep has run.
async fn swept() -> World {
    let office = |name: &str| instance(name, json!({"lamp-schedule": OFFICE}));
    let more = [("other", json!([office("co")]))];
    let world = World::new(fleet(json!([office("ci")]), &more)).await;
    assert_eq!(world.sweep("23T12:00").await.code, 0);
    world.simulator.advance_to(at("23T19:00"));
    world
}

/// The newest saved state of which `workspace` ends so.
fn newest(world: &World, ends: &str) -> PathBuf {
    let inside = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let newest = inside(world.ledger.join("state")).into_iter();
    let mut newest = newest.filter_map(|folder| inside(folder).into_iter().max());
    let here = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a text");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let workspace = document["workspace"].as_str().expect("a name");
        workspace.ends_with(ends)
    };
    newest.find(here).expect("its document")
}

/// Ways in which a document is broken, from its whole text.
fn broken(whole: &str) -> Vec<String> {
    vec![
        String::new(),
        "null".into(),
        "[]".into(),
        whole[..whole.len() / 2].into(),
        whole.replace("\"state\":", "\"stat\":"),
        whole.replace("\"workspace\":\"", "\"workspace\":\"x"),
        whole.replace("\"schema\":1", "\"schema\":\"one\""),
        "\u{fffd}\0".into(),
    ]
}

#[tokio::test]
async fn a_broken_saved_state_costs_its_workspace_until_it_is_mended_or_deleted() {
    let world = swept().await;
    let document = newest(&world, "/workspaces/w");
    let whole = std::fs::read_to_string(&document).expect("a text");
    for text in broken(&whole) {
        std::fs::write(&document, &text).expect("written");
        let dry = world.sweep_with(&["--dry-run"]).await;
        assert_eq!((dry.code, dry.count("stops")), (1, 1), "{text}");
    }
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (1, 1),
        "{}",
        printed.all()
    );
    assert_eq!(
        (world.state("w/ci"), world.state("other/co")),
        ("Running".into(), "Stopping".into())
    );
    let name = document
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let problem = printed.lines.iter().find(|line| line["event"] == "problem");
    let problem = problem.expect("a problem")["message"]
        .as_str()
        .expect("a text");
    for words in [
        "w: no action without saved state",
        &name,
        "mend it, or delete it",
        "docs/records.md",
    ] {
        assert!(problem.contains(words), "{words}: {problem}");
    }
    // Deleted, it is as if it had never been.
    std::fs::remove_file(&document).expect("deleted");
    let printed = world.sweep("23T19:05").await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (0, 1),
        "{}",
        printed.all()
    );
}

#[tokio::test]
async fn a_broken_history_stops_nobody_from_sweeping_and_is_begun_anew() {
    let world = swept().await;
    let document = newest(&world, "sweeps");
    let whole = std::fs::read_to_string(&document).expect("a text");
    for text in broken(&whole) {
        std::fs::write(&document, &text).expect("written");
        let dry = world.sweep_with(&["--dry-run"]).await;
        assert_eq!(
            (dry.code, dry.count("stops")),
            (1, 2),
            "{text}: {}",
            dry.all()
        );
    }
    let printed = world.sweep_with(&[]).await;
    assert_eq!(
        (printed.code, printed.count("stops")),
        (1, 2),
        "{}",
        printed.all()
    );
    let name = document
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let problem = printed.lines.iter().find(|line| line["event"] == "problem");
    let problem = problem.expect("a problem")["message"]
        .as_str()
        .expect("a text");
    for words in ["is begun anew", &name] {
        assert!(problem.contains(words), "{words}: {problem}");
    }
    let next = world.sweep("23T19:05").await;
    assert_eq!((next.code, next.count("settled")), (0, 2), "{}", next.all());
    let again: Value =
        serde_json::from_str(&std::fs::read_to_string(newest(&world, "sweeps")).expect("a text"))
            .expect("JSON");
    assert_eq!(again["state"]["last"]["at"], "2026-11-23T19:05:00Z");
}

#[tokio::test]
async fn a_history_of_a_later_version_is_not_overruled() {
    let world = swept().await;
    let document = newest(&world, "sweeps");
    let whole = std::fs::read_to_string(&document).expect("a text");
    std::fs::write(&document, whole.replace("\"schema\":1", "\"schema\":2")).expect("written");
    let printed = world.sweep_with(&[]).await;
    assert_eq!((printed.code, world.posts()), (1, 0));
    assert!(
        printed.all().contains("is of schema 2"),
        "{}",
        printed.all()
    );
    assert_eq!(newest(&world, "sweeps"), document);
}
