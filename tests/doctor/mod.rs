//! `lamplighter doctor`, run as people run it: what is broken is named, and nothing else is.

mod broken;
mod first_start;
mod rights;
mod well;

use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use lamplighter_simulator::Options;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the doctor found.
struct Found {
    code: i32,
    body: Value,
    all: String,
}

impl Found {
    fn of(printed: &Printed) -> Found {
        let all = printed.all();
        Found {
            code: printed.code,
            body: serde_json::from_str(&printed.stdout)
                .unwrap_or_else(|_| panic!("no JSON: {all}")),
            all,
        }
    }

    fn check(&self, name: &str) -> &Value {
        let checks = self.body["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["name"] == name);
        check.unwrap_or_else(|| panic!("no {name}: {}", self.all))
    }

    /// What was seen by a check, and what to do.
    fn text(&self, name: &str) -> String {
        let check = self.check(name);
        let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
        format!("{} | {}", text("seen"), text("toDo"))
    }

    /// The names of the checks that came out so.
    fn named(&self, status: &str) -> Vec<&str> {
        let checks = self.body["checks"].as_array().expect("checks").iter();
        let so = checks.filter(|check| check["status"] == status);
        so.filter_map(|check| check["name"].as_str()).collect()
    }

    /// What is wrong, by name, with how wrong it is.
    fn wrong(&self) -> BTreeMap<&str, &str> {
        let failed = self
            .named("failed")
            .into_iter()
            .map(|name| (name, "failed"));
        let warned = self
            .named("warning")
            .into_iter()
            .map(|name| (name, "warning"));
        failed.chain(warned).collect()
    }

    /// Nothing but this is wrong.
    fn only(&self, name: &str, status: &str) {
        assert_eq!(
            self.wrong(),
            BTreeMap::from([(name, status)]),
            "{}",
            self.all
        );
        assert_eq!(self.code, i32::from(status == "failed"), "{}", self.all);
    }
}

/// One workspace with an instance that is to be stopped at 19:00, in which a sweep has just ended.
async fn world() -> World {
    world_of(fleet(json!([ci()]), &[]), Options::default()).await
}

fn ci() -> Value {
    instance("ci", json!({"lamp-schedule": OFFICE}))
}

async fn world_of(fleet: Value, options: Options) -> World {
    let world = World::with(fleet, options).await;
    world.sweep_with(&[]).await;
    world
}

async fn doctor(world: &World, settings: &[(&str, &str)]) -> Found {
    doctor_at(world, &world.simulator.now().to_rfc3339(), settings).await
}

async fn doctor_at(world: &World, at: &str, settings: &[(&str, &str)]) -> Found {
    let printed = world
        .run_with(&["doctor", "--json", "--at", at], settings)
        .await;
    Found::of(&printed)
}

/// Calls by route and method.
fn calls(world: &World) -> BTreeMap<String, u64> {
    let calls = serde_json::to_value(world.simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").iter();
    let count = |route: &Value| {
        let (method, path) = (route["method"].as_str(), route["route"].as_str());
        let name = format!("{} {}", method.expect("a method"), path.expect("a route"));
        (name, route["count"].as_u64().expect("a count"))
    };
    routes.map(count).collect()
}
