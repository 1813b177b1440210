//! What was spent, and what always-on would have cost: the worked example, read where it stands.

use super::history::{at, begin, price, resource};
use chrono::TimeDelta;
use lamplighter_agent::report::{Days, GroupBy, LedgerPeriod};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::{By, Observation, Record, Resource, What};
use lamplighter_core::savings::Spent;
use lamplighter_core::schedule::Power;

fn observed(power: Power, hour: i64) -> Record {
    let since = begin() + TimeDelta::hours(hour);
    let observation = Observation {
        state: "as observed".into(),
        power: Some(power),
        count: None,
        since,
        by: Some(By::Others),
        trigger: None,
        job: false,
        hold: None,
        schedule: None,
        holidays: None,
    };
    let id = format!("observed:{hour}");
    // Each sweep sees it five minutes late, and Azure tells since when.
    let at = since + TimeDelta::minutes(5);
    Record::new(id, at, Some(resource()), What::Observed { observation })
}

/// A day of sweeps, one an hour, and the price of the resource.
fn day(more: impl IntoIterator<Item = Record>) -> Vec<Record> {
    let sweep = |hour| {
        let summary = serde_json::json!({"dry_run": false, "unseen": []});
        let at = begin() + TimeDelta::hours(hour);
        Record::new(
            format!("sweep:hour:{hour}"),
            at,
            None,
            What::Sweep { summary },
        )
    };
    let Resource {
        vm_size, location, ..
    } = resource();
    let known = What::Price {
        vm_size: vm_size.expect("a size"),
        location: location.expect("a region"),
        price: price(36, begin()),
        from: None,
    };
    let known = Record::new("price:1".into(), begin(), None, known);
    let sweeps = (0..24).map(sweep);
    sweeps.chain([known]).chain(more).collect()
}

fn spent(records: &[Record]) -> Spent {
    let (from, to) = (begin(), begin() + TimeDelta::days(1));
    let period = LedgerPeriod {
        from,
        to,
        now: to,
        days: Days::of(records, from, to),
        last_sweep: None,
        unreadable: Vec::new(),
    };
    let report = period.report(GroupBy::Workspace);
    period.spent(&[], &report)
}

#[test]
fn the_example_of_the_documentation_is_what_is_computed() {
    let office = [
        observed(Power::Off, 0),
        observed(Power::On, 8),
        observed(Power::Off, 19),
    ];
    let figures = spent(&day(office));
    assert_eq!(figures.on_seconds, 39_600);
    let text = include_str!("../../docs/savings.md");
    let example = text.split("An instance at 0.36 an hour").nth(1);
    let example = example.expect("the example");
    let mut numbers = example.split("**").skip(1).step_by(2);
    for amount in [figures.spent, figures.always_on] {
        let said = numbers.next().expect("a result");
        assert_eq!(amount.value().to_string(), said);
    }
}

#[test]
fn what_is_deleted_costs_nothing_any_more_and_is_not_off_either() {
    let gone = at("2026-10-19T12:00:00Z");
    let deleted = Record::new("deleted:1".into(), gone, Some(resource()), What::Deleted);
    let figures = spent(&day([observed(Power::On, 2), deleted]));
    assert_eq!(figures.on_seconds, 10 * 3600);
    assert_eq!(figures.spent, figures.always_on);
}

/// Four nodes at a price of all of them; a stopped cluster has none, and is there all the same.
#[test]
fn an_aks_cluster_costs_the_price_of_the_whole_however_many_nodes_it_has() {
    let cluster = Resource {
        id: "/subscriptions/s/resourcegroups/r/providers/microsoft.containerservice/managedclusters/k".into(),
        kind: Kind::Aks,
        name: "k".into(),
        vm_size: None,
        ..resource()
    };
    let mut records = day([observed(Power::On, 0), observed(Power::Off, 10)]);
    for record in &mut records {
        match &mut record.what {
            What::Observed { observation } => {
                let on = observation.power == Some(Power::On);
                observation.count = Some(if on { 4 } else { 0 });
                record.resource = Some(cluster.clone());
            }
            What::Price { vm_size, .. } => *vm_size = cluster.price_key(),
            _ => {}
        }
    }
    let figures = spent(&records);
    assert_eq!(figures.on_seconds, 10 * 3600);
    assert_eq!(figures.spent.value().to_string(), "3.6");
    assert_eq!(figures.always_on.value().to_string(), "8.64");
}

#[test]
fn hours_in_which_no_sweep_ran_count_for_nothing() {
    let mut records = day([observed(Power::On, 0)]);
    records.retain(|record| {
        let hour = (record.at - begin()).num_hours();
        !record.id.starts_with("sweep") || !(6..12).contains(&hour)
    });
    // From the sweep of 05:00 to that of 12:00.
    assert_eq!(spent(&records).on_seconds, 17 * 3600);
}
