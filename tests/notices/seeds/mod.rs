//! Evenings in which every channel fails in every way, people start what was stopped, jobs run, and sweeps come twice at
//! once: nobody is stopped without the whole notice, no job and no start by hand is undone, the ledger says what the
//! services heard, and no service hears a thing twice.

mod services;

use crate::common::inside::context;
use crate::common::seeds::seeds;
use crate::common::world::{World, at, fleet, instance};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::sweep;
use lamplighter_core::record::{Record, ToldOutcome, What};
use lamplighter_core::schedule::Power;
use lamplighter_simulator::world as simulated;
use serde_json::{Value, json};
use services::{CHANNELS, FAULTS, Fault, Heard, Shared, services};
use std::collections::{BTreeMap, BTreeSet};

/// What services know instances by: names that stand in no other text.
const NAMES: [&str; 6] = ["quokka", "wombat", "dingo", "numbat", "bilby", "potoroo"];
const NOTICES: [i64; 4] = [5, 15, 30, 60];
const STEP: TimeDelta = TimeDelta::minutes(5);

fn settings(url: &str, random: &mut fastrand::Rng, every: bool) -> Vec<(&'static str, String)> {
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
    let some = random.usize(1..=6);
    all.truncate(if every { 6 } else { some });
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

/// What the tags of an instance come to.
struct Tags {
    /// How long before a stop its owner wants to hear.
    notice: TimeDelta,
    /// The end of its window.
    end: DateTime<Utc>,
    /// How long a start by hand outside its window stands: the lease, or its longest uptime.
    stands: TimeDelta,
}

type Wanted = BTreeMap<&'static str, Tags>;

fn instances(random: &mut fastrand::Rng) -> (Value, Wanted) {
    let mut wanted = Wanted::new();
    let all = NAMES.map(|name| {
        let minutes = NOTICES[random.usize(0..NOTICES.len())];
        let end = 18 + random.u8(0..3);
        let mut tags = json!({
            "lamp-schedule": format!("Mon-Fri 08:00-{end}:00 UTC"),
            "lamp-notice": format!("{minutes}m"),
            "owner": format!("o{}@example.org", random.u8(0..3)),
        });
        if random.u8(0..4) == 0 {
            tags["lamp-max-uptime"] = "2h".into();
        }
        let short = tags["lamp-max-uptime"].is_string();
        let all = Tags {
            notice: TimeDelta::minutes(minutes),
            end: at(&format!("23T{end}:00")),
            stands: TimeDelta::hours(if short { 2 } else { 4 }),
        };
        wanted.insert(name, all);
        instance(name, tags)
    });
    (json!(all), wanted)
}

/// What happens to a service for a while.
fn trouble(random: &mut fastrand::Rng, services: &Shared) {
    let mut services = services.lock().expect("no panic");
    let (channel, _) = CHANNELS[random.usize(0..CHANNELS.len())];
    let wait = random.u64(1..4_000);
    match random.usize(0..8) {
        n @ 0..=4 => services.faults.insert(channel, (FAULTS[n % 4], wait)),
        _ => services.faults.remove(channel),
    };
}

/// In these evenings there is every channel, and one of them hangs once: it takes real seconds.
fn hanging(seed: u64) -> Option<&'static str> {
    let (turn, hangs) = (seed / 4, seed.is_multiple_of(4));
    hangs.then(|| CHANNELS[turn as usize % CHANNELS.len()].0)
}

/// What an evening left behind.
struct Evening {
    wanted: Wanted,
    heard: Vec<Heard>,
    records: Vec<Record>,
    /// When somebody started an instance.
    started: Vec<(String, DateTime<Utc>)>,
    met: BTreeSet<(&'static str, Fault)>,
    /// Jobs that were killed by a stop of ours.
    killed: usize,
    jobs: usize,
}

async fn evening(seed: u64) -> Evening {
    let mut random = fastrand::Rng::with_seed(seed);
    let (instances, wanted) = instances(&mut random);
    let world = World::new(fleet(instances, &[])).await;
    let (services, url, server) = services(seed).await;
    let given = settings(&url, &mut random, hanging(seed).is_some());
    let given: Vec<(&str, &str)> = given.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let context = context(&world.simulator, &world.simulator.url(), &given);
    let (mut now, mut jobs, mut started) = (at("23T17:00"), 0, Vec::new());
    while now < at("24T01:00") {
        world.simulator.advance_to(now);
        services.lock().expect("no panic").now = now;
        if random.u8(0..3) == 0 {
            trouble(&mut random, &services);
        }
        if let Some(channel) = hanging(seed).filter(|_| now == at("23T20:00")) {
            let mut services = services.lock().expect("no panic");
            services.faults.insert(channel, (Fault::Hang, 0));
        }
        if random.u8(0..6) == 0 {
            let name = NAMES[random.usize(0..NAMES.len())];
            let stopped = world.state(&format!("w/{name}")) == "Stopped";
            if stopped {
                world.hand(&format!("w/{name}"), "start").await;
                started.push((name.to_owned(), now));
            }
        }
        if random.u8(0..10) == 0 {
            let on = format!("w/{}", NAMES[random.usize(0..NAMES.len())]);
            let job = json!({"instance": on, "name": "run", "lastsSeconds": random.u32(60..3_600)});
            world.post("jobs", job).await;
            jobs += 1;
        }
        let options = sweep::Options::at(now);
        let one = sweep::run(&context, &options);
        if random.u8(0..6) == 0 {
            // A second copy, at the same instant.
            let (one, other) = futures::join!(one, sweep::run(&context, &options));
            one.and(other).expect("two sweeps");
        } else {
            one.await.expect("a sweep");
        }
        if random.u8(0..24) == 0 {
            services.lock().expect("no panic").faults.clear();
        }
        now += STEP;
    }
    server.abort();
    let killed = world.simulator.record().into_iter().filter(|event| {
        matches!(&event.what, simulated::What::JobKilled { by, .. } if matches!(by, simulated::By::Api { .. }))
    });
    let killed = killed.count();
    let read = context.ledger.records(at("01T00:00"), at("30T00:00")).await;
    let mut services = services.lock().expect("no panic");
    Evening {
        wanted,
        heard: std::mem::take(&mut services.heard),
        records: read.expect("records").records,
        started,
        met: std::mem::take(&mut services.met),
        killed,
        jobs,
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
        let (mut stops, mut acted) = (0, BTreeSet::new());
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
                heard.at <= stop - self.wanted[name].notice
                    && run.is_none_or(|run| heard.at >= run)
                    && announced.is_some_and(|at| at <= stop)
            });
            assert!(whole, "seed {seed}: {name} at {stop} without its notice");
            let tags = &self.wanted[name];
            let stood = |run: DateTime<Utc>| {
                stop - run >= tags.stands || (run < tags.end && tags.end <= stop)
            };
            assert!(
                run.is_none_or(stood),
                "seed {seed}: {name}, started by hand at {run:?}, was stopped at {stop}"
            );
            let once = acted.insert((name, stop));
            assert!(once, "seed {seed}: {name} twice at {stop}");
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
    let (mut stops, mut heard, mut failed, mut jobs, mut count) = (0, 0, 0, 0, 0);
    let mut met = BTreeSet::new();
    for seed in seeds(20) {
        let evening = evening(seed).await;
        stops += evening.check_stops(seed);
        heard += evening.check_ledger(seed);
        evening.check_once(seed);
        assert_eq!(evening.killed, 0, "seed {seed}");
        failed += evening.heard.iter().filter(|one| !one.accepted).count();
        jobs += evening.jobs;
        met.extend(evening.met);
        count += 1;
    }
    println!(
        "{count} seeds: {stops} stops, {jobs} jobs, {heard} notices accepted, {failed} posts refused"
    );
    // Else it proves nothing: every channel has met every fault.
    assert!(stops > 5 * count && heard > 10 * count && failed > 5 * count && jobs > 5 * count);
    for (channel, _) in CHANNELS {
        for fault in FAULTS {
            assert!(
                met.contains(&(channel, fault)),
                "{channel} never met {fault:?}"
            );
        }
    }
    let hung = met.iter().filter(|(_, fault)| *fault == Fault::Hang);
    assert!(hung.count() > 2, "{met:?}");
}
