//! A day of two hundred thousand records: how long it takes, and how much memory, to report it while it is today, to roll
//! it up and seal it when it is over, and to report it then. Run by hand: `cargo bench --bench day`.

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::{self, GroupBy, rollup};
use lamplighter_core::record::Record;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

const RESOURCES: usize = 10_000;
/// Of each resource.
const RECORDS: usize = 20;
const HOURS: i64 = 24;
const SIZES: [&str; 3] = ["Standard_D4s_v3", "Standard_NC6s_v3", "Standard_E8s_v3"];

fn midnight() -> DateTime<Utc> {
    "2026-11-23T00:00:00Z".parse().expect("a time")
}

fn workspace(number: usize) -> String {
    let group = format!("rg-team-{}", number / 200);
    format!(
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/{group}/providers\
         /microsoft.machinelearningservices/workspaces/mlw-team-{}",
        number / 50
    )
}

fn resource(number: usize) -> Value {
    json!({
        "id": format!("{}/computes/ci-person-{number}", workspace(number)), "kind": "instance",
        "name": format!("ci-person-{number}"), "workspace": format!("mlw-team-{}", number / 50),
        "owner": format!("person.{}@example.org", number / 2), "location": "westeurope",
        "vm_size": SIZES[number % SIZES.len()],
        "tags": {"cost-center": format!("cc-{}", number / 500)},
    })
}

/// A resource's records, as they come.
struct Told {
    resource: Value,
    records: Vec<Record>,
}

impl Told {
    fn id(&self) -> &str {
        self.resource["id"].as_str().expect("a text")
    }

    fn tell(&mut self, (kind, of, at): (&str, &str, DateTime<Utc>), what: Value) {
        let mut record = json!({
            "schema": 1, "id": format!("{kind}:{of}"), "at": at, "resource": self.resource, "record": kind,
        });
        let fields = what.as_object().expect("fields").clone();
        record.as_object_mut().expect("fields").extend(fields);
        let record = serde_json::from_value(record);
        self.records.push(record.expect("a record"));
    }

    fn decided(&mut self, at: DateTime<Utc>, action: &str, reason: &str, text: &str) {
        let of = format!("{}:{}", self.id(), at.format("%Y%m%dT%H%M%S000Z"));
        let what = json!({
            "action": action, "reason": reason, "text": text, "zone": "Europe/Lisbon", "dry_run": false,
            "evidence": ["sessions: none since 10:40", "cpu: 3 % at most since 10:45"],
        });
        self.tell(("decision", &of, at), what);
    }

    fn observed(&mut self, at: DateTime<Utc>, power: &str, by: &str) {
        let of = format!("{}:{}", self.id(), at.format("%Y%m%dT%H%M%S000Z"));
        let state = if power == "on" { "Running" } else { "Stopped" };
        let what = json!({"observation": {
            "state": state, "power": power, "since": at - TimeDelta::minutes(3), "by": by,
            "schedule": "Mon-Fri 08:00-19:00 Europe/Lisbon",
        }});
        self.tell(("observed", &of, at), what);
    }

    /// The operation's id.
    fn operated(&mut self, at: DateTime<Utc>, (power, reason): (&str, &str)) -> String {
        let verb = if power == "on" { "start" } else { "stop" };
        let id = format!("{}:{verb}:{}", self.id(), at.format("%Y%m%dT%H%M%S000Z"));
        let settled = at + TimeDelta::minutes(5);
        self.decided(at, verb, reason, "as its tags have it since 19:00 WET");
        let operation = json!({
            "id": id, "power": power, "reason": reason, "cause": at, "requested_at": at, "claimed_until": settled,
        });
        self.tell(("action", &id, at), json!({ "operation": operation }));
        let answer = json!({"operation": id, "power": power, "accepted": true});
        self.tell(("answer", &id, at), answer);
        let ended = json!({"at": settled, "how": "settled"});
        let settlement = json!({"operation": id, "power": power, "reason": reason, "ended": ended});
        self.tell(("settlement", &id, settled), settlement);
        self.observed(settled, power, "lamplighter");
        id
    }

    fn opened(&mut self, at: DateTime<Utc>, stop: &str) -> String {
        let id = format!("avoided:{stop}");
        let price = json!({
            "amount": "0.251", "currency": "USD", "source": "retail-prices", "fetched_at": midnight(),
        });
        let interval = json!({
            "id": id, "kind": "avoided", "operation": stop, "cause": "schedule", "opened_at": at,
            "horizon": at + TimeDelta::hours(13), "vm_size": self.resource["vm_size"], "location": "westeurope",
            "price": price,
        });
        self.tell(("opened", &id, at), json!({ "interval": interval }));
        id
    }

    fn closed(&mut self, at: DateTime<Utc>, interval: &str) {
        let closed = json!({"interval": interval, "kind": "avoided", "at": at, "why": "Start by somebody else"});
        self.tell(("closed", interval, at), json!({ "closed": closed }));
    }

    /// What was seen of its use on the day before.
    fn used(&mut self, (first, second): (DateTime<Utc>, DateTime<Utc>)) {
        let (first, second) = (first - TimeDelta::days(1), second - TimeDelta::days(1));
        let hours = TimeDelta::hours(3);
        let seen = json!({
            "day": first.date_naive(), "cpu_load": 640,
            "changes": [
                {"at": first, "power": "on", "by": "lamplighter"}, {"at": second, "power": "on", "by": "person"},
            ],
            "work": [
                {"from": first, "to": first + hours, "source": "metrics"},
                {"from": second, "to": second + hours, "source": "metrics"},
            ],
            "quiet": [{"from": first + hours, "to": second}],
        });
        let of = format!("{}:{}", self.id(), first.format("%Y%m%d"));
        self.tell(("use", &of, midnight() + hours), json!({ "seen": seen }));
    }
}

/// Started in the morning, stopped at noon as nobody used it, started again by somebody, stopped in the evening.
fn day(number: usize) -> Vec<Record> {
    let mut told = Told {
        resource: resource(number),
        records: Vec::new(),
    };
    let spread = TimeDelta::seconds(number as i64 % 900);
    let at = |hour| midnight() + TimeDelta::hours(hour) + spread;
    let seen = |at: DateTime<Utc>| at + TimeDelta::minutes(5);
    let last_night = at(-5).format("%Y%m%dT%H%M%S000Z").to_string();
    let last_night = format!("avoided:{}:stop:{last_night}", told.id());
    told.operated(at(8), ("on", "schedule-on"));
    told.closed(at(8), &last_night);
    let noon = told.operated(at(12), ("off", "idle"));
    let noon = told.opened(seen(at(12)), &noon);
    told.closed(at(14), &noon);
    told.used((at(8), at(14)));
    let evening = told.operated(at(19), ("off", "schedule-off"));
    told.opened(seen(at(19)), &evening);
    assert_eq!(told.records.len(), RECORDS);
    told.records
}

fn sweep(hour: i64) -> Record {
    let record = json!({
        "schema": 1, "id": format!("sweep:hour:{hour}"), "at": midnight() + TimeDelta::hours(hour), "record": "sweep",
        "summary": {"dry_run": false, "unseen": []},
    });
    serde_json::from_value(record).expect("a record")
}

async fn fill(folder: &Path) {
    let ledger = Ledger::scratch(folder).await.expect("a ledger");
    let all = (0..RESOURCES).flat_map(day).chain((0..HOURS).map(sweep));
    let written = futures::stream::iter(all)
        .map(Ok)
        .try_for_each_concurrent(16, |record| {
            let ledger = &ledger;
            async move {
                let written = ledger.append(record.at, &record.id, &record).await;
                written.map(|_| ())
            }
        });
    written.await.expect("records");
}

/// The most memory that this process ever had, in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

/// The parts that are measured, in this order, each in a process of its own.
const PARTS: [(&str, &str); 4] = [
    ("today", "report, while it is today"),
    ("roll-up", "rolled up by a sweep"),
    ("seal", "sealed by a sweep"),
    ("past", "report, when it is over"),
];

async fn report(ledger: &Ledger, now: DateTime<Utc>) {
    let known = report::read_sums(ledger, (now - TimeDelta::days(30), now), now).await;
    let report = known.expect("read").report(GroupBy::Workspace);
    assert_eq!(
        (report.total.stops, report.total.starts),
        (2 * RESOURCES, RESOURCES)
    );
    assert!(report.total.figures.saved_seconds > 0);
    assert!(!report::table(&report, None).before.is_empty());
}

async fn measure(folder: &Path, part: &str) {
    let tonight = midnight() + TimeDelta::hours(23);
    let later = midnight() + TimeDelta::hours(49);
    let (_, words) = PARTS
        .iter()
        .find(|(name, _)| *name == part)
        .expect("a part");
    let ledger = Ledger::scratch(folder).await.expect("a ledger");
    let begun = Instant::now();
    match part {
        "today" => report(&ledger, tonight).await,
        "past" => report(&ledger, later).await,
        "seal" => {
            let sealed = ledger.seal(later).await.expect("sealed");
            let records = RESOURCES * RECORDS + HOURS as usize;
            assert_eq!(sealed.map(|seal| seal.records), Some(records));
        }
        _ => {
            let rolled = rollup::roll_up(&ledger, later).await.expect("rolled up");
            assert_eq!(rolled, Some(midnight().date_naive()));
        }
    }
    let (seconds, memory) = (begun.elapsed().as_secs_f64(), peak());
    println!("{words:<32}{seconds:>10.2} s{memory:>10.1} MiB");
}

/// With arguments: a part, of a ledger that another process has made, so that the memory is its own.
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let given = std::env::args().skip(1);
    let given: Vec<String> = given.filter(|one| !one.starts_with('-')).collect();
    if let [folder, part] = &given[..] {
        runtime.block_on(measure(folder.as_ref(), part));
        return;
    }
    let folder = std::env::temp_dir().join(format!("lamplighter-bench-{:x}", fastrand::u64(..)));
    runtime.block_on(fill(&folder));
    let records = RESOURCES * RECORDS + HOURS as usize;
    println!("{RESOURCES} resources, {records} records; the limit of a report: 1 s and 64 MiB");
    let this = std::env::current_exe().expect("this program");
    let run = |(part, _): (&str, &str)| {
        let mut command = std::process::Command::new(&this);
        let done = command.arg(&folder).arg(part).status();
        done.expect("it runs").success()
    };
    let all = PARTS.into_iter().all(run);
    let derived = |name: &str| folder.join(format!("derived/{name}/2026-11-23.json"));
    for name in ["days", "shown"] {
        let size = std::fs::metadata(derived(name)).map_or(0, |of| of.len());
        println!(
            "derived/{name:<24}{:>22.1} MiB",
            size as f64 / 1024.0 / 1024.0
        );
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(all);
}
