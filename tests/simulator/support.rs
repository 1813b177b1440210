//! A started simulator, a client that is signed in, and small fleets.

use chrono::{DateTime, Utc};
use lamplighter_simulator::fleet::{Fleet, parse};
use lamplighter_simulator::world::{Event, Timing, World};
use lamplighter_simulator::{Options, Simulator, start_with};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";
/// The workspace of [`fleet_of`].
pub const W: &str = "/subscriptions/3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w";
pub const API: &str = "api-version=2025-12-01";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A fleet of one workspace `w` in westeurope with these instances and people; `more` lies over its top level.
pub fn fleet_of(instances: Value, people: Value, more: Value) -> Fleet {
    let mut whole = json!({
        "seed": 7,
        "subscriptions": [{
            "id": SUBSCRIPTION, "name": "Data Science",
            "resourceGroups": [{"name": "rg", "tags": {"from": "group"}, "workspaces": [
                {"name": "w", "location": "westeurope", "tags": {"from": "workspace"}, "instances": instances}
            ]}],
        }],
        "people": people,
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    });
    for (name, value) in more.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    parse(&whole.to_string(), "test").expect("a good fleet")
}

/// The same without instances; `workspace` and `group` lie over theirs.
pub fn fleet_with(workspace: &Value, group: &Value, people: Value) -> Fleet {
    let mut own = json!({"name": "w", "location": "westeurope"});
    let mut home = json!({"name": "rg"});
    for (under, over) in [(&mut own, workspace), (&mut home, group)] {
        for (name, value) in over.as_object().expect("an object") {
            under[name] = value.clone();
        }
    }
    home["workspaces"] = json!([own]);
    let all = json!([{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [home]}]);
    fleet_of(json!([]), people, json!({"subscriptions": all}))
}

pub fn world(fleet: Fleet, start: &str) -> World {
    World::new(Arc::new(fleet), at(start), Timing::default())
}

/// An instance's own part of the record, as `HH:MM:SS what` with what matters of it.
pub fn story(record: &[Event], instance: &str) -> Vec<String> {
    record
        .iter()
        .filter(|event| event.instance == instance)
        .map(line)
        .collect()
}

fn line(event: &Event) -> String {
    let value = serde_json::to_value(event).expect("JSON");
    let detail = ["to", "action", "person", "job"]
        .iter()
        .find_map(|name| value[*name].as_str())
        .unwrap_or_default();
    let by = value["by"]["name"]
        .as_str()
        .or(value["by"]["kind"].as_str())
        .unwrap_or_default();
    let what = value["what"].as_str().expect("named");
    format!("{} {what} {detail} {by}", event.at.format("%H:%M:%S"))
        .trim_end()
        .to_owned()
}

/// A simulator whose clock is moved by hand, from 2026-10-21 (a Wednesday) 09:00 UTC on.
pub async fn manual(fleet: Fleet) -> Client {
    started(fleet, Options::default()).await
}

pub async fn started(fleet: Fleet, options: Options) -> Client {
    let options = Options {
        manual_clock: true,
        start: Some(at("2026-10-21T09:00:00Z")),
        ..options
    };
    let simulator = start_with(fleet, options).await.expect("started");
    Client::sign_in(simulator).await
}

pub struct Client {
    pub simulator: Simulator,
    pub http: reqwest::Client,
    pub token: String,
}

impl Client {
    async fn sign_in(simulator: Simulator) -> Client {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(600))
            .build()
            .expect("a client");
        let mut client = Client {
            simulator,
            http,
            token: String::new(),
        };
        client.token = client.token_for("https://management.azure.com/").await;
        client
    }

    /// A token for a service.
    pub async fn token_for(&self, resource: &str) -> String {
        let url = format!(
            "{}?api-version=2019-08-01&resource={resource}",
            self.simulator.identity_endpoint()
        );
        let answer = self
            .http
            .get(url)
            .header("X-IDENTITY-HEADER", self.simulator.identity_header())
            .send()
            .await;
        let answer: Value = answer.expect("answered").json().await.expect("JSON");
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Status and body of a POST with a token of its own.
    pub async fn post_as(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.address(path)).bearer_auth(token);
        let answer = request.json(body).send().await.expect("answered");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// An address as it is, or a path of the simulator.
    pub fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            self.simulator.url() + path
        }
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<reqwest::Response> {
        let method = method.parse().expect("a method");
        let mut request = self
            .http
            .request(method, self.address(path))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await
    }

    /// Status and JSON body (null where there is none).
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let answer = self.send(method, path, body).await.expect("answered");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub async fn advance(&self, seconds: u64) {
        let moved = self
            .call(
                "POST",
                "/simulator/clock",
                Some(json!({"advanceSeconds": seconds})),
            )
            .await;
        assert_eq!(moved.0, 200);
    }

    pub async fn fault(&self, fault: Value) {
        assert_eq!(
            self.call("POST", "/simulator/faults", Some(fault)).await.0,
            200
        );
    }

    /// The state that Azure shows of an instance of `w`.
    pub async fn state(&self, instance: &str) -> String {
        let body = self.get(&format!("{W}/computes/{instance}?{API}")).await;
        body["properties"]["properties"]["state"]
            .as_str()
            .expect("a state")
            .to_owned()
    }
}
