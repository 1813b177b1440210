//! A year of a thousand resources: how long its report takes, from roll-ups of days and from
//! what months come to. Run by hand: `cargo bench --bench report`.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{Ledger, SWEEP_HISTORY_KEY};
use lamplighter_agent::report::{self, GroupBy, kept_months, rollup};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{
    Benefit, By, Cause, Closed, Ended, Interval, IntervalKind, Observation, OperationOutcome,
    OwnOperation, PricePerHour, Reason, Record, Resource, What,
};
use lamplighter_core::schedule::Power;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Instant;

const RESOURCES: usize = 1_000;
const DAYS: i64 = 365;

fn resource(number: usize) -> Resource {
    let (workspace, compute) = (format!("ws-{}", number / 20), format!("ci-{number}"));
    let group =
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg-data-science";
    let id = format!(
        "{group}/providers/microsoft.machinelearningservices/workspaces/{workspace}/computes/{compute}"
    );
    Resource {
        id,
        kind: Kind::Instance,
        name: compute,
        workspace,
        owner: Some(format!("person{}@example.org", number / 3)),
        vm_size: Some(["Standard_D4s_v3", "Standard_NC6s_v3"][number % 2].into()),
        location: Some("westeurope".into()),
        decided_in: None,
        billed_in: None,
        tags: BTreeMap::new(),
    }
}

/// A resource's day: started at eight, stopped at seven in the evening.
fn records(number: usize, morning: DateTime<Utc>) -> Vec<Record> {
    let resource = resource(number);
    let evening = morning + TimeDelta::hours(11);
    let observed_at = evening + TimeDelta::minutes(5);
    let id = |verb: &str, at: DateTime<Utc>| {
        format!("{}:{verb}:{}", resource.id, at.format("%Y%m%dT%H%M%S000Z"))
    };
    let (start, stop) = (id("start", morning), id("stop", evening));
    let before = format!("avoided:{}", id("stop", evening - TimeDelta::days(1)));
    let price = PricePerHour {
        amount: "0.251".parse().expect("a decimal"),
        currency: "USD".into(),
        source: "retail-prices".into(),
        fetched_at: evening - TimeDelta::minutes(evening.timestamp() / 60 % 1440),
        parts: Vec::new(),
    };
    let own = |id: &str, power, reason, at| OwnOperation {
        id: id.into(),
        power,
        reason,
        cause: at,
        requested_at: at,
        claimed_until: at,
        extra: false,
        value: None,
        from: None,
        settles_within: None,
        unneeded_start: None,
        text: None,
        accepted_at: Some(at),
        ended: None,
    };
    let observed = |power, since| Observation {
        state: if power == Power::On {
            "Running"
        } else {
            "Stopped"
        }
        .into(),
        power: Some(power),
        count: None,
        since,
        by: Some(By::Lamplighter),
        trigger: None,
        job: false,
        hold: None,
        schedule: Some("Mon-Fri 08:00-19:00 Europe/Lisbon".into()),
        holidays: None,
    };
    let interval = Interval {
        id: format!("avoided:{stop}"),
        kind: IntervalKind::Avoided,
        operation: stop.clone(),
        cause: Cause::Schedule,
        opened_at: observed_at,
        horizon: morning + TimeDelta::days(1),
        off_anyway: None,
        count: 1,
        vm_size: resource.vm_size.clone(),
        location: resource.location.clone(),
        price: Some(price),
        benefit: Benefit::None,
    };
    let answer = |own: &str, power| What::Answer {
        operation: own.into(),
        power,
        accepted: true,
        passing: false,
        why: None,
    };
    let ended = Ended {
        at: observed_at,
        how: OperationOutcome::Settled,
        why: None,
    };
    let closed = Closed {
        interval: before.clone(),
        kind: IntervalKind::Avoided,
        at: morning,
        why: "started by Lamplighter".into(),
    };
    let all = [
        (
            morning,
            format!("action:{start}"),
            What::Action {
                operation: own(&start, Power::On, Reason::ScheduleOn, morning),
            },
        ),
        (
            morning,
            format!("answer:{start}"),
            answer(&start, Power::On),
        ),
        (morning, format!("closed:{before}"), What::Closed { closed }),
        (
            morning,
            format!("observed:{}:a", resource.id),
            What::Observed {
                observation: observed(Power::On, morning),
            },
        ),
        (
            evening,
            format!("action:{stop}"),
            What::Action {
                operation: own(&stop, Power::Off, Reason::ScheduleOff, evening),
            },
        ),
        (evening, format!("answer:{stop}"), answer(&stop, Power::Off)),
        (
            observed_at,
            format!("settlement:{stop}"),
            What::Settlement {
                operation: stop.clone(),
                power: Power::Off,
                reason: Reason::ScheduleOff,
                ended,
            },
        ),
        (
            observed_at,
            format!("opened:avoided:{stop}"),
            What::Opened { interval },
        ),
        (
            observed_at,
            format!("observed:{}:b", resource.id),
            What::Observed {
                observation: observed(Power::Off, observed_at),
            },
        ),
    ];
    let record = |(at, id, what)| Record::new(id, at, Some(resource.clone()), what);
    all.into_iter().map(record).collect()
}

async fn fill(ledger: &Ledger, begin: DateTime<Utc>) {
    for day in 0..DAYS {
        let begin = begin + TimeDelta::days(day);
        let mut all: Vec<Record> = (0..24)
            .map(|hour| {
                let (id, at) = (
                    format!("sweep:{day}:{hour}"),
                    begin + TimeDelta::hours(hour),
                );
                let summary = json!({"dry_run": false, "unseen": []});
                Record::new(id, at, None, What::Sweep { summary })
            })
            .collect();
        let morning = begin + TimeDelta::hours(8);
        all.extend((0..RESOURCES).flat_map(|number| records(number, morning)));
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        rollup::write(ledger, begin.date_naive(), &all)
            .await
            .expect("a roll-up");
        // The day is known by its folder; its records are not read.
        let first = &all[0];
        ledger
            .append(first.at, &first.id, first)
            .await
            .expect("a record");
    }
}

fn show(what: &str, seconds: f64, limit: f64) {
    let ratio = seconds / limit;
    println!("{what:<44}{seconds:>10.3} s{limit:>8} s{ratio:>8.2}");
}

/// The best time of so many in which a report is opened and computed.
async fn measure(
    ledger: &Ledger,
    (begin, end): (DateTime<Utc>, DateTime<Utc>),
    times: usize,
) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..times {
        let begun = Instant::now();
        let known = report::read_sums(ledger, (begin, end), end + TimeDelta::days(8)).await;
        let report = known.expect("read").report(GroupBy::Workspace);
        best = best.min(begun.elapsed().as_secs_f64());
        assert_eq!(report.total.stops, RESOURCES * DAYS as usize);
        assert!(report.total.figures.saved_seconds > 0);
    }
    best
}

fn main() {
    let folder = std::env::temp_dir().join(format!("lamplighter-bench-{:x}", fastrand::u64(..)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let ledger = Ledger::scratch(&folder).await.expect("a ledger");
        let begin: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().expect("a time");
        fill(&ledger, begin).await;
        let end = begin + TimeDelta::days(DAYS);
        let loaded = ledger.load_or_begin_anew::<Value>(SWEEP_HISTORY_KEY).await;
        let (_, version, _) = loaded.expect("nothing yet");
        let swept = json!({"last": {"at": end}});
        let saved = ledger.save(SWEEP_HISTORY_KEY, &swept, &version).await;
        saved.expect("saved");
        println!(
            "{:<44}{:>12}{:>10}{:>8}",
            format!("{RESOURCES} resources, {DAYS} days"),
            "best",
            "limit",
            "ratio"
        );
        let by_days = measure(&ledger, (begin, end), 1).await;
        show("report, from roll-ups of days", by_days, 4.0);
        let begun = Instant::now();
        let kept = kept_months::keep_months(&ledger, end + TimeDelta::days(8), &|| true).await;
        assert_eq!(kept.expect("kept").len(), 12);
        show(
            "a sweep's part: a month's sums",
            begun.elapsed().as_secs_f64() / 12.0,
            30.0,
        );
        let by_months = measure(&ledger, (begin, end), 5).await;
        show("report, from what months come to", by_months, 0.36);
    });
    let _ = std::fs::remove_dir_all(&folder);
}
