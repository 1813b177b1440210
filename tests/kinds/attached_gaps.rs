//! What is attached lies anywhere in Azure: which workspace's sweep watches it, the ledger knows.

use super::behind::{attached, vm, with};
use super::support::report;
use crate::common::world::{OFFICE, World};
use serde_json::json;

#[tokio::test]
async fn time_in_which_its_workspace_was_not_read_is_watched_by_nobody() {
    let gpu = vm("gpu", json!({"lamp-schedule": OFFICE}));
    let list = json!([attached("box", "VirtualMachine", "gpu")]);
    let mut world = World::new(with(list, &[("virtualMachines", json!([gpu]))])).await;
    world.set("KINDS", "instance,vm");
    for time in ["23T12:00", "23T19:00", "23T19:10", "23T20:00"] {
        world.sweep(time).await;
    }
    let unread = json!({"pathContains": "/workspaces/w/computes", "status": 403});
    world.fault(unread).await;
    for hour in 21..24 {
        let printed = world.sweep(&format!("23T{hour}:00")).await;
        assert_eq!(printed.count("problems"), 1, "{}", printed.all());
    }
    for hour in 0..8 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    super::behind::no_faults(&world).await;
    assert_eq!(world.sweep("24T08:00").await.count("starts"), 1);
    world.sweep("24T08:10").await;
    let told = report(&world).await;
    let figures = &told["total"]["figures"];
    // The other workspace was read all night, and tells nothing of it.
    assert_eq!(figures["saved_seconds"], 50 * 60, "{told}");
    assert_eq!(figures["unwatched_seconds"], 12 * 3600, "{told}");
    // From the roll-ups of past days the same.
    let rolled = world.run(&["report", "--rebuild"]).await;
    assert_eq!(rolled.code, 0, "{}", rolled.all());
    let again = report(&world).await;
    assert_eq!(again["total"]["figures"], told["total"]["figures"]);
}
