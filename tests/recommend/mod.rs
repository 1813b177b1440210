//! `lamplighter recommend`: weeks of people are swept, and then the ledger alone is asked.

mod command;
mod findings;
mod seeds;

use crate::common::folder::Folder;
use crate::common::inside::context_with;
use crate::common::world::{fleet, instance};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::sweep::{self, Context};
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::{Value, json};

/// Sweeps come so often: as seldom as no time is unwatched.
const STEP: TimeDelta = TimeDelta::minutes(110);

/// The beginning of all weeks: a Monday.
fn begin() -> DateTime<Utc> {
    "2026-11-02T00:00:00Z".parse().expect("a time")
}

/// People with an instance each, whose load metrics show.
fn people(seed: u64, names: &[(&str, Value)], tags: &Value) -> Value {
    let instances: Vec<Value> = names
        .iter()
        .map(|(name, _)| {
            let own = tags.get(*name).cloned().unwrap_or(json!({}));
            let mut one = instance(name, own);
            one["lastOperation"]["operationTime"] = json!("2026-10-30T08:00:00Z");
            one
        })
        .collect();
    let mut fleet = fleet(json!(instances), &[]);
    fleet["seed"] = json!(seed);
    fleet["metrics"] = json!({"sees": "instances", "lateMinutes": 3});
    let person = |(name, more): &(&str, Value)| {
        let mut person = json!({
            "name": format!("{name}@example.org"), "zone": "UTC",
            "instances": [format!("w/{name}")],
            "arrives": "08:00-10:00", "leaves": "16:00-18:30", "forgets": 1,
        });
        let more = more.as_object().expect("an object").clone();
        person.as_object_mut().expect("an object").extend(more);
        person
    };
    let persons = names.iter().filter(|(_, more)| !more.is_null());
    fleet["people"] = json!(persons.map(person).collect::<Vec<_>>());
    fleet
}

/// A simulated Azure whose clock stands at the beginning, and what sweeps of it work with.
async fn open(fleet: &Value, ledger: Ledger) -> (Simulator, Context) {
    open_with(fleet, ledger, "true").await
}

/// The same with another `WATCH_USE`.
async fn open_with(fleet: &Value, ledger: Ledger, watch: &str) -> (Simulator, Context) {
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options).await.expect("it starts");
    let settings = [("WATCH_USE", watch)];
    let context = context_with(&simulator, &simulator.url(), &settings, ledger);
    (simulator, context)
}

/// Sweeps from one instant to another.
async fn sweeps(
    (simulator, context): (&Simulator, &Context),
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: TimeDelta,
) {
    let mut now = from;
    while now < to {
        simulator.advance_to(now);
        let summary = sweep::run(context, &sweep::Options::at(now)).await;
        let summary = summary.expect("a sweep");
        assert_eq!(summary.problems, [] as [String; 0], "{now}");
        now += step;
    }
    simulator.advance_to(to);
}

/// Seconds that each instance ran between two instants, by name.
async fn ran(simulator: &Simulator, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(String, i64)> {
    let used = reqwest::get(format!("{}/simulator/use", simulator.url())).await;
    let used: Value = used.expect("an answer").json().await.expect("JSON");
    let time = |value: &Value| -> DateTime<Utc> {
        let text = value.as_str().expect("a time");
        text.parse().expect("a time")
    };
    let of = |instance: &Value| {
        let ran = instance["ran"].as_array().expect("ran").iter();
        let seconds = ran.map(|run| {
            let (begin, end) = (time(&run["from"]).max(from), time(&run["to"]).min(to));
            (end - begin).num_seconds().max(0)
        });
        let name = instance["instance"].as_str().expect("a name");
        (name.trim_start_matches("w/").to_owned(), seconds.sum())
    };
    let all = used["instances"].as_array().expect("instances").iter();
    all.map(of).collect()
}
