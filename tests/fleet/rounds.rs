//! Sweeps that are spread over instances: a round of messages, and its summary.

use super::app::{App, SUBSCRIPTION, fleet, of};
use crate::common::world::at;
use lamplighter_agent::report::ungoverned;
use lamplighter_core::record::What;
use serde_json::{Value, json};

#[tokio::test]
async fn a_rounds_workspaces_share_a_message_and_a_later_tick_sums_it_up() {
    let app = App::start(fleet(&["a", "b", "c"]), at("23T12:00"), 2, &[]).await;
    let lines = app.round(at("23T12:00")).await;
    let sent = of(&lines, "fan-out");
    assert_eq!((sent.len(), &sent[0]["workspaces"]), (1, &json!(3)));
    let executions = app.host.executions();
    assert_eq!(
        (&sent[0]["messages"], executions["workspace"].0),
        (&json!(1), 1)
    );
    let passes = of(&lines, "pass");
    assert_eq!(passes.len(), 3, "{lines:#?}");
    let round = sent[0]["sweep"].as_str().expect("a round's id");
    assert!(
        passes
            .iter()
            .all(|pass| pass["sweep"] == round && pass["stops"] == 1)
    );
    assert!(
        of(&lines, "sweep").is_empty(),
        "nobody knows yet how the round went"
    );
    assert_eq!(app.stops(), 3);

    let lines = app.round(at("23T12:05")).await;
    let summed = of(&lines, "sweep");
    assert_eq!(summed.len(), 1, "{lines:#?}");
    assert_eq!(summed[0]["sweep"], round);
    for (name, value) in [
        ("answered", 3),
        ("workspaces", 3),
        ("resources", 3),
        ("stops", 3),
        ("problems", 0),
    ] {
        assert_eq!(summed[0][name], value, "{name}");
    }
    // Within the hour only those tell that have something to say; here each saw its instance off.
    let lines = app.round(at("23T12:10")).await;
    assert!(
        of(&lines, "sweep").is_empty(),
        "the second round may still be told of"
    );
    let lines = app.round(at("23T12:20")).await;
    let summed = of(&lines, "sweep");
    let settled: Vec<&Value> = summed.iter().map(|line| &line["settled"]).collect();
    assert_eq!(settled, [&json!(3)], "{lines:#?}");
    // Only the first shows savings that all were looked at.
    let sweeps = summaries(&app).await;
    assert_eq!(sweeps.len(), 2, "{sweeps:#?}");
    assert_eq!(
        (&sweeps[0]["sweep"], &sweeps[0]["only_news"]),
        (&json!(round), &Value::Null)
    );
    assert_eq!(sweeps[1]["only_news"], true);
    let health = app.host.get("/api/health").await;
    let health: Value = serde_json::from_str(&health.body).expect("JSON");
    assert_eq!(health["ledger"]["lastSweep"]["stops"], 0, "{health}");
}

#[tokio::test]
async fn what_nothing_governs_is_read_once_for_a_round_and_not_by_its_messages() {
    let mut all = fleet(&["a", "b", "c"]);
    let workspaces = all["subscriptions"][0]["resourceGroups"][0]["workspaces"].as_array_mut();
    for workspace in workspaces.expect("workspaces") {
        workspace["clusters"] = json!([
            {"name": "train", "vmSize": "Standard_DS3_v2", "minNodeCount": 1, "maxNodeCount": 2},
        ]);
        workspace["endpoints"] = json!([
            {"name": "score", "deployments": [{"name": "blue", "instanceType": "Standard_DS3_v2"}]},
        ]);
    }
    let app = App::start(all, at("23T12:00"), 2, &[]).await;
    for time in ["23T12:00", "23T12:05", "23T13:00"] {
        app.round(at(time)).await;
    }
    assert_eq!(app.counted(|route| route.contains("ResourceGraph")), 2);
    let found = ungoverned::read(&app.ledger().await).await;
    let found = found.expect("an inventory");
    assert_eq!(found.at, Some(at("23T13:00")));
    let names = found.items.iter().map(|item| {
        let resource = &item.resource;
        format!("{}/{}", resource.workspace, resource.name)
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    let all = ["a", "b", "c"].map(|one| [format!("{one}/score/blue"), format!("{one}/train")]);
    assert_eq!(names, all.concat());
}

/// The records of sweeps and rounds, in order of time.
async fn summaries(app: &App) -> Vec<Value> {
    let records = app.records().await.into_iter();
    let summary = |what| match what {
        What::Sweep { summary } => Some(summary),
        _ => None,
    };
    records.filter_map(|record| summary(record.what)).collect()
}

#[tokio::test]
async fn a_subscription_that_cannot_be_read_is_told_of_in_its_rounds_summary() {
    let unknown = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0aff";
    let named = format!("{SUBSCRIPTION},{unknown}");
    let app = App::start(
        fleet(&["a"]),
        at("23T12:00"),
        1,
        &[("SUBSCRIPTIONS", &named)],
    )
    .await;
    app.round(at("23T12:00")).await;
    app.round(at("23T12:05")).await;
    let summary = &summaries(&app).await[0];
    assert_eq!(
        summary["unseen"],
        json!([format!("/subscriptions/{unknown}")])
    );
    let problems = summary["problems"].as_array().expect("a list");
    assert!(
        problems.len() == 1 && problems[0].to_string().contains(unknown),
        "{summary:#}"
    );
}

#[tokio::test]
async fn beacons_are_heard_in_rounds_as_in_sweeps() {
    let mut fleet = fleet(&["a", "b"]);
    for workspace in fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"]
        .as_array_mut()
        .expect("a list")
    {
        workspace["tags"] = json!({"lamp-idle": "60m"});
        workspace["instances"][0]["beacon"] = json!(true);
    }
    fleet["people"] = json!([{
        "name": "ana", "zone": "UTC", "instances": ["a/ci"],
        "jobs": [{"name": "train", "instance": "a/ci", "at": "12:10", "lasts": "6h", "runsIn": "tmux", "load": "light"}],
    }]);
    let app = App::start(fleet, at("23T12:00"), 1, &[]).await;
    app.round(at("23T12:30")).await;
    assert_eq!(app.stops(), 0);
    let lines = app.round(at("23T14:00")).await;
    let mut decided: Vec<(&Value, &Value)> = of(&lines, "decision")
        .iter()
        .map(|line| (&line["workspace"], &line["reason"]))
        .collect();
    decided.sort_by_key(|(workspace, _)| workspace.to_string());
    assert_eq!(
        decided,
        [
            (&json!("a"), &json!("at-work")),
            (&json!("b"), &json!("idle"))
        ],
        "{lines:#?}"
    );
    assert_eq!(app.stops(), 1);
}

#[tokio::test]
async fn few_workspaces_are_swept_by_the_timer_itself() {
    let app = App::start(
        fleet(&["a", "b"]),
        at("23T12:00"),
        1,
        &[("FAN_OUT_ABOVE", "2")],
    )
    .await;
    let lines = app.round(at("23T12:00")).await;
    assert_eq!(
        (of(&lines, "fan-out").len(), of(&lines, "pass").len()),
        (0, 0)
    );
    assert_eq!(of(&lines, "sweep")[0]["stops"], 2);
}

#[tokio::test]
async fn the_stop_limit_holds_over_all_instances_of_a_round() {
    let names: Vec<String> = (0..12).map(|n| format!("w{n:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let app = App::start(
        fleet(&names),
        at("23T12:00"),
        3,
        &[("MAX_STOPS_PER_SWEEP", "5")],
    )
    .await;
    for (minute, stopped) in [("23T12:00", 5), ("23T12:05", 10), ("23T12:10", 12)] {
        app.round(at(minute)).await;
        assert_eq!(app.stops(), stopped, "{minute}");
    }
}

#[tokio::test]
async fn a_workspace_that_cannot_be_read_is_told_of_and_the_others_are_done() {
    let app = App::start(fleet(&["a", "b"]), at("23T12:00"), 1, &[]).await;
    let fault = json!([{"pathContains": "/workspaces/a/computes", "status": 403}]);
    app.fault(fault).await;
    app.round(at("23T12:00")).await;
    assert_eq!(app.stops(), 1);
    let lines = app.round(at("23T12:05")).await;
    let summed = of(&lines, "sweep");
    assert_eq!(
        (&summed[0]["problems"], &summed[0]["answered"]),
        (&json!(1), &json!(2)),
        "{lines:#?}"
    );
    // Printed by the pass that met it, and not again by the summary of the round before.
    assert_eq!(of(&lines, "problem").len(), 1, "{lines:#?}");
}

#[test]
fn the_scale_demo_prints_rounds_memory_and_the_free_grant() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args([
            "demo",
            "--scale",
            "--workspaces",
            "40",
            "--instances",
            "6",
            "--copies",
            "2",
            "--json",
        ])
        .output()
        .expect("lamplighter runs");
    let printed: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    assert!(output.status.success(), "{printed:#}");
    let rounds = printed["rounds"].as_array().expect("rounds");
    for (place, round) in rounds.iter().enumerate() {
        assert_eq!(
            (&round["workspaces"], &round["resources"]),
            (&json!(40), &json!(240)),
            "{round}"
        );
        // A day's first also lists whose cores are released.
        let reads = if place == 0 { 80 } else { 40 };
        assert_eq!(
            (&round["reads"], &round["throttled"]),
            (&json!(reads), &json!(0)),
            "{round}"
        );
    }
    let stops: Vec<&Value> = rounds.iter().map(|round| &round["stops"]).collect();
    // A tenth of all.
    assert_eq!(stops, [0, 24, 0, 0, 0].map(|count| json!(count)).each_ref());
    assert_eq!(printed["wrong"], 0);
    assert_eq!(printed["month"]["executions"], 31 * 288);
    // The timer's, and one for each message: it is one workspace no more.
    let executions = rounds[4]["executions"].as_u64().expect("a count");
    assert!((2..=4).contains(&executions), "{printed:#}");
    assert_eq!(printed["month_large"]["executions"], executions * 31 * 288);
    assert!(
        printed["month"]["gb_seconds"].as_f64() < Some(100_000.0),
        "{printed:#}"
    );
}
