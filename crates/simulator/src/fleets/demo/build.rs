//! From the demo's tables to a fleet.

use super::groups::GROUPS;
use super::habits::{address, person};
use super::post::{DemoGroup, Extra, Habit, Post};
use crate::fleet::organisation::{
    DEFAULT_TENANT, Fleet, ResourceGroupSpec, SubscriptionSpec, WorkspaceSpec,
};
use crate::fleet::person::Person;
use crate::fleet::read::{FleetError, parse};
use crate::kinds::instance::schedule::{CronTrigger, NativeSchedule, Recurrence, RecurrenceTimes};
use crate::kinds::instance::spec::InstanceSpec;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// When the demo begins, seconds since 1970: Monday 2026-10-19 00:00 UTC.
const START: i64 = 1_792_368_000;

/// The demo's organisation: instances by the tables, what else it has of Azure Machine Learning by `kinds.json`, and of
/// Microsoft Foundry by `foundry.json`. The same seed gives the same lives.
///
/// # Errors
/// Never in a build whose tests passed: the text is part of the program.
pub fn demo_fleet(seed: u64) -> Result<Fleet, FleetError> {
    let others = parse(include_str!("kinds.json"), "built-in kinds of the demo")?;
    let foundry = parse(include_str!("foundry.json"), "built-in Foundry of the demo")?;
    Ok(instances(seed).joined(others).joined(foundry))
}

fn instances(seed: u64) -> Fleet {
    let mut people = Vec::new();
    let mut subscriptions: Vec<SubscriptionSpec> = Vec::new();
    for group in GROUPS {
        let built = resource_group(group, &mut people);
        match subscriptions
            .iter_mut()
            .find(|known| known.name == group.subscription)
        {
            Some(known) => known.resource_groups.push(built),
            None => subscriptions.push(SubscriptionSpec {
                id: format!(
                    "8d1f7c20-6b1e-4a52-9c3d-00000000000{}",
                    subscriptions.len() + 1
                ),
                name: group.subscription.into(),
                tenant_id: DEFAULT_TENANT.into(),
                unregistered: Vec::new(),
                resource_groups: vec![built],
            }),
        }
    }
    Fleet {
        seed,
        start: DateTime::<Utc>::from_timestamp(START, 0),
        rates: BTreeMap::from([("EUR".into(), Decimal::new(92, 2))]),
        subscriptions,
        people,
        ..Fleet::empty()
    }
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn resource_group(group: &DemoGroup, people: &mut Vec<Person>) -> ResourceGroupSpec {
    let workspaces = group
        .workspaces
        .iter()
        .map(|office| WorkspaceSpec {
            name: office.name.into(),
            location: office.region.into(),
            tags: tags(office.tags),
            instances: office
                .posts
                .iter()
                .map(|post| {
                    people.push(person(office, post));
                    instance(post)
                })
                .collect(),
            ..WorkspaceSpec::default()
        })
        .collect();
    ResourceGroupSpec {
        name: group.name.into(),
        location: None,
        tags: tags(group.tags),
        workspaces,
        ..ResourceGroupSpec::default()
    }
}

fn instance(post: &Post) -> InstanceSpec {
    let on = match post.habit {
        // Nobody has stopped it since they last came.
        Habit::Forgets | Habit::ForgetsWithNights | Habit::Nights | Habit::AllDay => true,
        Habit::Sometimes | Habit::SometimesWithNights => post.name.len().is_multiple_of(2),
        Habit::Careful | Habit::EarlyLeaver | Habit::Mornings => false,
    };
    let mut instance = InstanceSpec {
        tags: tags(post.tags),
        state: if on {
            InstanceState::Running
        } else {
            InstanceState::Stopped
        },
        created_by: Some(address(post)),
        ..InstanceSpec::new(post.name, post.size)
    };
    match post.extra {
        Extra::Nothing => {}
        Extra::IdleTimer(after) => instance.idle_time_before_shutdown = Some(after.into()),
        Extra::NativeStop { cron, zone } => instance.schedules.push(NativeSchedule {
            action: "Stop".into(),
            status: "Enabled".into(),
            cron: Some(CronTrigger {
                expression: cron.into(),
                start_time: None,
                time_zone: Some(zone.into()),
            }),
            recurrence: None,
        }),
        Extra::NativeDays { start, stop, zone } => {
            instance.schedules = vec![weekly("Start", start, zone), weekly("Stop", stop, zone)];
        }
    }
    instance
}

/// A native schedule of every working day, at a full hour.
fn weekly(action: &str, hour: u32, zone: &str) -> NativeSchedule {
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
    NativeSchedule {
        action: action.into(),
        status: "Enabled".into(),
        cron: None,
        recurrence: Some(Recurrence {
            frequency: "Week".into(),
            interval: 1,
            start_time: None,
            time_zone: Some(zone.into()),
            schedule: Some(RecurrenceTimes {
                hours: vec![hour],
                minutes: vec![0],
                week_days: days.map(str::to_owned).to_vec(),
                month_days: Vec::new(),
            }),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_demo_promises() {
        let fleet = demo_fleet(3).expect("a fleet");
        assert_eq!(
            fleet.start.map(|start| start.to_rfc3339()).as_deref(),
            Some("2026-10-19T00:00:00+00:00")
        );
        assert_eq!(fleet.subscriptions.len(), 3);
        assert_eq!(fleet.workspaces().count(), 8);
        let instances: Vec<&InstanceSpec> = fleet
            .workspaces()
            .flat_map(|(_, _, one)| &one.instances)
            .collect();
        assert_eq!(instances.len(), 60);
        let zones: std::collections::BTreeSet<_> = fleet
            .people
            .iter()
            .map(|person| person.zone.0.name())
            .collect();
        assert_eq!(zones.len(), 4);
        let wrong = instances
            .iter()
            .filter(|instance| instance.tags.values().any(|value| value.contains("Fry")));
        assert_eq!(wrong.count(), 1);
        let bare = fleet.workspaces().filter(|(_, group, one)| {
            group.tags.is_empty()
                && one.tags.is_empty()
                && one
                    .instances
                    .iter()
                    .all(|instance| instance.tags.is_empty())
        });
        assert_eq!(bare.count(), 1);
        let groups = fleet.subscriptions.iter();
        let accounts: Vec<_> = groups
            .flat_map(|one| &one.resource_groups)
            .flat_map(|group| &group.cognitive_accounts)
            .collect();
        let [account] = accounts[..] else {
            panic!("{} accounts", accounts.len())
        };
        let workbenches = account.projects.iter().map(|one| one.workbenches.len());
        assert_eq!(workbenches.collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn it_would_pass_as_a_file() {
        let text =
            serde_json::to_string(&demo_fleet(3).expect("a fleet")).expect("a fleet is JSON");
        parse(&text, "demo").expect("a good fleet");
    }

    #[test]
    fn whoever_stops_by_hand_is_never_started_by_a_window() {
        let fleet = demo_fleet(0).expect("a fleet");
        for (_, group, workspace) in fleet.workspaces() {
            for instance in &workspace.instances {
                let reference = format!("{}/{}", workspace.name, instance.name);
                let careful = fleet.people.iter().any(|person| {
                    person.arrives.is_some()
                        && person.instances.contains(&reference)
                        && person.forgets.0 < 1.0
                });
                let near = |name: &str| {
                    let addressed = format!("{name}.{}", instance.name);
                    let layers = [instance.tags.get(name), workspace.tags.get(&addressed)];
                    let far = [workspace.tags.get(name), group.tags.get(name)];
                    layers
                        .into_iter()
                        .chain(far)
                        .flatten()
                        .next()
                        .cloned()
                        .unwrap_or_default()
                };
                let starts = !near("lamp-schedule").is_empty()
                    && !near("lamp-schedule").starts_with("stop")
                    && near("lamp-schedule") != "never"
                    && !near("lamp-mode").contains("stop-only");
                assert!(!(careful && starts), "{reference}");
            }
        }
    }
}
