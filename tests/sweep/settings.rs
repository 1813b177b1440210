//! Settings that must not be taken for more than they say.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::json;

/// A setting, what somebody wrote into it, and what the refusal says.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str)] = &[
    // A list of separators only is no list, and none at all would mean everything.
    ("SUBSCRIPTIONS", ",", "GUIDs"),
    ("SUBSCRIPTIONS", " , ; ", "GUIDs"),
    ("SUBSCRIPTIONS", ",\n,", "GUIDs"),
    ("ACT_IN", ",", "GUIDs"),
    ("ACT_IN", ";", "GUIDs"),
    ("INCLUDE", ",", "comma-separated"),
    ("INCLUDE", " ;\n, ", "comma-separated"),
    ("EXCLUDE", ",", "comma-separated"),
    ("BENEFITS", "|", "savings-plan"),
    ("BENEFITS", ",,", "savings-plan"),
    ("SCHEDULES", "|", "names nothing"),
    ("CALENDARS", " | ", "names nothing"),
    // A name that no tag can have.
    ("OWNER_TAG", "<>", "a tag's name"),
    ("OWNER_TAG", "own%r", "a tag's name"),
    ("OWNER_TAG", "team/owner", "a tag's name"),
    ("OWNER_TAG", "own\ter", "a tag's name"),
    ("COST_TAGS", ",", "names of tags"),
    ("COST_TAGS", "cost-center,a<b", "names of tags"),
    ("COST_TAGS", "team, Team", "each once"),
    ("TAG_PREFIX", "lamp?", "characters"),
    // Nobody signs in to Azure by a URL.
    ("ARM_ENDPOINT", "https://ana:hunter2@management.azure.com", "without a user and a password"),
    ("ARM_ENDPOINT", "https://ana@management.azure.com", "without a user"),
    ("ARM_ENDPOINT", "https://ana:hunter2@", "http or https URL"),
    ("ARM_ENDPOINT", "https://ana:hunt/hunter2@management.azure.com", "http or https URL"),
    ("ARM_ENDPOINT", "https://ana:hunt?hunter2@management.azure.com", "http or https URL"),
    ("PRICES_ENDPOINT", "https://:hunter2@prices.azure.com", "without a user"),
    ("METRICS_ENDPOINT", "https://ana:hunter2@{region}.metrics.monitor.azure.com", "without a user"),
    ("IDENTITY_ENDPOINT", "http://ana:hunter2@127.0.0.1/msi/token", "without a user"),
    ("LEDGER", "https://ana:hunter2@account.blob.core.windows.net/ledger", "blob container"),
    ("BEACONS", "https://ana:hunter2@account.blob.core.windows.net/beacons", "blob container"),
    ("SWEEP_SCHEDULE", "0 0 0 31 2 *", "never comes"),
    ("SWEEP_SCHEDULE", "0 */5 * * * 1-7", "Sunday is 0"),
    ("SWEEP_SCHEDULE", "0 */5 * * *", "five fields"),
    ("SWEEP_SCHEDULE", "5", "length"),
    ("SWEEP_SCHEDULE", "0 0 8 ? * *", "write *"),
];

#[tokio::test]
async fn what_would_fail_open_is_refused_and_nothing_is_done() {
    let running = instance("ci", json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([running]), &[])).await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T20:00"));
    for (name, value, part) in REFUSED {
        let case = format!("{name}={value:?}");
        for command in ["sweep", "settings"] {
            let printed = world.run_with(&[command], &[(*name, *value)]).await;
            assert_eq!(printed.code, 2, "{case}: {command}: {}", printed.stderr);
            let told = &printed.stderr;
            assert!(told.contains(name) && told.contains(part), "{case}: {told}");
            assert!(!printed.all().contains("hunter2"), "{case}: {command}");
        }
    }
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn lists_with_items_may_have_separators_to_spare() {
    let running = instance("ci", json!({"lamp-schedule": OFFICE}));
    let world = World::new(fleet(json!([running]), &[])).await;
    world
        .simulator
        .advance_to(crate::common::world::at("23T20:00"));
    let id = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";
    let lists = [
        ("SUBSCRIPTIONS", format!(" {id}, ")),
        ("ACT_IN", format!(";{id};")),
        ("INCLUDE", "w,,rg/w,".into()),
        ("EXCLUDE", ",other,".into()),
        ("BENEFITS", format!("{id} = none |")),
        ("SCHEDULES", "{}".into()),
    ];
    let lists = lists
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let now = world.simulator.now().to_rfc3339();
    let args = ["sweep", "--json", "--at", &now];
    let swept = world.run_with(&args, &lists).await;
    assert_eq!(
        (swept.code, swept.count("stops")),
        (0, 1),
        "{}",
        swept.all()
    );
}
