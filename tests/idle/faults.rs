//! Whatever goes wrong with metrics, jobs and beacons: unknown, left on.

use super::*;

/// The faults that any call may meet. Short time-outs keep the tests quick.
fn faults(path: &str) -> Vec<(&'static str, Value)> {
    let fault = |more: Value| {
        let mut fault = json!({"pathContains": path});
        fault
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        fault
    };
    vec![
        ("403", fault(json!({"status": 403}))),
        ("404", fault(json!({"status": 404}))),
        (
            "429",
            fault(json!({"status": 429, "retryAfterSeconds": 3600})),
        ),
        ("500", fault(json!({"status": 500}))),
        ("no answer", fault(json!({"hang": true}))),
        ("a broken connection", fault(json!({"reset": true}))),
        ("half an answer", fault(json!({"truncateBody": true}))),
        (
            "HTML",
            fault(json!({"status": 200, "body": "<html>", "contentType": "text/html"})),
        ),
        (
            "other JSON",
            fault(json!({"status": 200, "body": "{\"surprise\":[]}"})),
        ),
        (
            "a list of nothing known",
            fault(json!({"status": 200, "body": "{\"value\":[{}],\"values\":[{}]}"})),
        ),
    ]
}

async fn left_on(world: &mut World, what: &str) -> Printed {
    world.set("REQUEST_TIMEOUT", "1s");
    world.set("SWEEP_DEADLINE", "6s");
    let printed = world.sweep("23T14:00").await;
    let actions = world.actions().await;
    assert_eq!(actions, [] as [String; 0], "{what}: {}", printed.all());
    assert_eq!(world.state("w/ci-a"), "Running", "{what}");
    printed
}

/// A sweep under each fault, in a world of its own; all at the same time, since most of it is waiting.
async fn under(path: &str) -> Vec<(&'static str, Printed)> {
    let swept = faults(path).into_iter().map(|(what, fault)| async move {
        let mut world = World::new(measured(json!([idle("ci-a", json!({}))]))).await;
        world.fault(fault).await;
        (what, left_on(&mut world, what).await)
    });
    futures::future::join_all(swept).await
}

/// Why the instance was left on; nothing else may have kept its sweep from deciding than that its short time was over.
fn left_for(what: &str, printed: &Printed, reasons: &[&str]) {
    let reason = printed.reason("ci-a");
    let late = reason.is_none() && printed.count("not_reached") == 1;
    let known = reason.is_some_and(|reason| reasons.contains(&reason));
    assert!(known || late, "{what}: {}", printed.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_metrics_is_unknown() {
    // The batch and the single call alike.
    for (what, printed) in under("metrics").await {
        left_for(what, &printed, &["evidence-unknown"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_jobs_is_unknown() {
    for (what, printed) in under("/jobs").await {
        left_for(what, &printed, &["evidence-unknown", "jobs-unknown"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_falls_back_to_one_call_a_workspace() {
    let mut fleet = measured(json!([idle("ci-a", json!({}))]));
    fleet["metrics"]["batch"] = json!(false);
    let world = World::new(fleet).await;
    assert_eq!(world.sweep("23T14:00").await.count("stops"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_with_gaps_prove_nothing() {
    let mut fleet = measured(json!([idle("ci-a", json!({}))]));
    fleet["metrics"]["gaps"] = json!(0.2);
    let mut world = World::new(fleet).await;
    let printed = left_on(&mut world, "gaps").await;
    let reason = printed.reason("ci-a");
    assert!(
        matches!(reason, Some("evidence-unknown") | None),
        "{}",
        printed.all()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_that_are_too_late_prove_nothing() {
    let mut fleet = measured(json!([idle("ci-a", json!({}))]));
    fleet["metrics"]["lateMinutes"] = json!(15);
    let mut world = World::new(fleet).await;
    let printed = left_on(&mut world, "late").await;
    assert_eq!(
        printed.reason("ci-a"),
        Some("evidence-unknown"),
        "{}",
        printed.all()
    );
    assert!(printed.all().contains("min ago"), "{}", printed.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_another_compute_are_not_believed() {
    let series = |name: &str| {
        json!({
            "metadatavalues": [{"name": {"value": "computename"}, "value": name}],
            "data": (0..70).map(|minute| json!({
                "timeStamp": (at("23T12:50") + chrono::TimeDelta::minutes(minute)).to_rfc3339(), "maximum": 1.0, "count": 1.0,
            })).collect::<Vec<_>>(),
        })
    };
    let metric = |metric: &str, name: &str| json!({"name": {"value": metric}, "timeseries": [series(name)], "errorCode": "Success"});
    for (resource, compute, stops) in [
        (W, "ci-a", 1),
        (W, "ci-b", 0),
        ("/subscriptions/other", "ci-a", 0),
    ] {
        let value = json!([
            metric("CpuUtilizationPercentage", compute),
            metric("GpuUtilizationPercentage", compute)
        ]);
        let body = json!({"values": [{"resourceid": resource.to_lowercase(), "value": value}]});
        let world = World::new(measured(json!([idle("ci-a", json!({}))]))).await;
        world
            .fault(json!({"pathContains": "getBatch", "status": 200, "body": body.to_string()}))
            .await;
        let printed = world.sweep("23T14:00").await;
        assert_eq!(
            printed.count("stops"),
            stops,
            "{resource} {compute}: {}",
            printed.all()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_beacon_is_unknown() {
    for (fault, why) in [
        ("silent", "silent since"),
        ("foreign", "another compute"),
        ("garbled", "no such document"),
        ("partial", "jupyter could not be checked"),
    ] {
        let instance = idle("ci-a", json!({"beacon": true, "beaconFault": fault}));
        // Metrics would prove it idle; but where there is a beacon, it must be heard.
        let (mut world, _folder) = with_beacons(measured(json!([instance]))).await;
        let printed = left_on(&mut world, fault).await;
        let line = decision(&printed, "ci-a");
        assert_eq!(line["reason"], "evidence-unknown", "{line}");
        assert!(
            line["evidence"].as_str().is_some_and(|e| e.contains(why)),
            "{fault}: {line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beacons_that_cannot_be_listed_or_read_leave_everything_on() {
    let mut world = World::new(measured(json!([idle("ci-a", json!({}))]))).await;
    // Nobody listens there.
    world.set("BEACONS", "http://127.0.0.1:9/devstoreaccount1/beacons");
    let printed = left_on(&mut world, "no storage").await;
    assert!(
        printed.all().contains("beacons could not be listed"),
        "{}",
        printed.all()
    );
    assert_eq!(printed.code, 1);
    assert_eq!(calls(&world, "updateIdleShutdownSetting"), 0);

    let (mut world, folder) =
        with_beacons(measured(json!([idle("ci-a", json!({"beacon": true}))]))).await;
    world.simulator.advance_to(at("23T14:00"));
    let document = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(document, 1);
    let path = folder.join("3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/rg/w/ci-a.json");
    std::fs::write(&path, vec![b' '; 70_000]).expect("written");
    let printed = left_on(&mut world, "too long").await;
    assert!(
        printed.all().contains("expected at most 65536"),
        "{}",
        printed.all()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_setting_stops_the_start() {
    let mut world = World::new(fleet(json!([]), &[])).await;
    world.set("METRICS_ENDPOINT", "metrics.example.org");
    let printed = world.run(&["sweep"]).await;
    assert!(
        printed.code != 0 && printed.stderr.contains("METRICS_ENDPOINT"),
        "{}",
        printed.all()
    );
    let mut world = World::new(fleet(json!([]), &[])).await;
    world.set("BEACONS", "no/such/folder");
    let printed = world.run(&["sweep"]).await;
    assert!(
        printed.code != 0 && printed.stderr.contains("BEACONS"),
        "{}",
        printed.all()
    );
}
