//! The pages, over a ledger as a sweep leaves it.
//!
//! | Concern | File |
//! |---|---|
//! | links that are not good | `links.rs` |
//! | what a form does | `form.rs` |
//! | holds, runs of them, and what is promised | `holds.rs` |
//! | whoever has signed in | `signed_in.rs` |
//! | the page of a resource | `resource.rs` |
//! | messages on the queue | `queue.rs` |

mod form;
mod holds;
mod links;
mod queue;
mod resource;
mod signed_in;

use super::{Answer, Asked, Links, Request, answer};
use crate::ledger::Ledger;
use crate::settings::{People, Settings, SignIn};
use crate::sweep::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use lamplighter_azure::Pace;
use lamplighter_core::decide::{NoticeDue, take_holds};
use lamplighter_core::kinds::instance::imagined;
use lamplighter_core::observe::ComputeState;
use lamplighter_core::policy::Policy;
use lamplighter_core::record::{PersonalHold, Reason, WorkspaceState};
use serde_json::{Value, json};
use std::path::PathBuf;

const WORKSPACE: &str =
    "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices/workspaces/w";

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().expect("a time")
}

struct World {
    context: Context,
    ledger: Ledger,
}

impl World {
    /// `ci` is on in the office hours of Lisbon, and its owner was told at 18:45 of the stop at 19:00.
    async fn new(settings: &[(&str, &str)]) -> World {
        let world = World::on(&Ledger::in_memory(), settings).await;
        world.observed(json!({})).await;
        world
    }

    async fn on(ledger: &Ledger, settings: &[(&str, &str)]) -> World {
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let lookup = |name: &str| {
            let found = settings.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let settings = Settings::from_lookup(lookup).expect("good settings");
        let context = Context::with_ledger(settings, ledger.clone(), Pace::Arm);
        World {
            context: context.expect("a context"),
            ledger: ledger.clone(),
        }
    }

    /// What a sweep has saved, with these fields instead.
    async fn observed(&self, more: Value) {
        let id = format!("{WORKSPACE}/computes/ci");
        let mut state = json!({
            "resource": {"id": id, "kind": "instance", "name": "ci", "workspace": "w", "owner": "ana@example.org"},
            "observation": {"state": "Running", "power": "on", "since": "2026-11-23T08:00:00Z",
                "schedule": "Mon-Fri 08:00-19:00 Europe/Lisbon"},
            "notice": {"cause": "2026-11-23T19:00:00Z", "given_at": "2026-11-23T18:45:00Z", "reason": "schedule-off"},
        });
        for (name, value) in more.as_object().expect("fields") {
            state[name] = value.clone();
        }
        let state = json!({"swept_at": "2026-11-23T18:45:00Z", "resources": {id: state}});
        let state: WorkspaceState = serde_json::from_value(state).expect("a state");
        let (_, version) = self
            .ledger
            .load::<WorkspaceState>(WORKSPACE)
            .await
            .expect("loaded");
        let saved = self.ledger.save(WORKSPACE, &state, &version).await;
        saved.expect("saved");
    }

    /// The token of a notice of the stop that is demanded at `cause`.
    async fn token(&self, name: &str, cause: DateTime<Utc>) -> String {
        let people = People {
            sign_in: (SignIn::Off, String::new()),
            ..self.context.settings.people.clone()
        };
        let links = Links::new(&people, &self.context.keys, at("23T18:45")).expect("a page");
        let due = NoticeDue {
            cause,
            stop_at: cause,
            reason: Reason::ScheduleOff,
            text: String::new(),
            renews: false,
        };
        let id = format!("{WORKSPACE}/computes/{name}");
        let link = links.to(&id, &due).await.expect("a link");
        let token = link.strip_prefix("https://lamp.example/api/keep?t=");
        token.expect("a token").to_owned()
    }

    async fn get(&self, query: &str, now: &str) -> Answer {
        let request = Request {
            post: false,
            query: query.into(),
            ..form("", "")
        };
        answer(&self.context, &request, at(now)).await
    }

    async fn post(&self, token: &str, choice: &str, now: &str) -> Answer {
        answer(&self.context, &form(token, choice), at(now)).await
    }

    /// A sweep takes in what was asked for, and tells of the stop at the end of that.
    async fn swept(&self, now: &str, told: Value) {
        let (mut states, _) = self
            .ledger
            .load::<WorkspaceState>(WORKSPACE)
            .await
            .expect("loaded");
        let mut state = states
            .resources
            .pop_first()
            .map(|(_, state)| state)
            .expect("a state");
        let running = imagined(ComputeState::Running);
        let (policy, limit) = (Policy::default(), self.context.settings.hold_limit());
        let found = self.holds().await;
        take_holds(&mut state, (&running, &policy), &found, limit, at(now));
        let hold = serde_json::to_value(&state.personal_hold).expect("JSON");
        let mut more = json!({"personal_hold": hold});
        if !told.is_null() {
            more["notice"] = told;
        }
        self.observed(more).await;
    }

    async fn holds(&self) -> Vec<PersonalHold> {
        let read = self
            .ledger
            .holds_of(WORKSPACE, at("01T00:00"))
            .await
            .expect("read");
        let mut holds: Vec<PersonalHold> = read.holds.into_iter().map(|held| held.hold).collect();
        holds.sort_by_key(|hold| hold.until);
        holds
    }

    async fn ends(&self) -> Vec<DateTime<Utc>> {
        self.holds().await.iter().map(|hold| hold.until).collect()
    }
}

/// A calendar of the platform's, in a file: off on one day.
struct Acme(PathBuf);

impl Acme {
    fn off(day: &str) -> Acme {
        let name = format!("lamplighter-acme-{:x}.ics", fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        let event = format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT");
        let all = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}\r\nEND:VCALENDAR\r\n");
        std::fs::write(&path, all).expect("a file");
        Acme(path)
    }

    /// As `CALENDARS` names it.
    fn setting(&self) -> String {
        format!("acme = {}", self.0.display())
    }
}

impl Drop for Acme {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Observed on, and off work on the days of Portugal and of [`Acme`].
fn with_holidays() -> Value {
    json!({"state": "Running", "power": "on", "since": "2026-11-23T08:00:00Z",
        "schedule": "Mon-Fri 08:00-19:00 Europe/Lisbon", "holidays": "PT,acme"})
}

const NONE: [DateTime<Utc>; 0] = [];
const URL: (&str, &str) = ("KEEP_URL", "https://lamp.example");

fn form(token: &str, choice: &str) -> Request {
    Request {
        asked: Asked::Keep,
        post: true,
        query: String::new(),
        body: Bytes::from(format!("t={token}&for={choice}")),
        content_type: Some("application/x-www-form-urlencoded".into()),
        fetch_site: Some("same-origin".into()),
        origin: Some("null".into()),
        principal: None,
        languages: String::new(),
    }
}

const OWNER: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const TENANT: &str = "11111111-d9cb-469f-a165-70867728950e";

/// What the platform says of a person.
fn principal(oid: &str, tenant: &str) -> Option<String> {
    let claims = json!([
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": oid},
        {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": tenant},
    ]);
    let principal = json!({"auth_typ": "aad", "claims": claims}).to_string();
    Some(STANDARD.encode(principal))
}

fn of_resource(principal: Option<String>) -> Request {
    Request {
        asked: Asked::Resource,
        post: false,
        query: format!("id={WORKSPACE}/computes/CI"),
        principal,
        ..form("", "")
    }
}

/// The token in a page's form.
fn in_form(page: &Answer) -> String {
    let (_, rest) = page.html.split_once(r#"name="t" value=""#).expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}
