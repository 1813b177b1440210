//! The demo's simulators, reached by HTTP, and what their bills say.

use chrono::{DateTime, Utc};
use lamplighter_simulator::world::Event;
use lamplighter_simulator::{Fleet, Options, Simulator, start_with};
use serde_json::{Value, json};

/// A simulator that runs as long as this lives, or on a thread of its own until the process ends.
pub struct AzureBox {
    pub url: String,
    pub identity_header: String,
    client: std::sync::OnceLock<reqwest::Client>,
    /// Where it runs in the runtime that asks it.
    _here: Option<Simulator>,
}

/// A clock that moves only when told.
fn by_hand(start: DateTime<Utc>) -> Options {
    Options {
        start: Some(start),
        manual_clock: true,
        ..Default::default()
    }
}

impl AzureBox {
    /// One on a thread of its own, whose clock moves only when told.
    pub fn start(fleet: Fleet, start: DateTime<Utc>) -> Result<AzureBox, String> {
        AzureBox::start_with(fleet, by_hand(start))
    }

    /// The same in this runtime: who asks for one thing at a time waits for each answer, and two threads would wake each
    /// other for every one.
    pub async fn here(fleet: Fleet, start: DateTime<Utc>) -> Result<AzureBox, String> {
        let simulator = start_with(fleet, by_hand(start)).await;
        let simulator = simulator.map_err(|error| error.to_string())?;
        Ok(AzureBox {
            url: simulator.url(),
            identity_header: simulator.identity_header(),
            client: std::sync::OnceLock::new(),
            _here: Some(simulator),
        })
    }

    pub fn start_with(fleet: Fleet, options: Options) -> Result<AzureBox, String> {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = match tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            {
                Ok(runtime) => runtime,
                Err(error) => return tell.send(Err(error.to_string())).unwrap_or_default(),
            };
            runtime.block_on(async move {
                match start_with(fleet, options).await {
                    Ok(simulator) => {
                        let address = (
                            simulator.url().to_string(),
                            simulator.identity_header().to_string(),
                        );
                        let _ = tell.send(Ok(address));
                        std::future::pending::<()>().await;
                    }
                    Err(error) => tell.send(Err(error.to_string())).unwrap_or_default(),
                }
            });
        });
        let (url, identity_header) = told.recv().map_err(|_| "the simulator did not start")??;
        Ok(AzureBox {
            url,
            identity_header,
            client: std::sync::OnceLock::new(),
            _here: None,
        })
    }

    /// Made at first use, inside the runtime that uses it.
    fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(reqwest::Client::new)
    }

    pub async fn delete(&self, path: &str) -> Result<(), String> {
        let answer = self.client().delete(format!("{}{path}", self.url)).send();
        answer.await.map(|_| ()).map_err(|error| error.to_string())
    }

    pub async fn get(&self, path: &str) -> Result<Value, String> {
        let answer = self
            .client()
            .get(format!("{}{path}", self.url))
            .send()
            .await;
        answer
            .map_err(|error| error.to_string())?
            .json()
            .await
            .map_err(|error| error.to_string())
    }

    pub async fn set_clock(&self, now: DateTime<Utc>) -> Result<(), String> {
        let post = self
            .client()
            .post(format!("{}/simulator/clock", self.url))
            .json(&json!({ "now": now }));
        let answer = post.send().await.map_err(|error| error.to_string())?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(format!(
                "the simulator's clock would not move: {}",
                answer.text().await.unwrap_or_default()
            )),
        }
    }

    /// Everything that truly happened.
    pub async fn events(&self) -> Result<Vec<Event>, String> {
        let mut record = self.get("/simulator/record").await?;
        serde_json::from_value(record["events"].take())
            .map_err(|error| format!("the simulator's record: {error}"))
    }
}
