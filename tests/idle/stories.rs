//! What happens to instances that nobody works on, and to those that somebody does.

use super::*;

fn person(name: &str, instance: &str, more: Value) -> Value {
    let mut person = json!({
        "name": name, "zone": "UTC", "instances": [format!("w/{instance}")],
        "arrives": "09:00", "leaves": "13:00", "forgets": 1, "starts": false,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        person[key] = value.clone();
    }
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_metrics_prove_idle_is_stopped_with_numbers_and_times() {
    let world = World::new(measured(json!([idle("ci-a", json!({}))]))).await;
    let printed = world.sweep("23T14:00").await;
    let line = decision(&printed, "ci-a");
    assert_eq!(line["action"], "stop");
    assert_eq!(line["reason"], "idle");
    let evidence = line["evidence"].as_str().expect("evidence");
    assert!(
        evidence.contains("CPU at most") && evidence.contains("(limit 5 %)"),
        "{evidence}"
    );
    assert!(evidence.contains("to 13:57 UTC"), "{evidence}");
    assert!(evidence.contains("jobs: none"), "{evidence}");
    assert_eq!(printed.count("stops"), 1);
    world.sweep("23T14:05").await;
    assert_eq!(world.state("w/ci-a"), "Stopped");
    // It earns: it ran, and nothing else would have stopped it.
    let records = world.records().await;
    let opened = |record: &&lamplighter_core::record::Record| {
        matches!(record.what, lamplighter_core::record::What::Opened { .. })
    };
    assert_eq!(records.iter().filter(opened).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_keeps_it_on_and_who_leaves_is_followed_by_the_idle_time() {
    // Azure's own timer does not fire; else it would be a few minutes quicker.
    let mut fleet = measured(json!([idle("ci-a", json!({"idleTimerFires": false}))]));
    fleet["people"] = json!([person("ana", "ci-a", json!({}))]);
    let world = World::new(fleet).await;
    for time in ["23T12:30", "23T13:00", "23T13:30", "23T13:55"] {
        let printed = world.sweep(time).await;
        let line = decision(&printed, "ci-a");
        assert_eq!(line["reason"], "at-work", "{time}: {line}");
        assert!(
            line["evidence"].as_str().is_some_and(|e| e.contains("CPU")),
            "{line}"
        );
    }
    // She left at 13:00; samples are three minutes late.
    let mut out = None;
    for minute in [60, 65, 70] {
        let time = format!("23T{:02}:{:02}", 13 + minute / 60, minute % 60);
        let printed = world.sweep(&time).await;
        if printed.count("stops") == 1 {
            out = Some(minute);
            break;
        }
    }
    assert!(out.is_some_and(|minute| minute <= 70), "{out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_evidence_nothing_is_stopped_by_us() {
    let mut fleet = fleet(
        json!([idle("ci-a", json!({})), idle("ci-b", json!({}))]),
        &[],
    );
    fleet["metrics"] = json!({"sees": "nothing"});
    // Somebody works, by SSH, which Azure's timer does not see.
    fleet["people"] = json!([person(
        "ana",
        "ci-b",
        json!({"worksIn": "ssh", "leaves": "20:00"})
    )]);
    let world = World::new(fleet).await;
    for hour in 13..20 {
        let printed = world.sweep(&format!("23T{hour}:00")).await;
        assert_eq!(printed.count("stops"), 0);
        if world.state("w/ci-a") == "Running" {
            assert_eq!(decision(&printed, "ci-a")["reason"], "evidence-unknown");
        }
    }
    // What stopped was Azure's own timer, set from the tag.
    let records = world.records().await;
    let ours = records
        .iter()
        .filter(|record| matches!(record.what, lamplighter_core::record::What::Action { .. }));
    assert_eq!(ours.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beacon_keeps_a_tmux_run_and_proves_the_quiet_after_it() {
    let mut fleet = fleet(json!([idle("ci-a", json!({"beacon": true}))]), &[]);
    fleet["people"] = json!([{
        "name": "ana", "zone": "UTC", "instances": ["w/ci-a"],
        "jobs": [{"name": "train", "instance": "w/ci-a", "at": "12:10", "lasts": "6h", "runsIn": "tmux", "load": "light"}],
    }]);
    let (world, _folder) = with_beacons(fleet).await;
    for time in ["23T12:30", "23T13:30", "23T15:00", "23T18:00"] {
        let printed = world.sweep(time).await;
        let line = decision(&printed, "ci-a");
        assert_eq!(line["reason"], "at-work", "{time}: {line}");
        assert!(
            line["evidence"]
                .as_str()
                .is_some_and(|e| e.contains("tmux")),
            "{line}"
        );
    }
    let printed = world.sweep("23T19:05").await;
    assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    let printed = world.sweep("23T19:15").await;
    assert_eq!(decision(&printed, "ci-a")["reason"], "idle");
    assert!(
        decision(&printed, "ci-a")["evidence"]
            .as_str()
            .is_some_and(|e| e.contains("last tmux"))
    );
    assert_eq!(printed.count("stops"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_keeps_it_on_whatever_metrics_say_named_by_id_or_by_name() {
    for named in ["id", "name"] {
        for status in [
            "Queued",
            "Preparing",
            "Provisioning",
            "Starting",
            "Finalizing",
            "CancelRequested",
            "NotResponding",
            "Unknown",
        ] {
            let mut fleet = measured(json!([idle("ci-a", json!({}))]));
            fleet["computeNamedBy"] = json!(named);
            let world = World::new(fleet).await;
            let job = json!({"instance": "w/ci-a", "name": "train", "lastsSeconds": 86_400, "status": status, "load": "light"});
            world.post("jobs", job).await;
            let printed = world.sweep("23T14:00").await;
            assert_eq!(printed.count("stops"), 0, "{status} by {named}");
            let line = decision(&printed, "ci-a");
            assert_eq!(line["reason"], "at-work", "{line}");
            assert!(
                line["evidence"]
                    .as_str()
                    .is_some_and(|e| e.contains(status)),
                "{line}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stopped_in_its_window_is_started_again_the_next_day_only() {
    let tags = json!({"lamp-schedule": "daily 08:00-19:00 UTC", "owner": "ana"});
    let instance = idle("ci-a", json!({"tags": tags, "idleTimerFires": false}));
    let world = World::new(measured(json!([instance]))).await;
    assert_eq!(world.sweep("23T14:00").await.count("stops"), 1);
    for time in ["23T14:05", "23T14:10", "23T18:55", "23T19:05"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("starts"), 0, "{time}");
        if time != "23T19:05" && time != "23T14:05" {
            assert_eq!(
                printed.reason("ci-a"),
                Some("stopped-when-idle"),
                "{time}: {}",
                printed.all()
            );
        }
    }
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
    // Nobody comes: out again after its idle time, and told in the report.
    let mut stopped = None;
    for minute in (5..90).step_by(5) {
        let time = format!("24T{:02}:{:02}", 8 + minute / 60, minute % 60);
        if world.sweep(&time).await.count("stops") == 1 {
            stopped = Some(minute);
            break;
        }
    }
    assert!(
        stopped.is_some_and(|minute| (60..=75).contains(&minute)),
        "{stopped:?}"
    );
    world.sweep("24T09:30").await;
    let printed = world
        .run(&[
            "report",
            "--from",
            "2026-11-23T00:00:00Z",
            "--to",
            "2026-11-25T00:00:00Z",
        ])
        .await;
    assert!(
        printed.stdout.contains("Starts that nobody needed: 1."),
        "{}",
        printed.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_uptime_ends_with_notice_at_the_first_moment_without_a_job() {
    let instance = instance("ci-a", json!({"lamp-max-uptime": "12h"}));
    let world = World::new(fleet(json!([instance]), &[])).await;
    let job = json!({"instance": "w/ci-a", "name": "train", "lastsSeconds": 7200});
    world.post("jobs", job).await;
    let printed = world.sweep("23T12:30").await;
    assert_eq!(printed.reason("ci-a"), Some("notice"), "{}", printed.all());
    let printed = world.sweep("23T13:00").await;
    assert_eq!(
        printed.reason("ci-a"),
        Some("job-running"),
        "{}",
        printed.all()
    );
    // The job ends at 14:00.
    assert_eq!(world.sweep("23T13:55").await.count("stops"), 0);
    assert_eq!(world.sweep("23T14:05").await.count("stops"), 1);
    world.sweep("23T14:30").await;
    world.hand("w/ci-a", "start").await;
    let printed = world.sweep("23T15:00").await;
    assert_eq!(printed.count("stops") + printed.count("waits"), 0);
    assert_eq!(world.sweep("24T03:00").await.count("waits"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_asks_for_evidence_too_and_changes_nothing() {
    let world = World::new(measured(json!([idle("ci-a", json!({}))]))).await;
    world.simulator.advance_to(at("23T14:00"));
    let id = format!("{W}/computes/ci-a");
    let printed = world
        .run(&["explain", &id, "--now", "2026-11-23T14:00:00Z"])
        .await;
    assert!(
        printed.stdout.contains("decision: stop (idle)"),
        "{}",
        printed.all()
    );
    assert!(
        printed.stdout.contains("evidence: metrics: CPU at most"),
        "{}",
        printed.stdout
    );
    assert_eq!(world.state("w/ci-a"), "Running");
}

fn notices(printed: &Printed) -> usize {
    let notice = |line: &&Value| line["event"] == "notice";
    printed.lines.iter().filter(notice).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_told_once_and_the_instance_stops_when_it_was_announced() {
    let tags = json!({"tags": {"lamp-notice": "15m"}, "idleTimerFires": false});
    let world = World::new(measured(json!([idle("ci-a", tags)]))).await;
    let (mut told, mut out) = (0, None);
    for minute in (0..40).step_by(5) {
        let printed = world.sweep(&format!("23T14:{minute:02}")).await;
        told += notices(&printed);
        if printed.count("stops") == 1 {
            out = Some(minute);
            break;
        }
    }
    assert_eq!((told, out), (1, Some(15)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_stop_while_a_job_runs() {
    let tags = json!({"tags": {"lamp-notice": "15m"}, "idleTimerFires": false});
    let world = World::new(measured(json!([idle("ci-a", tags)]))).await;
    let job = json!({"instance": "w/ci-a", "name": "train", "lastsSeconds": 14_400});
    world.post("jobs", job).await;
    for minute in (0..40).step_by(5) {
        let printed = world.sweep(&format!("23T14:{minute:02}")).await;
        assert_eq!(
            (notices(&printed), printed.count("stops")),
            (0, 0),
            "{}",
            printed.all()
        );
    }
}
