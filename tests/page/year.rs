//! A year of two hundred instances in a ledger: most of it rolled up, the last weeks as records, and the saved state.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::rollup;
use lamplighter_core::kinds::Kind;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers};
use lamplighter_core::record::{
    Action, Benefit, By, Cause, Closed, Ended, Interval, IntervalKind, Observation, ObservedHold,
    OperationOutcome, OwnOperation, PricePerHour, Reason, Record, Resource, ResourceState, What,
    WorkspaceState,
};
use lamplighter_core::schedule::Power;
use std::path::Path;

const INSTANCES: usize = 200;
/// The last days as records; those before are rolled up.
const RECORDED: i64 = 2;
/// Of so many days the page shows single records.
const SHOWN: i64 = 16;

fn now() -> DateTime<Utc> {
    "2026-11-23T18:00:00Z".parse().expect("a time")
}

fn workspace(number: usize) -> String {
    format!(
        "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices/workspaces/ws-{}",
        number / 20
    )
}

fn resource(number: usize) -> Resource {
    let name = match number {
        3 => "\u{202e}gnp.exe".to_string(),
        _ => format!("instance-{number}"),
    };
    let owner = match number {
        4 => "<script>alert(1)</script>".to_string(),
        5 => "\u{5d0}\u{5d1}\u{5d2} \"quoted\" & 'more'".to_string(),
        _ => format!("person{}@example.org", number / 3),
    };
    Resource {
        id: format!("{}/computes/instance-{number}", workspace(number)),
        kind: Kind::Instance,
        name,
        workspace: format!("ws-{}", number / 20),
        owner: Some(owner),
        vm_size: Some("Standard_D4s_v3".into()),
        location: Some("westeurope".into()),
        decided_in: None,
        billed_in: None,
        tags: Default::default(),
    }
}

fn observation(power: Power, since: DateTime<Utc>, by: By, number: usize) -> Observation {
    Observation {
        state: if power == Power::On {
            "Running"
        } else {
            "Stopped"
        }
        .into(),
        power: Some(power),
        count: None,
        since,
        by: Some(by),
        trigger: (by == By::Others).then(|| trigger(number).into()),
        job: power == Power::On && number.is_multiple_of(17),
        hold: (number == 8).then(|| ObservedHold {
            power: Power::On,
            until: since + TimeDelta::days(2),
        }),
        schedule: Some("Mon-Fri 08:00-19:00 Europe/Lisbon".into()),
        holidays: number.is_multiple_of(2).then(|| "PT".into()),
    }
}

/// Somebody else is sooner with every fifth, in the last seconds.
fn stopped_by(number: usize) -> By {
    match number % 5 {
        4 => By::Others,
        _ => By::Lamplighter,
    }
}

fn trigger(number: usize) -> &'static str {
    ["User", "Schedule", "IdleShutdown", "Of another version"][number % 4]
}

/// An instance's day: started in the morning by somebody, stopped by us in the evening.
fn day(number: usize, midnight: DateTime<Utc>) -> Vec<Record> {
    let resource = resource(number);
    let morning = midnight + TimeDelta::minutes(8 * 60 + (number as i64 * 7) % 60);
    let (evening, yesterday) = (
        midnight + TimeDelta::hours(19),
        midnight - TimeDelta::hours(5),
    );
    let settled = evening + TimeDelta::minutes(5);
    let operation =
        |at: DateTime<Utc>| format!("{}:stop:{}", resource.id, at.format("%Y%m%dT%H%M%S000Z"));
    let reason = [Reason::ScheduleOff, Reason::Idle, Reason::LeaseEnded][number % 3];
    let stop = operation(evening);
    let ended = Ended {
        at: settled,
        how: OperationOutcome::Settled,
        why: None,
    };
    let interval = Interval {
        id: format!("avoided:{stop}"),
        kind: IntervalKind::Avoided,
        operation: stop.clone(),
        cause: Cause::of(reason),
        opened_at: settled,
        horizon: midnight + TimeDelta::hours(32),
        off_anyway: None,
        count: 1,
        vm_size: resource.vm_size.clone(),
        location: resource.location.clone(),
        price: (number != 9).then(|| PricePerHour {
            amount: "0.251".parse().expect("a decimal"),
            currency: "USD".into(),
            source: "retail-prices".into(),
            fetched_at: evening,
            parts: Vec::new(),
        }),
        benefit: Benefit::None,
    };
    let closed = Closed {
        interval: format!("avoided:{}", operation(yesterday)),
        kind: IntervalKind::Avoided,
        at: morning,
        why: "Start by somebody else".into(),
    };
    let decision = |action, reason, text: &str| What::Decision {
        action,
        reason,
        text: text.into(),
        zone: Some("Europe/Lisbon".into()),
        dry_run: false,
        evidence: Vec::new(),
        errors: Vec::new(),
    };
    let sent = OwnOperation {
        id: stop.clone(),
        power: Power::Off,
        reason,
        cause: evening,
        requested_at: evening,
        claimed_until: evening,
        extra: false,
        value: None,
        from: None,
        settles_within: None,
        unneeded_start: None,
        text: None,
        accepted_at: Some(evening),
        ended: None,
    };
    let answer = What::Answer {
        operation: stop.clone(),
        power: Power::Off,
        accepted: true,
        passing: false,
        why: None,
    };
    let settlement = What::Settlement {
        operation: stop.clone(),
        power: Power::Off,
        reason,
        ended,
    };
    let id = &resource.id;
    let (on, off) = (
        observation(Power::On, morning, By::Others, number),
        observation(Power::Off, settled, stopped_by(number), number),
    );
    let all = [
        (
            morning,
            format!("closed:{}", closed.interval),
            What::Closed { closed },
        ),
        (
            morning,
            format!("observed:{id}:{morning}"),
            What::Observed { observation: on },
        ),
        (
            morning,
            format!("decision:{id}:{morning}"),
            decision(
                Action::Leave,
                Reason::AsDesired,
                "on, as its schedule wants",
            ),
        ),
        (
            evening,
            format!("decision:{id}:{evening}"),
            decision(Action::Stop, reason, "off by its schedule since 19:00 WET"),
        ),
        (
            evening,
            format!("action:{stop}"),
            What::Action { operation: sent },
        ),
        (evening, format!("answer:{stop}"), answer),
        (settled, format!("settlement:{stop}"), settlement),
        (
            settled,
            format!("opened:avoided:{stop}"),
            What::Opened { interval },
        ),
        (
            settled,
            format!("observed:{id}:{settled}"),
            What::Observed { observation: off },
        ),
    ];
    let record = |(at, id, what)| Record::new(id, at, Some(resource.clone()), what);
    all.into_iter().map(record).collect()
}

/// What is wrong, and what people wrote to annoy us.
fn odd(at: DateTime<Utc>) -> Vec<Record> {
    let none = Tags::new();
    let tags = Tags::from([(
        "lamp-schedule".to_string(),
        "<script>alert(1)</script>".to_string(),
    )]);
    let layers = Layers {
        compute_name: "instance-4",
        compute: &tags,
        workspace: &none,
        resource_group: &none,
    };
    let errors = policy::read(&layers, &Defaults::default()).errors;
    let record = |number: usize, name: &str, what| {
        let id = format!("{name}:{number}:{at}");
        Record::new(id, at, Some(resource(number)), what)
    };
    let decision = What::Decision {
        action: Action::Leave,
        reason: Reason::UnreadableTag,
        text: errors[0].in_one_line(),
        zone: None,
        dry_run: false,
        evidence: Vec::new(),
        errors,
    };
    let warning = What::Warning {
        text: "Azure's idle timer of 60 min should have fired twice over <img onerror=alert(2)>"
            .into(),
    };
    let failed = What::Answer {
        operation: "odd".into(),
        power: Power::Off,
        accepted: false,
        passing: false,
        why: Some("stop: 400 StopCompute is not allowed when ComputeInstance disk is full.".into()),
    };
    vec![
        record(4, "decision", decision),
        record(5, "warning", warning),
        record(6, "answer", failed),
    ]
}

pub async fn write(folder: &Path) {
    let ledger = Ledger::scratch(folder).await.expect("a ledger");
    let today = now().date_naive();
    let midnight =
        |days: i64| today.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::days(days);
    for days in (0..365).rev() {
        let begin = midnight(days);
        let sweep = |hour| {
            let summary = serde_json::json!({"dry_run": false, "unseen": []});
            let (id, at) = (
                format!("sweep:hour:{days}:{hour}"),
                begin + TimeDelta::hours(hour),
            );
            Record::new(id, at, None, What::Sweep { summary })
        };
        let mut records: Vec<Record> = (0..24).map(sweep).collect();
        records.extend((0..INSTANCES).flat_map(|number| day(number, begin)));
        if days == 0 {
            records.extend(odd(begin + TimeDelta::hours(17)));
        }
        records.retain(|record| record.at <= now());
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        // A day that is rolled up needs one record to be known as a day.
        let kept = if days < RECORDED { records.len() } else { 1 };
        let date = begin.date_naive();
        let rolled_up = match days {
            ..RECORDED => Ok(()),
            RECORDED..SHOWN => rollup::derive(&ledger, date, &records).await,
            _ => rollup::write(&ledger, date, &records).await,
        };
        rolled_up.expect("a roll-up");
        for record in &records[..kept] {
            ledger
                .append(record.at, &record.id, record)
                .await
                .expect("a record");
        }
    }
    saved_state(&ledger, midnight(0)).await;
    recommended(&ledger, midnight(0)).await;
}

/// What a sweep has kept of tags and of what else costs money: more than the page shows.
async fn recommended(ledger: &Ledger, midnight: DateTime<Utc>) {
    let tag = |number: usize| {
        let month = serde_json::json!({"amount": "91.55", "least": "80.1", "most": "1204.5"});
        serde_json::json!({
            "resource": resource(number), "on_seconds": 2_000_000, "month_seconds": 1_300_000,
            "tags": ["lamp-schedule = Mon-Thu 08:00-19:00, Fri 08:00-14:30 America/Argentina/ComodRivadavia", "lamp-idle = 2h"],
            "governed_by": if number == 2 { vec!["schedule Mon-Fri 07:00-22:00 Europe/Lisbon"] } else { Vec::new() },
            "cost": (number != 5).then_some("139.44"), "month": (number != 5).then_some(month),
            "stops_in_use": 0, "starts_by_hand": number,
        })
    };
    let finding = |number: usize| {
        let text = if number < 90 {
            "it has no idle timer of Azure's".to_owned()
        } else {
            format!("off for {number} days")
        };
        serde_json::json!({"resource": resource(number), "code": "no-idle-timer", "text": text, "month": null, "currency": null})
    };
    let document = serde_json::json!({
        "schema": 1, "kind": "recommended", "zone": "America/Argentina/ComodRivadavia", "currency": "USD",
        "from": midnight - TimeDelta::days(28), "to": midnight,
        "tags": (0..40).map(tag).collect::<Vec<_>>(), "tags_left_out": 0,
        "findings": (60..125).map(finding).collect::<Vec<_>>(),
        "not_enough_seen": [resource(50)], "not_reached": 3,
    });
    let bytes = serde_json::to_vec(&document).expect("JSON");
    let kept = ledger.derive("recommended.json", bytes).await;
    kept.expect("a document");
}

async fn saved_state(ledger: &Ledger, midnight: DateTime<Utc>) {
    for first in (0..INSTANCES).step_by(20) {
        let resources = (first..first + 20).map(|number| {
            let since = midnight + TimeDelta::minutes(8 * 60 + (number as i64 * 7) % 60);
            let state = ResourceState {
                resource: Some(resource(number)),
                observation: Some(observation(Power::On, since, By::Others, number)),
                recorded_decision: number
                    .is_multiple_of(40)
                    .then(|| "leave no-policy ".to_owned()),
                ..ResourceState::default()
            };
            (resource(number).id.to_lowercase(), state)
        });
        let state = WorkspaceState {
            swept_at: Some(now()),
            resources: resources.collect(),
            ..WorkspaceState::default()
        };
        let (_, version) = ledger
            .load::<WorkspaceState>(&workspace(first))
            .await
            .expect("none");
        ledger
            .save(&workspace(first), &state, &version)
            .await
            .expect("saved");
    }
}
