//! A fortnight of the built-in fleet of kinds.

use super::support::manual;
use lamplighter_simulator::kinds_fleet;
use lamplighter_simulator::world::{Event, What};

#[tokio::test]
async fn a_fortnight_of_all_kinds_is_the_same_each_time_and_loses_no_job() {
    let play = || async {
        let client = manual(kinds_fleet().expect("the fleet")).await;
        for _ in 0..14 {
            client.advance(86_400).await;
        }
        let bill = client.get("/simulator/bill").await;
        (client.simulator.record(), bill)
    };
    let ((record, bill), again) = (play().await, play().await);
    assert_eq!((&record, &bill), (&again.0, &again.1));
    let count = |wanted: fn(&What) -> bool| {
        let on_clusters = |event: &&Event| event.id.contains("/computes/") && event.kind.is_none();
        let events = record.iter().filter(on_clusters);
        events.filter(|event| wanted(&event.what)).count()
    };
    let submitted = count(|what| matches!(what, What::JobSubmitted { .. }));
    let ended = count(|what| matches!(what, What::JobEnded { .. }));
    assert!(submitted > 20, "{submitted}");
    assert!(submitted - ended <= 2, "{submitted} sent, {ended} ended");
    assert_eq!(count(|what| matches!(what, What::JobKilled { .. })), 0);
    let kinds: std::collections::BTreeSet<&str> = bill["others"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|other| other["kind"].as_str())
        .collect();
    assert!(
        kinds.contains("cluster") && kinds.contains("deployment"),
        "{kinds:?}"
    );
    assert!(bill["total"].as_str().is_some());
}
