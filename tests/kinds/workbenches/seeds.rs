//! Fortnights of workbenches, seed by seed, whose api-version changes from sweep to sweep and shows their own tags no more
//! from the middle on, and which often do not show whether they run.

use super::super::support::SUBSCRIPTION;
use crate::common::hook::Hook;
use crate::common::inside::context;
use crate::common::seeds::{days, seeds};
use crate::common::world::OFFICE;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::report;
use lamplighter_agent::sweep;
use lamplighter_core::observe::FoundryVersion;
use lamplighter_core::record::Record;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::world::{By, Event, What};
use lamplighter_simulator::{Options, Simulator, start_with};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const STEP: TimeDelta = TimeDelta::minutes(15);
/// What the project's notice asks for.
const NOTICE: TimeDelta = TimeDelta::minutes(30);
const NAMES: [&str; 6] = ["wb-ana", "wb-rui", "wb-eva", "wb-gil", "wb-dora", "wb-ines"];

fn begin() -> DateTime<Utc> {
    "2026-11-23T00:00:00Z".parse().expect("a time")
}

/// What some owners wrote on their own workbench, which keeps it from every stop.
fn own_word(random: &mut fastrand::Rng) -> Option<Value> {
    Some(match random.u8(0..5) {
        0 => json!({"lamp-hold": "on until 2026-12-31 18:00"}),
        1 => json!({"lamp-mode": "ignore"}),
        2 => json!({"lamp-schedule": "always"}),
        _ => return None,
    })
}

/// The fleet, and the workbenches that no stop may meet.
fn drawn(random: &mut fastrand::Rng) -> (Value, BTreeSet<String>) {
    let mut kept = BTreeSet::new();
    let workbenches = NAMES.map(|name| {
        let word = own_word(random);
        if word.is_some() {
            kept.insert(name.to_owned());
        }
        let starts = random.bool();
        json!({"name": name, "target": "gpu", "state": "Running", "tags": word.unwrap_or(json!({})),
            "createdBy": format!("{name}@example.org"), "startTakes": "2m-6m", "stopTakes": "1m-3m",
            "uses": [{"who": format!("{name}@example.org"), "starts": starts,
                "hours": {"days": "Mon-Sat", "at": "09:00-21:00", "lasts": "1h-6h", "chance": 0.7}}]})
    });
    let account = json!({
        "name": "team",
        "computes": [{"computeType": "Cluster", "name": "gpu",
            "pools": [{"name": "default", "instanceType": "Standard_DS3_v2", "nodeCount": 2}]}],
        "projects": [{"name": "vision", "workbenches": workbenches,
            "tags": {"lamp-schedule": OFFICE, "lamp-notice": "30m", "owner": "lead@example.org"}}],
    });
    let group = json!({"name": "rg", "location": "westeurope", "cognitiveAccounts": [account]});
    let fleet = json!({
        "subscriptions": [{"id": SUBSCRIPTION, "name": "Data Science", "resourceGroups": [group]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    });
    (fleet, kept)
}

/// What a sweep could see.
struct Sight {
    version: FoundryVersion,
    /// Those that show no `status`.
    hidden: BTreeSet<&'static str>,
}

/// What truly happened, what owners were told, and what was said to be saved.
struct Played {
    record: Vec<Event>,
    sights: BTreeMap<DateTime<Utc>, Sight>,
    told: Vec<(DateTime<Utc>, String)>,
    saved: Decimal,
}

async fn shows_status(simulator: &Simulator, name: &str, shows: bool) {
    let url = format!("{}/simulator/workbenches", simulator.url());
    let body = json!({"on": format!("team/vision/{name}"), "showsStatus": shows});
    let sent = reqwest::Client::new().post(url).json(&body).send().await;
    assert_eq!(sent.expect("an answer").status().as_u16(), 204);
}

async fn play(fleet: &Value, random: &mut fastrand::Rng) -> Played {
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options).await.expect("it starts");
    let hook = Hook::start().await;
    let ledger = Ledger::in_memory();
    let contexts = FoundryVersion::ALL.map(|version| {
        let settings = [
            ("KINDS", "instance,workbench"),
            ("FOUNDRY_API_VERSION", version.as_str()),
            ("NOTICE_WEBHOOK", &hook.url),
        ];
        let mut context = context(&simulator, &simulator.url(), &settings);
        context.ledger = ledger.clone();
        context
    });
    let (mut told, mut sights, mut hidden) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    let end = begin() + TimeDelta::days(days(6, 14));
    let mut now = begin();
    while now < end {
        simulator.advance_to(now);
        for name in NAMES {
            if random.u8(0..40) == 0 {
                let shows = !hidden.insert(name);
                if shows {
                    hidden.remove(name);
                }
                shows_status(&simulator, name, shows).await;
            }
        }
        // From the middle on only the newest, as after an upgrade.
        let newest = FoundryVersion::ALL.len() - 1;
        let place = match now < begin() + TimeDelta::days(days(6, 14) / 2) {
            true => random.usize(0..=newest),
            false => newest,
        };
        let swept = sweep::run(&contexts[place], &sweep::Options::at(now)).await;
        let swept = swept.expect("a sweep");
        assert_eq!(swept.problems, [] as [String; 0], "{now}");
        let sight = Sight {
            version: FoundryVersion::ALL[place],
            hidden: hidden.clone(),
        };
        sights.insert(now, sight);
        let heard = hook.accepted().into_iter().skip(told.len());
        told.extend(heard.map(|body| (now, body.to_string())));
        now += STEP;
    }
    simulator.advance_to(end);
    let read = ledger.records::<Record>(begin(), end).await;
    let figures = report(&read.expect("records").records, begin(), end, end);
    Played {
        record: simulator.record(),
        sights,
        told,
        saved: figures.total.figures.saved.value() + figures.total.figures.upper_bound.value(),
    }
}

/// What Lamplighter asked for: when, of which workbench, and what.
fn asked(record: &[Event]) -> impl Iterator<Item = (DateTime<Utc>, &str, &str)> {
    record.iter().filter_map(|event| match &event.what {
        What::PowerRequested {
            call,
            by: By::Api { .. },
            ..
        } => {
            let name = event.instance.rsplit('/').next()?;
            Some((event.at, name, call.as_str()))
        }
        _ => None,
    })
}

/// That its owner was told of a stop as long before as the notice asks for, and not of an earlier one.
fn was_told(played: &Played, at: DateTime<Utc>, name: &str) -> bool {
    let mut told = played.told.iter();
    told.any(|(when, text)| {
        let announced = text.contains("StopNotice") && text.contains(name);
        announced && *when <= at - NOTICE && at - *when < TimeDelta::hours(24)
    })
}

#[tokio::test]
async fn no_workbench_is_stopped_against_its_owners_word_or_unseen_or_unheard_whatever_the_seed() {
    let (mut stops, mut starts, mut unseen) = (0, 0, 0);
    for seed in seeds(1) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (fleet, kept) = drawn(&mut random);
        let played = play(&fleet, &mut random).await;
        assert_eq!(played.saved, Decimal::ZERO, "seed {seed}");
        for (at, name, call) in asked(&played.record) {
            let sight = &played.sights[&at];
            let hidden = sight.hidden.contains(name) && sight.version == FoundryVersion::default();
            assert!(
                !hidden,
                "seed {seed}: {call} of {name} at {at}, while nothing showed whether it ran"
            );
            if call != "stop" {
                starts += 1;
                continue;
            }
            stops += 1;
            assert!(
                !kept.contains(name),
                "seed {seed}: {name} was stopped at {at}"
            );
            assert!(
                was_told(&played, at, name),
                "seed {seed}: nobody was told of the stop of {name} at {at}"
            );
        }
        unseen += played
            .sights
            .values()
            .filter(|sight| !sight.hidden.is_empty())
            .count();
    }
    println!("{stops} stops, {starts} starts; {unseen} sweeps that did not see all");
    // Else it proves nothing.
    assert!(
        stops > 8 && starts > 5 && unseen > 100,
        "{stops} stops, {starts} starts, {unseen}"
    );
}
