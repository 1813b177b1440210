//! Virtual machines that are attached to workspaces.

use super::behind::{
    also, attached, explain, id, is_held_by_a_job, jobs_unread, power, says, text, vm, with, world,
};
use super::support::report;
use crate::common::hook::Hook;
use crate::common::world::{OFFICE, World, at};
use lamplighter_simulator::world::{By, What};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const VM: &str = "Microsoft.Compute/virtualMachines";

fn office() -> Value {
    json!({"lamp-schedule": OFFICE, "owner": "ana@example.org"})
}

/// One VM `gpu`, attached as `box`.
fn one(more: Value) -> Value {
    let mut gpu = vm("gpu", office());
    let fields = more.as_object().expect("fields").clone();
    fields
        .into_iter()
        .for_each(|(name, value)| gpu[name] = value);
    let box_of = attached("box", "VirtualMachine", "gpu");
    with(json!([box_of]), &[("virtualMachines", json!([gpu]))])
}

async fn governed(more: Value) -> World {
    world(one(more), "instance,vm").await
}

fn saved(report: &Value) -> Decimal {
    let saved = report["total"]["figures"]["saved"].as_str();
    saved.expect("money").parse().expect("a decimal")
}

/// For how long the machine was billed.
fn machine_seconds(world: &World) -> i64 {
    let bill = world.simulator.bill();
    let mut others = bill.others.iter();
    let own = others.find(|other| other.kind == "vm").expect("a VM");
    own.unit_seconds
}

#[tokio::test]
async fn a_vm_is_deallocated_and_started_by_the_schedule_on_itself() {
    let world = governed(json!({})).await;
    for time in ["23T12:00", "23T18:55"] {
        let printed = world.sweep(time).await;
        assert_eq!(printed.count("stops"), 0, "{}", printed.all());
    }
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    assert_eq!(power(&world, "rg/gpu").await, "deallocated");
    for hour in 20..24 {
        world.sweep(&format!("23T{hour}:00")).await;
    }
    let before = machine_seconds(&world);
    for hour in 0..8 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    assert_eq!(machine_seconds(&world), before, "nothing was billed");
    let printed = world.sweep("24T08:00").await;
    assert_eq!(printed.count("starts"), 1, "{}", printed.all());
    world.sweep("24T08:10").await;
    assert_eq!(power(&world, "rg/gpu").await, "running");
    assert_eq!(world.posts(), 2);
    let report = report(&world).await;
    let seconds = &report["total"]["figures"]["saved_seconds"];
    // From 19:10, when it was seen deallocated, to 08:00.
    assert_eq!(seconds, 12 * 3600 + 50 * 60, "{report}");
    assert!(saved(&report) > Decimal::ZERO, "{report}");
}

#[tokio::test]
async fn a_vm_that_is_only_shut_down_is_told_of_and_deallocated_where_it_is_governed() {
    for (kinds, is_governed) in [("instance,vm", true), ("instance", false)] {
        let world = world(one(json!({})), kinds).await;
        world.sweep("23T12:00").await;
        world.simulator.advance_to(at("23T15:00"));
        let hand = json!({"on": "rg/gpu", "action": "shutdown", "by": "ana@example.org"});
        world.post("power", hand).await;
        world.sweep("23T15:05").await;
        assert_eq!(power(&world, "rg/gpu").await, "stopped");
        let printed = explain(&world, "box").await;
        says(
            &printed,
            &["stopped from within, not deallocated: Azure goes on charging for it"],
        );
        let printed = world.sweep("23T19:00").await;
        assert_eq!(
            printed.count("stops"),
            u64::from(is_governed),
            "{}",
            printed.all()
        );
        world.sweep("23T19:10").await;
        if !is_governed {
            says(
                &explain(&world, "gpu").await,
                &["it is shown only: its tags ask for more, and KINDS does not name vm"],
            );
            assert_eq!(world.posts(), 0);
            continue;
        }
        assert_eq!(power(&world, "rg/gpu").await, "deallocated");
        world.sweep("23T20:10").await;
        let report = report(&world).await;
        // It was billed until it was deallocated, and counts as saved from when that was seen.
        assert_eq!(
            report["total"]["figures"]["saved_seconds"], 3600,
            "{report}"
        );
    }
}

#[tokio::test]
async fn a_vm_without_a_policy_that_is_only_shut_down_is_told_of_as_well() {
    let world = governed(json!({"tags": {}, "state": "Stopped"})).await;
    world.sweep("23T12:00").await;
    let printed = explain(&world, "w/box").await;
    says(
        &printed,
        &["no policy tag", "Azure goes on charging for it"],
    );
}

#[tokio::test]
async fn what_may_not_be_deallocated_is_left_alone_and_that_is_said() {
    for (more, words) in [
        (json!({"priority": "Spot"}), "it is a spot VM"),
        (json!({"ephemeralOsDisk": true}), "its OS disk is ephemeral"),
        (json!({"hibernationEnabled": true}), "it may hibernate"),
    ] {
        let world = governed(more).await;
        world.sweep("23T12:00").await;
        let printed = world.sweep("23T19:00").await;
        assert_eq!(printed.reason("gpu"), Some("guarded"), "{}", printed.all());
        assert!(text(&printed, "gpu").contains(words), "{}", printed.all());
        says(&explain(&world, "box").await, &[words]);
        assert_eq!(world.posts(), 0, "{words}");
    }
}

#[tokio::test]
async fn its_owner_reads_whether_capacity_or_quota_was_missing() {
    for (setting, words) in [
        (json!({"failStarts": 3}), "AllocationFailed"),
        (json!({"noQuota": true}), "exceeding approved"),
    ] {
        let mut world = governed(json!({})).await;
        let hook = Hook::start().await;
        world.set("NOTICE_WEBHOOK", &hook.url);
        for time in ["23T12:00", "23T18:45", "23T19:00", "23T19:10"] {
            world.sweep(time).await;
        }
        assert_eq!(power(&world, "rg/gpu").await, "deallocated");
        let mut setting = setting;
        setting["on"] = "rg/gpu".into();
        world.post("resources", setting).await;
        let mut last = world.sweep("24T08:00").await;
        for time in ["24T08:10", "24T08:20"] {
            last = world.sweep(time).await;
        }
        let told = hook.accepted();
        let told: Vec<&Value> = told
            .iter()
            .filter(|body| body["eventType"] == "StartFailed")
            .collect();
        assert_eq!(told.len(), 1, "{}", last.all());
        assert!(told[0].to_string().contains(words), "{}", told[0]);
    }
}

#[tokio::test]
async fn whoever_starts_it_at_once_again_keeps_it() {
    // Seen on its way, or only when it runs: Azure names no operation of a VM.
    for looks in [&["23T19:08", "23T19:20"][..], &["23T19:20", "23T19:30"]] {
        let world = governed(json!({})).await;
        world.sweep("23T12:00").await;
        assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
        world.simulator.advance_to(at("23T19:07"));
        let hand = json!({"on": "rg/gpu", "action": "start", "by": "ana@example.org"});
        world.post("power", hand).await;
        for time in looks.iter().chain(&["23T20:00", "23T21:00"]) {
            let printed = world.sweep(time).await;
            assert_eq!(printed.count("stops"), 0, "{time}: {}", printed.all());
        }
        let report = report(&world).await;
        assert_eq!(report["total"]["figures"]["saved_seconds"], 0, "{report}");
        // It stands for its lease.
        assert_eq!(world.sweep("23T23:30").await.count("stops"), 1);
    }
}

#[tokio::test]
async fn the_notice_of_a_stop_says_how_a_vm_is_started_again() {
    let mut world = governed(json!({})).await;
    let hook = Hook::start().await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    for time in ["23T12:00", "23T18:45", "23T19:00", "23T19:10"] {
        world.sweep(time).await;
    }
    let told = hook.accepted();
    let stopped = told.iter().find(|body| body["eventType"] == "Stopped");
    let said = stopped.expect("a notice")["text"].to_string();
    let command = format!("az vm start --ids {}", id(VM, "gpu"));
    assert!(said.contains(&command), "{said}");
}

#[tokio::test]
async fn a_job_on_it_holds_the_stop_whichever_workspace_has_it() {
    is_held_by_a_job(
        one(json!({})),
        "instance,vm",
        ("VirtualMachine", "gpu", "box"),
    )
    .await;
}

#[tokio::test]
async fn attached_to_two_workspaces_and_twice_to_one_it_is_one_thing() {
    let mut fleet = one(json!({}));
    let list = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["attached"];
    let upper = id(VM, "gpu").replace("resourceGroups/rg", "resourcegroups/RG");
    let again = json!({"name": "box-again", "computeType": "VirtualMachine", "resourceId": upper});
    list.as_array_mut().expect("a list").push(again);
    let fleet = also(fleet, json!([attached("twin", "VirtualMachine", "gpu")]));
    let world = world(fleet, "instance,vm").await;
    for time in ["23T12:00", "23T18:55"] {
        world.sweep(time).await;
    }
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    let lines = printed.lines.iter();
    let stops = lines.filter(|line| line["event"] == "decision" && line["action"] == "stop");
    assert_eq!(stops.count(), 1, "{}", printed.all());
    world.sweep("23T19:10").await;
    world.sweep("23T20:10").await;
    assert_eq!((world.posts(), world.actions().await.len()), (1, 1));
    let record = world.simulator.record();
    let asked = record.iter().filter(|event| {
        matches!(
            &event.what,
            What::PowerRequested {
                by: By::Api { .. },
                ..
            }
        )
    });
    assert_eq!(asked.count(), 1);
    let report = report(&world).await;
    assert_eq!(
        report["total"]["figures"]["saved_seconds"], 3600,
        "{report}"
    );
    // Under each of its names it is found, and is the same.
    for name in ["w/box", "box-again", "other/twin", "gpu"] {
        let printed = explain(&world, name).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        says(
            &printed,
            &["Lamplighter's last action: stop (schedule-off)"],
        );
    }
}

#[tokio::test]
async fn a_vm_is_not_stopped_by_the_sweep_that_finds_it() {
    let tags = json!({"lamp-schedule": OFFICE, "lamp-mode": "enforce"});
    let world = governed(json!({"tags": tags})).await;
    let printed = world.sweep("23T19:30").await;
    assert_eq!(printed.reason("gpu"), Some("guarded"), "{}", printed.all());
    assert!(
        text(&printed, "gpu").contains("only just been found"),
        "{}",
        printed.all()
    );
    assert_eq!(world.sweep("23T19:40").await.count("stops"), 1);
}

#[tokio::test]
async fn tags_of_the_compute_that_it_is_attached_as_do_not_count_and_that_is_said() {
    let mut fleet = one(json!({"tags": {"owner": "ana@example.org"}}));
    let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
    let workspace = &mut group["workspaces"][0];
    workspace["attached"][0]["tags"] = json!({"lamp-schedule": "never"});
    workspace["tags"] = json!({"lamp-schedule.box": "never", "lamp-idle": "1h"});
    let world = world(fleet, "instance,vm").await;
    world.sweep("23T12:00").await;
    let printed = world.sweep("23T19:00").await;
    assert_eq!(printed.reason("gpu"), None, "{}", printed.all());
    assert_eq!(power(&world, "rg/gpu").await, "running");
    let printed = explain(&world, "box").await;
    says(&printed, &["leave (no-policy)", "does not count for"]);
}

#[tokio::test]
async fn a_vm_that_cannot_be_seen_is_said_to_be_so() {
    let mut fleet = one(json!({}));
    let list = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["attached"];
    let gone =
        json!({"name": "gone", "computeType": "VirtualMachine", "resourceId": id(VM, "gone")});
    list.as_array_mut().expect("a list").push(gone);
    let world = world(fleet, "instance,vm").await;
    world.sweep("23T12:00").await;
    says(&explain(&world, "gone").await, &["not allowed to look"]);
    // Of the others nothing is lost by it.
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 1);
}

#[tokio::test]
async fn without_the_kind_not_one_call_more_is_made() {
    let calls = async |attached: bool| {
        let mut fleet = one(json!({}));
        if !attached {
            fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["attached"] = json!([]);
        }
        let world = World::new(fleet).await;
        for time in ["23T12:00", "23T19:00", "23T19:10"] {
            world.sweep(time).await;
        }
        let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
        let routes = calls["routes"].as_array().expect("routes").clone();
        // What it costs, the price list tells, which is none of Azure's calls that are limited.
        let azure = routes.iter().filter(|route| {
            let path = route["route"].as_str().expect("a route");
            !path.contains("prices")
        });
        let counts = azure.map(|route| route["count"].as_u64().expect("a count"));
        counts.sum::<u64>()
    };
    assert_eq!(calls(true).await, calls(false).await);
}

#[tokio::test]
async fn one_of_its_name_beside_it_is_another_thing() {
    let mut fleet = one(json!({}));
    let tags = json!({"lamp-schedule": OFFICE});
    let instances =
        &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["instances"];
    instances[0]["name"] = "gpu".into();
    instances[0]["tags"] = tags;
    let world = world(fleet, "instance,vm").await;
    world.sweep("23T12:00").await;
    assert_eq!(world.sweep("23T19:00").await.count("stops"), 2);
    world.sweep("23T19:10").await;
    assert_eq!(power(&world, "rg/gpu").await, "deallocated");
    assert_eq!(world.state("w/gpu"), "Stopped");
    assert_eq!((world.posts(), world.actions().await.len()), (2, 2));
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 2);
}

#[tokio::test]
async fn jobs_that_cannot_be_read_elsewhere_hold_what_is_attached_there_and_nothing_else() {
    let mut fleet = one(json!({}));
    let list = &mut fleet["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["instances"];
    list[0]["tags"] = json!({"lamp-schedule": OFFICE});
    let twin = json!([attached("twin", "VirtualMachine", "gpu")]);
    let world = world(also(fleet, twin), "instance,vm").await;
    // Whoever sees it first decides: both see it in one sweep, and which of them is the first is chance.
    let now = world.simulator.now().to_rfc3339();
    let first = ["sweep", "--json", "--at", now.as_str()];
    let printed = world.run_with(&first, &[("EXCLUDE", "other")]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    world.sweep("23T12:10").await;
    jobs_unread(&world, "other").await;
    let printed = world.sweep("23T19:00").await;
    // It is decided about in whichever workspace showed it first: there these jobs are its own, or another workspace's.
    let held = matches!(printed.reason("gpu"), Some("job-running" | "jobs-unknown"));
    assert!(held, "{}", printed.all());
    let told = (printed.reason("ci"), world.posts());
    assert_eq!(told, (Some("schedule-off"), 1), "{}", printed.all());
    let said = explain(&world, "w/box").await;
    says(&said, &["as those of workspace other could not be read"]);
}
