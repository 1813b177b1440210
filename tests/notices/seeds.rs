//! Evenings in which every channel fails in every way, and people start and stop: nobody is stopped without the whole
//! notice, the ledger says what the services heard, and no service hears a thing twice.

use crate::common::inside::context;
use crate::common::seeds::seeds;
use crate::common::world::{World, at, fleet, instance};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::sweep;
use lamplighter_core::record::{Record, ToldOutcome, What};
use lamplighter_core::schedule::Power;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// What services know instances by: names that stand in no other text.
const NAMES: [&str; 6] = ["quokka", "wombat", "dingo", "numbat", "bilby", "potoroo"];
const NOTICES: [i64; 4] = [5, 15, 30, 60];
/// The channels, and the paths that they post to.
const CHANNELS: [(&str, &str); 6] = [
    ("teams", "/teams"),
    ("slack", "/slack"),
    ("webhook", "/webhook"),
    ("azure", "/azure"),
    ("eventgrid", "/api/events"),
    ("email", "/emails:send"),
];
const STEP: TimeDelta = TimeDelta::minutes(5);

/// How a service answers for a while.
#[derive(Clone, Copy)]
enum Fault {
    /// Down.
    Refuse(u16),
    TooMany(u64),
    /// It takes the next post and never answers.
    Hang,
}

struct Heard {
    channel: &'static str,
    at: DateTime<Utc>,
    body: String,
    accepted: bool,
}

struct Services {
    now: DateTime<Utc>,
    faults: BTreeMap<&'static str, Fault>,
    heard: Vec<Heard>,
}

type Shared = Arc<Mutex<Services>>;

async fn hear(
    State(services): State<Shared>,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, HeaderMap, &'static str) {
    let channel = CHANNELS
        .iter()
        .find(|(_, path)| uri.path().starts_with(path));
    let (channel, _) = channel.expect("a channel's path");
    let fault = {
        let mut services = services.lock().expect("no panic");
        let fault = services.faults.get(channel).copied();
        if let Some(Fault::Hang) = fault {
            services.faults.remove(channel);
        }
        let heard = Heard {
            channel,
            at: services.now,
            body: String::from_utf8(body.to_vec()).expect("text"),
            accepted: fault.is_none(),
        };
        services.heard.push(heard);
        fault
    };
    let mut headers = HeaderMap::new();
    match fault {
        // What takes a mail or a card may lose it afterwards: nobody can know.
        None if ["email", "teams"].contains(channel) => (StatusCode::ACCEPTED, headers, "{}"),
        None => (StatusCode::OK, headers, "ok"),
        Some(Fault::Refuse(status)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, headers, "not now")
        }
        Some(Fault::TooMany(seconds)) => {
            headers.insert(header::RETRY_AFTER, seconds.into());
            (StatusCode::TOO_MANY_REQUESTS, headers, "")
        }
        Some(Fault::Hang) => std::future::pending().await,
    }
}

/// The services, where they are, and what ends them.
async fn services() -> (Shared, String, tokio::task::JoinHandle<()>) {
    let shared = Arc::new(Mutex::new(Services {
        now: at("23T17:00"),
        faults: BTreeMap::new(),
        heard: Vec::new(),
    }));
    let app = Router::new().fallback(hear).with_state(shared.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (shared, url, server)
}

fn settings(url: &str, random: &mut fastrand::Rng) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("NOTICE_TEAMS_WEBHOOK", format!("{url}/teams?sig=s")),
        ("NOTICE_SLACK_WEBHOOK", format!("{url}/slack")),
        ("NOTICE_WEBHOOK", format!("{url}/webhook")),
        ("NOTICE_AZURE_WEBHOOK", format!("{url}/azure")),
        ("NOTICE_EVENTGRID", format!("{url}/api/events")),
        ("NOTICE_EMAIL", url.to_owned()),
    ];
    random.shuffle(&mut all);
    // Some have only one of them.
    all.truncate(random.usize(1..=6));
    let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let has = |name: &str| all.iter().any(|(known, _)| *known == name);
    let (webhook, email) = (has("NOTICE_WEBHOOK"), has("NOTICE_EMAIL"));
    if webhook {
        all.push(("NOTICE_WEBHOOK_SECRET", key.to_owned()));
    }
    if email {
        all.push(("NOTICE_EMAIL_FROM", "n@example.org".to_owned()));
    }
    all.push(("NOTICE_REQUIRED", "1d".to_owned()));
    all.push(("MAX_STOPS_PER_SWEEP", "100".to_owned()));
    all
}

/// For how long each instance's owner wants to hear of a stop before.
type Wanted = BTreeMap<&'static str, TimeDelta>;

fn instances(random: &mut fastrand::Rng) -> (Value, Wanted) {
    let mut wanted = Wanted::new();
    let all = NAMES.map(|name| {
        let minutes = NOTICES[random.usize(0..NOTICES.len())];
        wanted.insert(name, TimeDelta::minutes(minutes));
        let end = 18 + random.u8(0..3);
        let mut tags = json!({
            "lamp-schedule": format!("Mon-Fri 08:00-{end}:00 UTC"),
            "lamp-notice": format!("{minutes}m"),
            "owner": format!("o{}@example.org", random.u8(0..3)),
        });
        if random.u8(0..4) == 0 {
            tags["lamp-max-uptime"] = "2h".into();
        }
        instance(name, tags)
    });
    (json!(all), wanted)
}

/// What happens to a service for the next hour or two; one hangs at most once a seed, for it takes real seconds.
fn trouble(random: &mut fastrand::Rng, services: &Shared, hung: &mut bool) {
    let mut services = services.lock().expect("no panic");
    let (channel, _) = CHANNELS[random.usize(0..CHANNELS.len())];
    let fault = match random.u8(0..9) {
        0..=2 => None,
        3 | 4 => Some(Fault::Refuse(503)),
        5 => Some(Fault::Refuse(410)),
        6 | 7 => Some(Fault::TooMany(random.u64(1..4_000))),
        _ if *hung => None,
        _ => {
            *hung = true;
            Some(Fault::Hang)
        }
    };
    match fault {
        Some(fault) => services.faults.insert(channel, fault),
        None => services.faults.remove(channel),
    };
}

/// What an evening left behind.
struct Evening {
    wanted: Wanted,
    heard: Vec<Heard>,
    records: Vec<Record>,
    /// When somebody started an instance.
    started: Vec<(String, DateTime<Utc>)>,
}

async fn evening(seed: u64) -> Evening {
    let mut random = fastrand::Rng::with_seed(seed);
    let (instances, wanted) = instances(&mut random);
    let world = World::new(fleet(instances, &[])).await;
    let (services, url, server) = services().await;
    let given = settings(&url, &mut random);
    let given: Vec<(&str, &str)> = given.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let context = context(&world.simulator, &world.simulator.url(), &given);
    let (mut now, mut hung, mut started) = (at("23T17:00"), !seed.is_multiple_of(4), Vec::new());
    while now < at("24T01:00") {
        world.simulator.advance_to(now);
        services.lock().expect("no panic").now = now;
        if random.u8(0..3) == 0 {
            trouble(&mut random, &services, &mut hung);
        }
        if random.u8(0..6) == 0 {
            let name = NAMES[random.usize(0..NAMES.len())];
            let stopped = world.state(&format!("w/{name}")) == "Stopped";
            if stopped {
                world.hand(&format!("w/{name}"), "start").await;
                started.push((name.to_owned(), now));
            }
        }
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        swept.expect("a sweep");
        // Nobody is down for more than two hours.
        if random.u8(0..24) == 0 {
            services.lock().expect("no panic").faults.clear();
        }
        now += STEP;
    }
    server.abort();
    let read = context.ledger.records(at("01T00:00"), at("30T00:00")).await;
    let mut services = services.lock().expect("no panic");
    Evening {
        wanted,
        heard: std::mem::take(&mut services.heard),
        records: read.expect("records").records,
        started,
    }
}

impl Evening {
    /// What was accepted of a stop to come, of this instance.
    fn told_of_stop(&self, name: &str) -> impl Iterator<Item = &Heard> {
        self.heard.iter().filter(move |heard| {
            heard.accepted && heard.body.contains(&format!("{name} will be stopped at "))
        })
    }

    /// Every stop of ours came after the whole notice, in the same run of the instance.
    fn check_stops(&self, seed: u64) -> usize {
        let mut stops = 0;
        for record in &self.records {
            let (What::Action { operation }, Some(resource)) = (&record.what, &record.resource)
            else {
                continue;
            };
            if operation.power != Power::Off {
                continue;
            }
            let stop = operation.requested_at;
            let name = resource.name.as_str();
            let before = |(of, at): &&(String, DateTime<Utc>)| of == name && *at < stop;
            let run = self.started.iter().rfind(before).map(|(_, at)| *at);
            let whole = self.told_of_stop(name).any(|heard| {
                let announced = heard
                    .body
                    .split(&format!("{name} will be stopped at "))
                    .nth(1);
                let announced = announced.map(time_of);
                heard.at <= stop - self.wanted[name]
                    && run.is_none_or(|run| heard.at >= run)
                    && announced.is_some_and(|at| at <= stop)
            });
            assert!(whole, "seed {seed}: {name} at {stop} without its notice");
            stops += 1;
        }
        stops
    }

    /// The ledger says of each notice who accepted it, and nobody else did.
    fn check_ledger(&self, seed: u64) -> usize {
        let mut said = BTreeSet::new();
        for record in &self.records {
            let Some(resource) = &record.resource else {
                continue;
            };
            let told = match &record.what {
                What::Notice { told, .. } => told.as_deref().unwrap_or_default(),
                What::Told { told, .. } => told.as_slice(),
                _ => continue,
            };
            let told = told.iter();
            let accepted = told.filter(|told| told.outcome == ToldOutcome::Accepted);
            said.extend(
                accepted.map(|told| (told.channel.clone(), resource.name.clone(), record.at)),
            );
        }
        let mut heard = BTreeSet::new();
        for one in self.heard.iter().filter(|one| one.accepted) {
            let names = NAMES.iter().filter(|name| one.body.contains(**name));
            heard.extend(names.map(|name| (one.channel.to_owned(), name.to_string(), one.at)));
        }
        assert_eq!(said, heard, "seed {seed}");
        heard.len()
    }

    /// No service has accepted the same text of the same instance twice.
    fn check_once(&self, seed: u64) {
        let mut once = BTreeSet::new();
        for one in self.heard.iter().filter(|one| one.accepted) {
            for name in NAMES.iter().filter(|name| one.body.contains(**name)) {
                let said = said_of(&one.body, name);
                let new = once.insert((one.channel, *name, said.clone()));
                assert!(
                    new,
                    "seed {seed}: {} heard twice of {name}: {said}",
                    one.channel
                );
            }
        }
    }
}

/// The time that a text begins with: `Mon 23 Nov 19:00 UTC`.
fn time_of(text: &str) -> DateTime<Utc> {
    let mut words = text.split_whitespace().skip(1);
    let (day, _, time) = (words.next(), words.next(), words.next());
    at(&format!(
        "{}T{}",
        day.expect("a day"),
        time.expect("a time")
    ))
}

/// What a body says of an instance, from its name to the time.
fn said_of(body: &str, name: &str) -> String {
    let all = ["will be stopped at", "was stopped at", "is still on since"];
    let said = all.map(|words| {
        let words = format!("{name} {words} ");
        let times = body.split(&words).skip(1);
        let times = times.map(|time| time.chars().take(20).collect::<String>());
        format!("{words}{}", times.collect::<String>())
    });
    said.concat()
}

#[tokio::test]
async fn nobody_is_stopped_unheard_whatever_the_seed_and_the_ledger_says_what_was_heard() {
    let (mut stops, mut heard, mut failed, mut count) = (0, 0, 0, 0);
    for seed in seeds(20) {
        let evening = evening(seed).await;
        stops += evening.check_stops(seed);
        heard += evening.check_ledger(seed);
        evening.check_once(seed);
        failed += evening.heard.iter().filter(|one| !one.accepted).count();
        count += 1;
    }
    println!("{count} seeds: {stops} stops, {heard} notices accepted, {failed} posts refused");
    // Else it proves nothing.
    assert!(stops > 5 * count && heard > 10 * count && failed > 5 * count);
}
