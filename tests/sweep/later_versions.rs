//! Saved state that a later version has written, and this one after it: what it does not know, it keeps.

use crate::common::world::{World, at, fleet, instance};
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{What, WorkspaceState};
use serde_json::json;

#[tokio::test]
async fn resources_and_kinds_of_a_later_version_are_kept_by_a_sweep_that_saves() {
    let tags = json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC"});
    let world = World::new(fleet(json!([instance("ci", tags)]), &[])).await;
    world.sweep("23T18:00").await;
    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let saved = ledger.saved_states::<WorkspaceState>().await;
    let (mut saved, unreadable) = saved.expect("saved states");
    assert_eq!((saved.len(), unreadable), (1, Vec::new()));
    let (workspace, mut later) = saved.remove(0);
    let (ci, state) = later.resources.iter_mut().next().expect("one resource");
    let ci = ci.clone();
    let resource = state.resource.as_mut().expect("it is named");
    resource.kind = Kind::from("shared-instance".to_string());
    let deployment = format!(
        "{}/onlineendpoints/e/deployments/blue",
        workspace.to_lowercase()
    );
    let blue = json!({"resource": {"id": deployment, "kind": "deployment", "name": "blue",
        "workspace": "w"}, "restore": {"count": 3}});
    let blue = serde_json::from_value(blue).expect("a saved state");
    later.resources.insert(deployment.clone(), blue);
    let (_, version) = ledger
        .load::<WorkspaceState>(&workspace)
        .await
        .expect("it loads");
    ledger
        .save(&workspace, &later, &version)
        .await
        .expect("it saves");

    world.simulator.advance_to(at("23T19:05"));
    assert_eq!(world.sweep("23T19:05").await.count("stops"), 1);

    let ledger = Ledger::scratch(&world.ledger).await.expect("a ledger");
    let (after, _) = ledger
        .load::<WorkspaceState>(&workspace)
        .await
        .expect("it loads");
    assert_eq!(after.resources[&deployment], later.resources[&deployment]);
    let state = &after.resources[&ci];
    assert_eq!(state.own_operations.len(), 1, "the sweep has saved it");
    let resource = state.resource.as_ref().expect("it is named");
    assert_eq!(resource.kind.name(), "shared-instance");
    let records = world.records().await;
    let mut deleted = records.iter().map(|record| &record.what);
    assert!(!deleted.any(|what| matches!(what, What::Deleted)));
}
