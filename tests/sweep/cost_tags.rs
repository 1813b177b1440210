//! Costs by the tags that the platform names: each resource's nearest value, as the ledger knew it then.

use crate::common::world::{OFFICE, World, fleet, instance};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PERIOD: [&str; 4] = ["--from", "2026-11-01", "--to", "2026-11-25"];

/// Tagged by itself, by its workspace, by its resource group alone, and in another workspace with an empty value.
async fn stopped() -> World {
    let with = |more: &[(&str, &str)]| {
        let mut tags = BTreeMap::from([("lamp-schedule", OFFICE)]);
        tags.extend(more.iter().copied());
        json!(tags)
    };
    let mut fleet = fleet(
        json!([
            instance("own", with(&[("Cost-Center", "=4711"), ("team", "nlp")])),
            instance("below", with(&[])),
        ]),
        &[("x", json!([instance("far", with(&[("cost-center", " ")]))]))],
    );
    let group = &mut fleet["subscriptions"][0]["resourceGroups"][0];
    group["tags"] = json!({"cost-center": "1000"});
    group["workspaces"][0]["tags"] = json!({"COST-CENTER": "2000", "secret": "x"});
    let mut world = World::new(fleet).await;
    world.set("COST_TAGS", "cost-center, team");
    for time in ["23T19:00", "23T19:05", "23T20:05"] {
        world.sweep(time).await;
    }
    world
}

async fn report(world: &World, form: &[&str]) -> Value {
    let printed = world
        .run(&[&["report", "--json"], form, &PERIOD].concat())
        .await;
    serde_json::from_str(&printed.stdout).unwrap_or_else(|_| panic!("{}", printed.all()))
}

#[tokio::test]
async fn rows_are_by_the_nearest_value_of_a_tag_and_add_up_to_the_total() {
    let mut world = stopped().await;
    let by_center = report(&world, &["--by", "tag:cost-CENTER"]).await;
    assert_eq!(by_center["by"], "tag:cost-CENTER");
    let rows = by_center["rows"].as_object().expect("rows");
    let seconds = |row: &Value| row["figures"]["saved_seconds"].as_i64().expect("seconds");
    let of: BTreeMap<&str, i64> = rows
        .iter()
        .map(|(name, row)| (&**name, seconds(row)))
        .collect();
    assert_eq!(
        of,
        BTreeMap::from([("1000", 3600), ("2000", 3600), ("=4711", 3600)])
    );
    assert_eq!(seconds(&by_center["total"]), 3 * 3600);
    let by_team = report(&world, &["--by", "tag:team"]).await;
    assert_eq!(by_team["rows"]["untagged"]["resources"], 2, "{by_team}");
    // A column for each in the rows, and no other tag anywhere.
    let rows = world
        .run(&[&["report", "--csv"][..], &PERIOD].concat())
        .await
        .stdout;
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let own = reader.deserialize::<BTreeMap<String, String>>();
    let own = own.map(|row| row.expect("a row"));
    let mut own: Vec<_> = own
        .map(|row| [&row["name"], &row["tag:cost-center"], &row["tag:team"]].map(String::clone))
        .collect();
    // Each has several rows: days, what is counted as what, and its time on and off.
    own.sort();
    own.dedup();
    let expected = [
        ["below", "2000", ""],
        ["far", "1000", ""],
        ["own", "'=4711", "nlp"],
    ];
    assert_eq!(own, expected);
    let records = serde_json::to_string(&world.records().await).expect("JSON");
    assert!(records.contains(r#""tags":{"cost-center":"2000"}"#) && !records.contains("secret"));
    // Without a name it is the only one that the platform names.
    let ask = [&["report", "--by", "tag"][..], &PERIOD].concat();
    let printed = world.run(&ask).await;
    let both = "--by tag: write which of COST_TAGS: tag:cost-center, tag:team";
    assert!(
        printed.code != 0 && printed.stderr.contains(both),
        "{}",
        printed.all()
    );
    // A slip is no row of everything that has no such tag.
    let slip = [&["report", "--by", "tag:cost-centre"][..], &PERIOD].concat();
    let printed = world.run(&slip).await;
    let known = "--by tag:cost-centre: not one of COST_TAGS, now or in the period's records: tag:cost-center, tag:team";
    assert!(
        printed.code != 0 && printed.stderr.contains(known),
        "{}",
        printed.all()
    );
    world.set("COST_TAGS", "cost-center");
    let printed = world.run(&ask).await;
    assert!(
        printed.stdout.contains("│ cost-center"),
        "{}",
        printed.all()
    );
    world.set("COST_TAGS", "");
    let printed = world.run(&ask).await;
    assert!(
        printed.stderr.contains("COST_TAGS names no tag"),
        "{}",
        printed.all()
    );
    let printed = world.run(&["report", "--by", "colour"]).await;
    assert!(
        printed.code == 2 && printed.stderr.contains("tag:NAME"),
        "{}",
        printed.all()
    );
}
