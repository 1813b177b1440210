//! What is promised is kept: the tags that four weeks recommend, played over the next two weeks of the same people.

use super::*;
use crate::common::seeds::seeds;
use lamplighter_agent::recommend::{HourPrices, Question, Which, answer, read};
use lamplighter_agent::report::ungoverned::Ungoverned;
use lamplighter_core::policy::Defaults;
use lamplighter_core::recommend::Terms;
use lamplighter_simulator::world::{By, What};

/// Hours of a month.
const MONTH: i64 = 730;

/// What is played.
struct Plan {
    /// So many days recommend.
    days: i64,
    /// So many days are lived with what is recommended.
    later: i64,
    /// How often sweeps come in those.
    step: TimeDelta,
    lives: Vec<(&'static str, Value)>,
}

/// All of it where many seeds are asked for, and little of it in every run.
fn plan() -> Plan {
    match std::env::var_os("LAMPLIGHTER_SEEDS") {
        Some(_) => Plan {
            days: 28,
            later: 14,
            step: TimeDelta::minutes(30),
            lives: lives(),
        },
        None => Plan {
            days: 21,
            later: 7,
            step: STEP,
            lives: lives().into_iter().take(2).collect(),
        },
    }
}

/// Whoever forgets always, or now and then and works late, or is there in the mornings alone; and nobody.
fn lives() -> Vec<(&'static str, Value)> {
    vec![
        ("nobody", Value::Null),
        ("forgets", json!({})),
        (
            "late",
            json!({"forgets": 0.5, "worksLate": 0.3, "absent": 0.1}),
        ),
        (
            "mornings",
            json!({"arrives": "07:00-08:00", "leaves": "11:30-12:30"}),
        ),
    ]
}

/// What was promised of each: its tags, seconds off in the days after, and stops in use.
struct Promised {
    name: String,
    tags: Value,
    seconds: i64,
    stops: u32,
}

async fn promised(seed: u64, plan: &Plan) -> (Vec<Promised>, Vec<(String, i64)>) {
    let ledger = Ledger::in_memory();
    let (simulator, context) = open(&people(seed, &plan.lives, &json!({})), ledger.clone()).await;
    let middle = begin() + TimeDelta::days(plan.days);
    sweeps((&simulator, &context), begin(), middle, STEP).await;
    let known = read(&ledger, begin(), middle).await.expect("a ledger");
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
        &|| true,
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
            seconds: tag.month_seconds * plan.later * 24 / MONTH,
            stops: tag.stops_in_use + tag.stops_unknown,
        })
    });
    let promised = promised.collect();
    // The same people go on without any tag.
    let end = middle + TimeDelta::days(plan.later);
    simulator.advance_to(end);
    (promised, ran(&simulator, middle, end).await)
}

fn seconds(all: &[(String, i64)], name: &str) -> i64 {
    let found = all.iter().find(|(known, _)| known == name);
    found.map_or(0, |(_, seconds)| *seconds)
}

/// How often Lamplighter stopped it while somebody or something was at work.
fn stopped_in_use(simulator: &Simulator, name: &str) -> usize {
    let record = simulator.record();
    let stops = record.iter().filter(|event| {
        let ours = matches!(&event.what, What::Requested { by: By::Api { .. }, during, .. } if !during.is_empty());
        ours && event.instance.ends_with(&format!("/{name}"))
    });
    stops.count()
}

#[tokio::test]
async fn recommended_tags_keep_what_they_promise_for_every_seed() {
    let plan = plan();
    let (mut kept, mut wanted) = (0, 0);
    for seed in seeds(1) {
        let (promised, before) = promised(seed, &plan).await;
        assert!(
            promised.len() + 1 >= plan.lives.len(),
            "seed {seed}: {} recommended",
            promised.len()
        );
        let tags: serde_json::Map<_, _> = promised
            .iter()
            .map(|one| (one.name.clone(), one.tags.clone()))
            .collect();
        let fleet = people(seed, &plan.lives, &json!(tags));
        let (simulator, context) = open(&fleet, Ledger::in_memory()).await;
        let middle = begin() + TimeDelta::days(plan.days);
        let end = middle + TimeDelta::days(plan.later);
        simulator.advance_to(middle);
        sweeps((&simulator, &context), middle, end, plan.step).await;
        let after = ran(&simulator, middle, end).await;
        for one in &promised {
            let saved = seconds(&before, &one.name) - seconds(&after, &one.name);
            println!(
                "seed {seed}: {} {}: promised {:.1} h, saved {:.1} h; stops in use said {}, made {}",
                one.name,
                one.tags,
                one.seconds as f64 / 3600.0,
                saved as f64 / 3600.0,
                one.stops,
                stopped_in_use(&simulator, &one.name),
            );
            (kept, wanted) = (kept + saved, wanted + one.seconds);
            // As often, in fewer days.
            let made = i64::try_from(stopped_in_use(&simulator, &one.name)).expect("a count");
            assert!(
                made * plan.days <= i64::from(one.stops) * plan.later,
                "seed {seed}: {}",
                one.name
            );
        }
    }
    let part = 100.0 * kept as f64 / wanted as f64;
    println!("saved {part:.1} % of what was promised");
    assert!(part >= 80.0, "saved {part:.1} % of what was promised");
}
