//! A resource whose change of state does not end is told once a day, from an hour on, with what it costs.

use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use serde_json::{Value, json};

/// What Azure shows of an instance that is in `state` since Friday's operation.
fn shown(state: &str, (operation, status): (&str, &str), errors: Value) -> Value {
    json!({"properties": {
        "computeType": "ComputeInstance", "computeLocation": "westeurope", "provisioningErrors": errors,
        "createdOn": "2026-10-01T08:00:00Z",
        "properties": {"vmSize": "STANDARD_DS3_V2", "state": state, "lastOperation": {
            "operationName": operation, "operationTime": "2026-11-20T09:00:00.000Z",
            "operationStatus": status, "operationTrigger": "User"}},
    }})
}

fn stuck(name: &str, state: &str, operation: (&str, &str)) -> Value {
    let mut stuck = instance(name, json!({"lamp-schedule": OFFICE}));
    stuck["override"] = shown(state, operation, json!([]));
    stuck
}

/// What the sweep warned of: names and texts.
fn warned(printed: &Printed) -> Vec<(String, String)> {
    let lines = printed.lines.iter();
    let warned = lines.filter(|line| line["event"] == "warning");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut warned: Vec<_> = warned
        .map(|line| (text(&line["name"]), text(&line["message"])))
        .collect();
    warned.sort();
    warned
}

fn names(printed: &Printed) -> Vec<String> {
    warned(printed).into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn a_change_of_state_that_does_not_end_is_told_once_a_day_with_what_it_costs() {
    let in_progress = |operation| (operation, "InProgress");
    let mut restarting = stuck("ci-restarting", "Restarting", in_progress("Restart"));
    let unusable_node = "The instance encountered an unusable node. Please try to restart it.";
    let errors = json!([{"error": {"code": "UserError", "message": unusable_node}}]);
    restarting["override"] = shown("Restarting", in_progress("Restart"), errors);
    let mut ignored = stuck("ci-ignored", "Stopping", in_progress("Stop"));
    ignored["tags"] = json!({"lamp-mode": "ignore"});
    let instances = json!([
        restarting,
        ignored,
        stuck("ci-starting", "Starting", in_progress("Start")),
        stuck("ci-stopping", "Stopping", in_progress("Stop")),
        stuck("ci-resizing", "Resizing", in_progress("Resize")),
        stuck("ci-creating", "Creating", in_progress("Create")),
        stuck("ci-unusable", "Unusable", ("Start", "StartFailed")),
        stuck("ci-setup", "UserSetupFailed", ("Create", "Succeeded")),
        instance("ci-free", json!({"lamp-schedule": OFFICE})),
    ]);
    let world = World::new(fleet(instances, &[])).await;
    let first = world.sweep("23T19:10").await;
    let since_friday = [
        "ci-creating",
        "ci-resizing",
        "ci-restarting",
        "ci-starting",
        "ci-stopping",
        "ci-unusable",
    ];
    assert_eq!(names(&first), since_friday);
    assert_eq!(first.count("warnings"), 6);
    for (name, text) in warned(&first) {
        assert!(
            text.contains(" since Fri 20 Nov 09:00 UTC, "),
            "{name}: {text}"
        );
        let costs = match name.as_str() {
            "ci-restarting" | "ci-starting" | "ci-stopping" => "it costs 0.36 USD an hour",
            _ => "it may cost 0.36 USD an hour",
        };
        assert!(text.contains(costs), "{name}: {text}");
        assert!(text.contains("what to do: "), "{name}: {text}");
        let said = text.contains(&format!("Azure says: UserError: {unusable_node}"));
        assert_eq!(said, name == "ci-restarting", "{name}: {text}");
    }
    // Its state is new to Lamplighter, and no operation explains it: from an hour after it was observed.
    assert_eq!(names(&world.sweep("23T20:05").await), Vec::<String>::new());
    assert_eq!(names(&world.sweep("23T21:00").await), ["ci-setup"]);
    assert_eq!(names(&world.sweep("24T19:05").await), Vec::<String>::new());
    assert_eq!(names(&world.sweep("24T19:10").await), since_friday);
    // The report counts every instance but the one that is ignored, and says what needs somebody.
    let args = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let report = world
        .run(&[&["report", "--json"], &args[..]].concat())
        .await;
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    assert_eq!(report["total"]["resources"], 8, "{report}");
    let page = world
        .run(&[&["report", "--page-json"], &args[..]].concat())
        .await;
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    let needs = page["needs"].as_array().expect("a list").iter();
    let needs = needs.filter(|need| need["what"] == "Warning");
    let needs: Vec<&str> = needs
        .map(|need| need["resource"]["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(needs.len(), 7, "{needs:?}");
}

#[tokio::test]
async fn explain_says_since_when_whatever_was_told_today() {
    let starting = stuck("ci", "Starting", ("Start", "InProgress"));
    let world = World::new(fleet(json!([starting]), &[])).await;
    let id = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/\
              Microsoft.MachineLearningServices/workspaces/w/computes/ci";
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:10"));
    for swept in [false, true] {
        if swept {
            assert_eq!(world.sweep_with(&[]).await.count("warnings"), 1);
        }
        let explained = world
            .run(&["explain", id, "--now", "2026-11-23T19:10:00Z"])
            .await;
        for words in [
            "decision: leave (in-transition): it has been Starting since Fri 20 Nov 09:00 UTC, longer than",
            "warning: it has been Starting since Fri 20 Nov 09:00 UTC, longer than",
            "it costs 0.36 USD an hour",
        ] {
            assert!(
                explained.stdout.contains(words),
                "{words}\n{}",
                explained.all()
            );
        }
    }
}

#[tokio::test]
async fn an_ordinary_start_and_stop_is_told_to_nobody() {
    let office = instance("ci", json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([office]), &[])).await;
    for time in [
        "23T19:00", "23T19:01", "23T19:05", "23T20:05", "24T08:00", "24T08:01", "24T08:05",
        "24T09:30",
    ] {
        let printed = world.sweep(time).await;
        assert_eq!((printed.code, printed.count("warnings")), (0, 0), "{time}");
    }
}

#[tokio::test]
async fn the_table_of_a_sweep_says_it_too_and_a_dry_run_tells_without_writing() {
    let stopping = stuck("ci", "Stopping", ("Stop", "InProgress"));
    let world = World::new(fleet(json!([stopping]), &[])).await;
    let now = "2026-11-23T19:10:00Z";
    world
        .simulator
        .advance_to(crate::common::world::at("23T19:10"));
    for args in [
        &["sweep", "--dry-run", "--at", now][..],
        &["sweep", "--at", now],
    ] {
        let printed = world.run(args).await;
        let words = "warning: w/ci: it has been Stopping since Fri 20 Nov 09:00 UTC";
        assert!(printed.stdout.contains(words), "{}", printed.all());
        assert!(
            printed.stdout.contains("it costs 0.36 USD an hour"),
            "{}",
            printed.all()
        );
    }
}
