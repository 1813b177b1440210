//! What is promised is kept: the tags that four weeks recommend, played over the next two weeks of the same people.

use super::*;
use crate::common::seeds::seeds;
use lamplighter_agent::recommend::{HourPrices, Question, Which, answer, read};
use lamplighter_agent::report::ungoverned::Ungoverned;
use lamplighter_core::policy::Defaults;
use lamplighter_core::recommend::Terms;
use lamplighter_simulator::world::{By, What};

const WEEKS: i64 = 4;
const LATER: i64 = 2;
/// Hours of a month.
const MONTH: i64 = 730;

/// Whoever forgets, whoever forgets now and then and works late, and two who share one.
fn lives() -> Vec<(&'static str, Value)> {
    vec![
        ("forgets", json!({})),
        (
            "late",
            json!({"forgets": 0.5, "worksLate": 0.3, "absent": 0.1}),
        ),
        (
            "mornings",
            json!({"arrives": "07:00-08:00", "leaves": "11:30-12:30"}),
        ),
        ("nobody", Value::Null),
    ]
}

/// What was promised of each, seconds of two weeks, with its tags and stops in use.
struct Promised {
    name: String,
    tags: Value,
    seconds: i64,
    stops: u32,
}

async fn promised(seed: u64, lives: &[(&str, Value)]) -> (Vec<Promised>, Vec<(String, i64)>) {
    let ledger = Ledger::in_memory();
    let (simulator, context) = open(&people(seed, lives, &json!({})), ledger.clone()).await;
    let middle = begin() + TimeDelta::weeks(WEEKS);
    sweeps((&simulator, &context), begin(), middle, STEP).await;
    let known = read(&ledger, begin(), middle, middle)
        .await
        .expect("a ledger");
    let question = Question {
        which: Which::default(),
        set: Vec::new(),
        all: true,
        terms: Terms {
            defaults: Defaults::default(),
            lease: TimeDelta::hours(4),
        },
    };
    let told = answer(
        &known,
        &question,
        (&HourPrices::new(), "USD"),
        &Ungoverned::default(),
    );
    let promised = told.resources.iter().filter_map(|row| {
        let tag = row.tag()?;
        let tags = tag.tags.iter().filter_map(|tag| tag.split_once(" = "));
        let tags: serde_json::Map<_, _> = tags
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        Some(Promised {
            name: row.advice.resource.name.clone(),
            tags: json!(tags),
            seconds: tag.month_seconds * LATER * 7 * 24 / MONTH,
            stops: tag.stops_in_use + tag.stops_unknown,
        })
    });
    let promised = promised.collect();
    // The same people go on without any tag.
    let end = middle + TimeDelta::weeks(LATER);
    simulator.advance_to(end);
    (promised, ran(&simulator, middle, end).await)
}

#[tokio::test]
async fn recommended_tags_keep_what_they_promise_for_every_seed() {
    let lives = lives();
    let step = match std::env::var_os("LAMPLIGHTER_SEEDS") {
        Some(_) => TimeDelta::minutes(30),
        None => STEP,
    };
    let (mut kept, mut wanted) = (0, 0);
    for seed in seeds(1) {
        let (promised, before) = promised(seed, &lives).await;
        assert!(
            promised.len() >= 3,
            "seed {seed}: {} recommended",
            promised.len()
        );
        let tags: serde_json::Map<_, _> = promised
            .iter()
            .map(|one| (one.name.clone(), one.tags.clone()))
            .collect();
        let fleet = people(seed, &lives, &json!(tags));
        let (simulator, context) = open(&fleet, Ledger::in_memory()).await;
        let middle = begin() + TimeDelta::weeks(WEEKS);
        let end = middle + TimeDelta::weeks(LATER);
        simulator.advance_to(middle);
        sweeps((&simulator, &context), middle, end, step).await;
        let after = ran(&simulator, middle, end).await;
        let seconds = |all: &[(String, i64)], name: &str| {
            let found = all.iter().find(|(known, _)| known == name);
            found.map_or(0, |(_, seconds)| *seconds)
        };
        let stopped_in_use = |name: &str| {
            let record = simulator.record();
            let stops = record.iter().filter(|event| {
                let ours = matches!(&event.what, What::Requested { by: By::Api { .. }, during, .. } if !during.is_empty());
                ours && event.instance.ends_with(&format!("/{name}"))
            });
            stops.count()
        };
        for one in &promised {
            let saved = seconds(&before, &one.name) - seconds(&after, &one.name);
            println!(
                "seed {seed}: {} {}: promised {:.1} h, saved {:.1} h; stops in use said {}, made {}",
                one.name,
                one.tags,
                one.seconds as f64 / 3600.0,
                saved as f64 / 3600.0,
                one.stops,
                stopped_in_use(&one.name),
            );
            (kept, wanted) = (kept + saved, wanted + one.seconds);
            assert!(
                stopped_in_use(&one.name) <= one.stops as usize,
                "seed {seed}: {}",
                one.name
            );
        }
    }
    let part = 100.0 * kept as f64 / wanted as f64;
    println!("saved {part:.1} % of what was promised");
    assert!(part >= 80.0, "saved {part:.1} % of what was promised");
}
