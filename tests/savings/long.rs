//! What is off for months, and what is priced by another's interval: the same in a period at once, month by month, from what
//! is kept, and on one owner's page.

use super::history::{at, price, resource};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::{self, GroupBy, kept_months, page, rollup};
use lamplighter_core::record::{
    Benefit, By, Cause, Closed, Interval, IntervalKind, Observation, Record, Resource, What,
};
use lamplighter_core::schedule::Power;
use lamplighter_core::tz::Tz;
use serde_json::json;

/// A sweep every two hours: no time is unwatched.
fn sweeps(from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Record> {
    let mut sweeps = Vec::new();
    let mut at = from;
    while at < to {
        let summary = json!({"dry_run": false, "unseen": []});
        sweeps.push(Record::new(
            format!("sweep:{at}"),
            at,
            None,
            What::Sweep { summary },
        ));
        at += TimeDelta::hours(2);
    }
    sweeps
}

fn off_since(opened_at: DateTime<Utc>) -> Record {
    let interval = Interval {
        id: "avoided:long".into(),
        kind: IntervalKind::Avoided,
        operation: "long".into(),
        cause: Cause::Schedule,
        opened_at,
        horizon: opened_at + TimeDelta::hours(13),
        off_anyway: None,
        count: 1,
        vm_size: resource().vm_size,
        location: resource().location,
        price: Some(price(100, opened_at)),
        benefit: Benefit::None,
    };
    let id = "opened:avoided:long".to_string();
    Record::new(id, opened_at, Some(resource()), What::Opened { interval })
}

async fn holding(records: &[Record]) -> Ledger {
    let ledger = Ledger::in_memory();
    for record in records {
        let written = ledger.append(record.at, &record.id, record).await;
        written.expect("a record");
    }
    ledger
}

async fn upper_bound(ledger: &Ledger, from: &str, to: &str, now: DateTime<Utc>) -> [i64; 2] {
    let (from, to) = (at(from), at(to));
    let by_months = report::read_sums(ledger, (from, to), now).await;
    let at_once = report::read(ledger, from, to, now).await;
    let reports = [
        by_months.expect("read").report(GroupBy::Workspace),
        at_once.expect("read").report(GroupBy::Workspace),
    ];
    reports.map(|report| report.total.figures.upper_bound_seconds)
}

#[tokio::test]
async fn what_is_off_for_longer_counts_to_the_end_of_the_month_of_its_92nd_day() {
    let (opened, now) = (at("2026-03-10T19:05:00Z"), at("2026-09-20T00:00:00Z"));
    let mut records = sweeps(at("2026-03-10T00:00:00Z"), now);
    records.push(off_since(opened));
    let ledger = holding(&records).await;
    let days = |count: i64| count * 86_400;
    // The 92nd day is the tenth of June.
    let all = (at("2026-07-01T00:00:00Z") - opened).num_seconds();
    let told = [
        ("2026-01-01T00:00:00Z", "2026-09-01T00:00:00Z", all),
        ("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z", days(30)),
        ("2026-06-29T12:00:00Z", "2026-07-02T12:00:00Z", days(3) / 2),
        ("2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z", 0),
    ];
    for kept in [0, 6] {
        for (from, to, seconds) in told {
            let found = upper_bound(&ledger, from, to, now).await;
            assert_eq!(found, [seconds; 2], "{from} to {to}, {kept} months kept");
        }
        rollup::rebuild(&ledger, now).await.expect("rolled up");
        let months = kept_months::keep_months(&ledger, now, &|| true).await;
        assert_eq!(months.expect("kept").len(), 6 - kept);
    }
}

fn of_ben() -> Resource {
    Resource {
        id: resource().id.replace("/ana", "/ben"),
        name: "ben".into(),
        owner: Some("ben@example.org".into()),
        ..resource()
    }
}

/// On since the first, and never governed: no interval of its own has a price.
fn bens(since: DateTime<Utc>) -> Record {
    let observation = Observation {
        state: "Running".into(),
        power: Some(Power::On),
        count: None,
        since,
        by: Some(By::Others),
        trigger: None,
        job: false,
        hold: None,
        schedule: None,
        holidays: None,
    };
    let what = What::Observed { observation };
    Record::new("observed:ben".into(), since, Some(of_ben()), what)
}

#[tokio::test]
async fn a_price_known_by_anothers_interval_counts_on_ones_own_page_and_in_what_is_kept() {
    let (begin, now) = (at("2026-08-01T00:00:00Z"), at("2026-11-20T00:00:00Z"));
    let mut records = sweeps(begin, now);
    records.extend([off_since(at("2026-08-02T19:00:00Z")), bens(begin)]);
    let ledger = holding(&records).await;
    let wanted = |of: &Resource| of.owner == of_ben().owner;
    let months = async || {
        let period = (at("2026-11-01T00:00:00Z"), now);
        let input = page::read_whole(&ledger, period, now, &wanted, Tz::UTC).await;
        let page = page::build(&input.expect("a page"));
        (page.months.clone(), page.spent)
    };
    let (before, of_november) = months().await;
    // 1.00 an hour, all the time.
    assert_eq!(of_november.spent.value(), (19 * 24).into());
    let of_august = before
        .iter()
        .find(|of| of.month.to_string() == "2026-08-01");
    assert_eq!(
        of_august.expect("August").spent.spent.value(),
        (31 * 24).into()
    );
    rollup::rebuild(&ledger, now).await.expect("rolled up");
    let kept = kept_months::keep_months(&ledger, now, &|| true).await;
    assert_eq!(kept.expect("kept").len(), 3);
    let (after, _) = months().await;
    assert_eq!(json!(after), json!(before));
}

/// Ana's, and Ben's from the tenth of November on.
fn handed_over() -> Vec<Record> {
    let (opened_at, closed_at) = (at("2026-11-02T19:00:00Z"), at("2026-11-03T08:00:00Z"));
    let opened = off_since(opened_at);
    let closed = Closed {
        interval: "avoided:long".into(),
        kind: IntervalKind::Avoided,
        at: closed_at,
        why: "started by Lamplighter".into(),
    };
    let what = What::Closed { closed };
    let closed = Record::new("closed:long".into(), closed_at, Some(resource()), what);
    let mut of_ben = bens(at("2026-11-10T10:00:00Z"));
    of_ben.resource = Some(Resource {
        owner: Some("ben@example.org".into()),
        ..resource()
    });
    let mut of_ana = bens(at("2026-10-05T10:00:00Z"));
    (of_ana.id, of_ana.resource) = ("observed:ana".into(), Some(resource()));
    vec![of_ana, opened, closed, of_ben]
}

#[tokio::test]
async fn what_was_somebody_elses_last_month_is_whole_on_the_page_of_whose_it_is_now() {
    let (begin, now) = (at("2026-10-05T00:00:00Z"), at("2026-11-20T00:00:00Z"));
    let mut records = sweeps(begin, now);
    records.extend(handed_over());
    let ledger = holding(&records).await;
    let period = (at("2026-11-01T00:00:00Z"), now);
    for (owner, hours) in [("ben@example.org", 13), ("=ana@example.org", 0)] {
        let wanted = |of: &Resource| of.owner.as_deref() == Some(owner);
        let input = page::read_whole(&ledger, period, now, &wanted, Tz::UTC).await;
        let page = page::build(&input.expect("a page"));
        assert_eq!(page.total.saved_seconds, hours * 3600, "{owner}");
        // Each month is of whose it was at its end.
        let october = page.months.iter().rev().nth(1).expect("October");
        assert_eq!(october.spent.on_seconds > 0, hours == 0, "{owner}");
    }
}
