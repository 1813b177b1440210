//! Twenty fortnights of people with every habit, swept every ten minutes: nobody's work is ever ended where evidence
//! could show it, and forgotten machines go out in time.

use super::*;
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter::azure::{Arm, Config, Metrics, MetricsConfig, Pace};
use lamplighter::ledger::Ledger;
use lamplighter::settings::Settings;
use lamplighter::simulator::fleet::parse;
use lamplighter::simulator::world::{Act, By, Event, What};
use lamplighter::simulator::{Options, Simulator, start_with};
use lamplighter::sweep::{self, Context};
use std::sync::Arc;

const DAYS: i64 = 14;
const STEP: TimeDelta = TimeDelta::minutes(10);
const IDLE: TimeDelta = TimeDelta::minutes(60);

/// What there is to see work by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// No Lamplighter at all.
    Nobody,
    /// Azure's own timer, set from the tags; neither metrics nor beacons.
    Timer,
    Metrics,
    Beacons,
}

/// People who work in notebooks, terminals, VS Code, by SSH, in tmux, in jobs, or not at all; one machine each, and one
/// for two.
fn people(seed: u64, sight: Sight) -> Value {
    let names = [
        "notebook",
        "vscode",
        "terminal",
        "ssh",
        "quiet-ssh",
        "tmux",
        "tmux-run",
        "quiet-run",
        "kernel-run",
        "job",
        "two",
        "nobody",
        "sometimes",
    ];
    let machine = |name: &&str| {
        let mut machine = idle(
            name,
            json!({
            "beacon": sight == Sight::Beacons,
            }),
        );
        if matches!(*name, "nobody" | "sometimes") {
            machine["tags"]["lamp-schedule"] = json!("Mon-Fri 08:00-19:00 UTC");
        }
        if sight == Sight::Nobody {
            machine["tags"] = json!({});
        }
        machine
    };
    let mut fleet = fleet(json!(names.iter().map(machine).collect::<Vec<_>>()), &[]);
    fleet["seed"] = json!(seed);
    let sees = if sight == Sight::Metrics {
        "machines"
    } else {
        "nothing"
    };
    fleet["metrics"] = json!({"sees": sees, "lateMinutes": 3});
    let person = |name: &str, machine: &str, more: Value| {
        let mut person = json!({
            "name": name, "zone": "UTC", "machines": [format!("w/{machine}")],
            "arrives": "08:00-10:30", "leaves": "15:30-19:00", "forgets": 1, "absent": 0.1, "worksLate": 0.2,
        });
        person
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        person
    };
    let run = |name: &str, runs_in: &str, load: &str| {
        json!({
            "arrives": "09:00-10:00", "leaves": "11:00-12:00", "worksIn": "ssh",
            "jobs": [{"name": name, "machine": format!("w/{name}"), "at": "10:30-10:59", "lasts": "3h-20h",
                "runsIn": runs_in, "load": load, "chance": 0.7}],
        })
    };
    fleet["people"] = json!([
        person("ana", "notebook", json!({})),
        person("ben", "vscode", json!({"worksIn": "vscode"})),
        person("cleo", "terminal", json!({"worksIn": "terminal"})),
        person("dora", "ssh", json!({"worksIn": "ssh"})),
        person(
            "emil",
            "quiet-ssh",
            json!({"worksIn": "ssh", "load": "light"})
        ),
        person("fay", "tmux", json!({"worksIn": "tmux"})),
        person("gus", "tmux-run", run("tmux-run", "tmux", "busy")),
        person("hal", "quiet-run", run("quiet-run", "tmux", "light")),
        person("ida", "kernel-run", run("kernel-run", "notebook", "busy")),
        person("jon", "job", run("job", "job", "busy")),
        person("kim", "two", json!({"leaves": "12:00-13:00"})),
        person(
            "lou",
            "two",
            json!({"arrives": "13:30-14:30", "worksIn": "ssh", "leaves": "18:00-19:30"})
        ),
        person("max", "sometimes", json!({"absent": 0.5, "starts": false})),
    ]);
    fleet
}

/// Tokens of one simulator: a test runs several at once, and the environment names only one.
#[derive(Debug)]
struct Tokens {
    endpoint: String,
    client: reqwest::Client,
}

#[async_trait]
impl TokenCredential for Tokens {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let resource = scopes[0].trim_end_matches("/.default");
        let url = format!(
            "{}?api-version=2019-08-01&resource={resource}",
            self.endpoint
        );
        let asked = self
            .client
            .get(url)
            .header("X-IDENTITY-HEADER", "simulator");
        let answer: Value = asked
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let token = answer["access_token"]
            .as_str()
            .expect("a token")
            .to_string();
        let expires: i64 = answer["expires_on"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a time");
        let expires =
            azure_core::time::OffsetDateTime::from_unix_timestamp(expires).expect("a time");
        Ok(AccessToken::new(Secret::new(token), expires))
    }
}

async fn context(simulator: &Simulator, folder: &Folder, beacons: Option<&Folder>) -> Context {
    let url = simulator.url();
    let settings = Settings::from_lookup(|name| match name {
        "ARM_ENDPOINT" | "PRICES_ENDPOINT" => Some(url.clone()),
        "METRICS_ENDPOINT" => Some(format!("{url}/metrics-host/{{region}}")),
        "BEACONS" => beacons.map(|folder| folder.text().to_string()),
        _ => None,
    });
    let settings = settings.expect("settings");
    let ledger = Ledger::scratch(&folder.0).await.expect("a ledger");
    let tokens = Arc::new(Tokens {
        endpoint: simulator.identity_endpoint(),
        client: reqwest::Client::new(),
    });
    let arm = Config {
        arm_endpoint: settings.arm_endpoint.clone(),
        api_version: settings.arm_api_version.clone(),
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: None,
        pace: Pace::Unbounded,
        scope: None,
    };
    let metrics = MetricsConfig {
        endpoint: settings.metrics_endpoint.clone(),
        request_timeout: settings.request_timeout,
        concurrency: settings.concurrency,
        client_id: None,
    };
    let mut context = Context::with_ledger(settings, ledger, Pace::Unbounded).expect("a context");
    context.arm = Arm::new(arm, tokens.clone()).expect("a client");
    context.metrics = Metrics::new(metrics, tokens);
    context
}

/// A stretch in which somebody or something was at work.
#[derive(Clone, Debug)]
struct Use {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    kind: String,
    light: bool,
}

/// What truly happened to one machine.
struct Life {
    name: String,
    uses: Vec<Use>,
    /// When it ran.
    ran: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Life {
    /// The stretches in which it ran and nobody used it.
    fn forgotten(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut stretches = Vec::new();
        for (from, to) in &self.ran {
            let mut at = *from;
            let mut uses: Vec<&Use> = self
                .uses
                .iter()
                .filter(|one| one.to > *from && one.from < *to)
                .collect();
            uses.sort_by_key(|one| one.from);
            for one in uses {
                if one.from > at {
                    stretches.push((at, one.from));
                }
                at = at.max(one.to);
            }
            if *to > at {
                stretches.push((at, *to));
            }
        }
        stretches
    }

    fn forgotten_hours(&self) -> f64 {
        let seconds = self
            .forgotten()
            .iter()
            .map(|(from, to)| (*to - *from).num_seconds())
            .sum::<i64>();
        seconds as f64 / 3600.0
    }
}

/// One fortnight: what happened, and how each machine lived.
struct Fortnight {
    events: Vec<Event>,
    lives: Vec<Life>,
}

async fn play(seed: u64, sight: Sight) -> Fortnight {
    let fleet =
        parse(&people(seed, sight).to_string(), "test").unwrap_or_else(|error| panic!("{error}"));
    let beacons = (sight == Sight::Beacons).then(Folder::new);
    let options = Options {
        manual_clock: true,
        start: Some(at("23T00:00")),
        beacons: beacons.as_ref().map(|folder| folder.0.clone()),
        identity_header: Some("simulator".into()),
        ..Options::default()
    };
    let simulator = start_with(fleet, options)
        .await
        .expect("the simulator starts");
    let ledger = Folder::new();
    let context = context(&simulator, &ledger, beacons.as_ref()).await;
    let (mut now, end) = (at("23T00:00"), at("23T00:00") + TimeDelta::days(DAYS));
    while now < end && sight != Sight::Nobody {
        simulator.advance_to(now);
        let options = sweep::Options {
            now,
            dry_run: false,
            wait: false,
            id: None,
        };
        let summary = sweep::run(&context, &options).await.expect("a sweep");
        assert_eq!(summary.problems, [] as [String; 0], "{now}");
        now += STEP;
    }
    simulator.advance_to(end);
    let used: Value = reqwest::get(format!("{}/simulator/use", simulator.url()))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let time = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a time")
    };
    let life = |machine: &Value| Life {
        name: machine["machine"].as_str().expect("a name").to_string(),
        uses: machine["uses"]
            .as_array()
            .expect("uses")
            .iter()
            .map(|one| Use {
                from: time(&one["from"]),
                to: time(&one["to"]),
                kind: one["kind"].as_str().expect("a kind").to_string(),
                light: one["load"] == "light",
            })
            .collect(),
        ran: machine["ran"]
            .as_array()
            .expect("ran")
            .iter()
            .map(|one| (time(&one["from"]), time(&one["to"])))
            .collect(),
    };
    Fortnight {
        events: simulator.record(),
        lives: used["machines"]
            .as_array()
            .expect("machines")
            .iter()
            .map(life)
            .collect(),
    }
}

impl Fortnight {
    /// Every accepted stop with who did it, and what was at work on the machine at that moment.
    fn stops(&self) -> Vec<(&Event, &By, Vec<Use>)> {
        let stops = self.events.iter().filter_map(|event| match &event.what {
            What::Requested {
                act: Act::Stop,
                by,
                during,
                ..
            } => Some((event, by, during)),
            _ => None,
        });
        let with_uses = stops.map(|(event, by, during)| {
            let life = self.lives.iter().find(|life| life.name == event.machine);
            let uses = life.into_iter().flat_map(|life| &life.uses);
            // Work goes on until the machine is out.
            let there = uses
                .filter(|one| one.from <= event.at && one.to > event.at)
                .cloned();
            (
                event,
                by,
                if during.is_empty() {
                    Vec::new()
                } else {
                    there.collect()
                },
            )
        });
        with_uses.collect()
    }

    fn forgotten_hours(&self) -> f64 {
        self.lives.iter().map(Life::forgotten_hours).sum()
    }
}

/// What evidence could show of work when a stop came at `at`.
fn could_show(sight: Sight, work: &Use, at: DateTime<Utc>) -> bool {
    let age = at - work.from;
    match sight {
        Sight::Nobody | Sight::Timer => work.kind == "job",
        // Samples are three minutes late, and somebody busy has a burst in every ten.
        Sight::Metrics => work.kind == "job" || !work.light && age > TimeDelta::minutes(14),
        // A login and the start of a tmux run are told at once, the rest within five minutes.
        Sight::Beacons => {
            matches!(work.kind.as_str(), "job" | "ssh" | "tmux" | "terminal")
                || age > TimeDelta::minutes(5)
        }
    }
}

fn check(seed: u64, sight: Sight, fortnight: &Fortnight) {
    let mut ours = 0;
    for (event, by, work) in fortnight.stops() {
        let azure = *by == By::IdleTimer;
        let us = matches!(by, By::Api { .. });
        ours += usize::from(us);
        for one in work.iter().filter(|_| us || azure) {
            let seen = could_show(sight, one, event.at);
            // What Azure's own timer does without any evidence of ours is its own doing.
            let blame = us || matches!(sight, Sight::Metrics | Sight::Beacons);
            assert!(
                !(seen && blame),
                "seed {seed}, {sight:?}: {} put out at {} by {by:?} while at work: {one:?}",
                event.machine,
                event.at
            );
        }
    }
    match sight {
        Sight::Timer => {
            // Only the two with a schedule may be put out by us at all.
            for (event, by, _) in fortnight.stops() {
                let scheduled = matches!(event.machine.as_str(), "w/nobody" | "w/sometimes");
                assert!(
                    scheduled || !matches!(by, By::Api { .. }),
                    "seed {seed}: {event:?}"
                );
            }
        }
        Sight::Metrics | Sight::Beacons => {
            assert!(ours > 20, "seed {seed}, {sight:?}: only {ours} stops");
            in_time(seed, sight, fortnight);
        }
        Sight::Nobody => {}
    }
}

/// Nobody's machine stays on longer than its idle time and two sweeps, and the minute and a half that a stop takes.
/// Metrics show light work as none, so what looks forgotten to them may begin within it.
fn in_time(seed: u64, sight: Sight, fortnight: &Fortnight) {
    let most = IDLE + STEP * 2 + TimeDelta::seconds(90);
    for life in &fortnight.lives {
        for (from, to) in life.forgotten() {
            assert!(
                to - from <= most,
                "seed {seed}, {sight:?}: {} was forgotten from {from} to {to}",
                life.name
            );
        }
    }
}

/// Forgotten hours without us, and with each sight.
async fn fortnight(seed: u64) -> [f64; 4] {
    let mut hours = [0.0; 4];
    for (place, sight) in [Sight::Nobody, Sight::Timer, Sight::Metrics, Sight::Beacons]
        .into_iter()
        .enumerate()
    {
        let fortnight = play(seed, sight).await;
        check(seed, sight, &fortnight);
        hours[place] = fortnight.forgotten_hours();
    }
    hours
}

#[test]
fn twenty_fortnights_end_nobodys_work_and_find_the_forgotten() {
    let seeds = std::sync::Mutex::new(1..=20);
    let sums = std::sync::Mutex::new([0.0; 4]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let runtime = runtime.expect("a runtime");
                loop {
                    let Some(seed) = seeds.lock().expect("seeds").next() else {
                        return;
                    };
                    let hours = runtime.block_on(fortnight(seed));
                    let mut sums = sums.lock().expect("sums");
                    sums.iter_mut()
                        .zip(hours)
                        .for_each(|(sum, hours)| *sum += hours);
                }
            });
        }
    });
    let [nobody, timer, metrics, beacons] = *sums.lock().expect("sums");
    let caught = |hours: f64| 100.0 * (nobody - hours) / nobody;
    println!(
        "forgotten machine-hours without Lamplighter: {nobody:.0}; caught with Azure's timer only {:.1} %, \
          with metrics {:.1} %, with beacons {:.1} %",
        caught(timer),
        caught(metrics),
        caught(beacons)
    );
    assert!(caught(beacons) > 60.0 && caught(metrics) > 60.0);
}
