//! Fortnights with every kind, in worlds where much goes wrong: nobody is stopped, everything comes back or its owner knows why
//! not, a lost saved state loses no number that a tag names, nobody's own change is undone, and no more counts as saved than
//! the bill falls by.

mod estate;
mod hours;
mod judge;

use crate::common::hook::Hook;
use crate::common::inside::context;
use crate::common::seeds::seeds;
use chrono::{DateTime, TimeDelta, Utc};
use estate::{DAYS, Estate, drawn};
use hours::begin;
use judge::Told;
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::report;
use lamplighter_agent::sweep::{self, Context};
use lamplighter_core::record::Record;
use lamplighter_simulator::fleet::parse;
use lamplighter_simulator::world::Event;
use lamplighter_simulator::{Options, Simulator, start_with};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// A third as often as the default, so that a fortnight is soon over.
const STEP: TimeDelta = TimeDelta::minutes(15);

fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(DAYS)
}

async fn simulator(fleet: &Value) -> Simulator {
    let fleet = parse(&fleet.to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        manual_clock: true,
        start: Some(begin()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    start_with(fleet, options).await.expect("it starts")
}

/// What happens by hand until an instant.
async fn live(simulator: &Simulator, estate: &Estate, done: &mut i64, now: DateTime<Utc>) {
    let minute = (now - begin()).num_minutes();
    for (at, all) in estate.hands.range(*done..=minute) {
        simulator.advance_to(begin() + TimeDelta::minutes(*at));
        for (path, body) in all {
            let url = format!("{}/simulator/{path}", simulator.url());
            let sent = reqwest::Client::new().post(url).json(body).send().await;
            let status = sent.expect("an answer").status().as_u16();
            // What somebody wants may be refused: it is changing, or there is no quota.
            assert!(matches!(status, 200 | 204 | 400 | 409), "{path}: {status}");
        }
    }
    *done = minute + 1;
    simulator.advance_to(now);
}

fn costs(simulator: &Simulator) -> BTreeMap<String, Decimal> {
    let others = simulator.bill().others.into_iter();
    others
        .map(|other| (other.id.to_lowercase(), other.cost.expect("a price")))
        .collect()
}

async fn records(context: &Context) -> Vec<Record> {
    let read = context.ledger.records::<Record>(begin(), end()).await;
    read.expect("records").records
}

/// What truly happened, what owners were told, and of each resource what was saved and by how much its bill fell.
struct Fortnight {
    record: Vec<Event>,
    told: Vec<Told>,
    money: BTreeMap<String, (Decimal, Decimal)>,
    /// What would have happened without Lamplighter.
    without: Vec<Event>,
}

async fn play(estate: &Estate) -> Fortnight {
    let without = simulator(&estate.fleet).await;
    live(&without, estate, &mut 0, end()).await;
    let with = simulator(&estate.fleet).await;
    let hook = Hook::start().await;
    let kinds = ("KINDS", "instance,cluster,deployment,vm,aks");
    let mut context = context(&with, &with.url(), &[kinds, ("NOTICE_WEBHOOK", &hook.url)]);
    let (mut told, mut before): (Vec<Told>, Vec<Record>) = (Vec::new(), Vec::new());
    let (mut now, mut done) = (begin(), 0);
    let lost_at = begin() + TimeDelta::minutes(estate.lost_at);
    while now < end() {
        live(&with, estate, &mut done, now).await;
        if now >= lost_at && before.is_empty() {
            before = records(&context).await;
            context.ledger = Ledger::in_memory();
        }
        let swept = sweep::run(&context, &sweep::Options::at(now)).await;
        swept.expect("a sweep");
        let heard = hook.accepted().into_iter().skip(told.len());
        told.extend(heard.map(|body| Told {
            at: now,
            text: body["text"].as_str().unwrap_or_default().to_owned(),
        }));
        now += STEP;
    }
    live(&with, estate, &mut done, end()).await;
    before.extend(records(&context).await);
    let saved = report(&before, begin(), end(), end());
    let (first, last) = (costs(&without), costs(&with));
    let money = first.iter().map(|(id, cost)| {
        let own = saved.resources.get(id);
        let saved = own.map_or(Decimal::ZERO, |own| own.saved.value());
        (id.clone(), (saved, cost - last[id]))
    });
    Fortnight {
        record: with.record(),
        without: without.record(),
        told,
        money: money.collect(),
    }
}

#[tokio::test]
async fn whatever_the_seed_every_promise_holds_for_every_kind() {
    let (mut excused, mut saved, mut count) = (0, Decimal::ZERO, 0);
    for seed in seeds(1) {
        let estate = drawn(seed);
        let played = play(&estate).await;
        judge::nobody_was_stopped(seed, &played.record);
        for owned in &estate.owned {
            judge::nothing_was_undone(seed, owned, &played.record);
            excused += judge::everything_came_back(seed, owned, &played.record, &played.told);
        }
        let lost_for = end() - (begin() + TimeDelta::minutes(estate.lost_at));
        let unknowable = judge::raised_before_a_loss(&estate.owned, &played.without, lost_for);
        for (id, (own, fell)) in &played.money {
            let more = unknowable.get(id).copied().unwrap_or_default();
            assert!(
                *own <= fell + more,
                "seed {seed}: {id} saved {own}, and its bill fell by {fell}; {more} nobody can know"
            );
            saved += *own;
        }
        count += 1;
    }
    println!("{count} seeds: {saved} saved; {excused} that were not back were told of");
    // Else it proves nothing.
    assert!(saved > Decimal::from(100 * count) && excused >= count);
}
