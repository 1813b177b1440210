//! A believable organisation: 3 subscriptions, 8 workspaces, 60 machines, and the people who use them.
//!
//! It begins on Monday 2026-10-19 at 00:00 UTC; the fortnight from there holds Europe's autumn night (Sunday
//! 2026-10-25). Who stops a machine by hand on leaving has edges or `stop-only`, as such people would write:
//! a window would light what they would have left out.

mod posts;

use super::fleet::{
    Chance, CronTrigger, DaySet, Fleet, JobHabit, LengthRange, Load, Machine, NativeSchedule,
    Person, Recurrence, RecurrenceTimes, ResourceGroup, RunsIn, State, Subscription, TimeRange,
    WorksIn, Workspace, Zone,
};
use chrono::{DateTime, NaiveDate, Utc};
use posts::{Extra, GROUPS, Group, Habit, Place, Post};
use std::collections::BTreeMap;

/// When the demo begins, seconds since 1970: Monday 2026-10-19 00:00 UTC.
const START: i64 = 1_792_368_000;

/// The demo's organisation. The same seed gives the same lives.
pub fn demo_fleet(seed: u64) -> Fleet {
    let mut people = Vec::new();
    let mut subscriptions: Vec<Subscription> = Vec::new();
    for group in GROUPS {
        let built = resource_group(group, &mut people);
        match subscriptions
            .iter_mut()
            .find(|known| known.name == group.subscription)
        {
            Some(known) => known.resource_groups.push(built),
            None => subscriptions.push(Subscription {
                id: format!(
                    "8d1f7c20-6b1e-4a52-9c3d-00000000000{}",
                    subscriptions.len() + 1
                ),
                name: group.subscription.into(),
                tenant_id: super::fleet::DEFAULT_TENANT.into(),
                resource_groups: vec![built],
            }),
        }
    }
    Fleet {
        seed,
        start: DateTime::<Utc>::from_timestamp(START, 0),
        rates: BTreeMap::from([("EUR".into(), rust_decimal::Decimal::new(92, 2))]),
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

fn resource_group(group: &Group, people: &mut Vec<Person>) -> ResourceGroup {
    let workspaces = group
        .workspaces
        .iter()
        .map(|place| Workspace {
            name: place.name.into(),
            location: place.region.into(),
            tags: tags(place.tags),
            machines: place
                .posts
                .iter()
                .map(|post| {
                    people.push(person(place, post));
                    machine(post)
                })
                .collect(),
        })
        .collect();
    ResourceGroup {
        name: group.name.into(),
        location: None,
        tags: tags(group.tags),
        workspaces,
    }
}

fn machine(post: &Post) -> Machine {
    let on = match post.habit {
        // Nobody has stopped it since they last came.
        Habit::Forgets | Habit::ForgetsWithNights | Habit::Nights | Habit::AllDay => true,
        Habit::Sometimes | Habit::SometimesWithNights => post.name.len().is_multiple_of(2),
        Habit::Careful | Habit::EarlyLeaver | Habit::Mornings => false,
    };
    let mut machine = Machine {
        tags: tags(post.tags),
        state: if on { State::Running } else { State::Stopped },
        created_by: Some(address(post)),
        ..Machine::new(post.name, post.size)
    };
    match post.extra {
        Extra::Nothing => {}
        Extra::IdleTimer(after) => machine.idle_time_before_shutdown = Some(after.into()),
        Extra::NativeStop { cron, zone } => machine.schedules.push(NativeSchedule {
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
            machine.schedules = vec![weekly("Start", start, zone), weekly("Stop", stop, zone)];
        }
    }
    machine
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

fn address(post: &Post) -> String {
    format!("{}@example.org", post.name.trim_start_matches("ci-"))
}

/// Minutes after midnight.
fn range(from: u16, to: u16) -> TimeRange {
    TimeRange { from, to }
}

fn person(place: &Place, post: &Post) -> Person {
    let reference = format!("{}/{}", place.name, post.name);
    let late = place.day_shift;
    let mut person = Person {
        name: address(post),
        zone: Zone(place.zone),
        machines: vec![reference.clone()],
        uses_each: Chance(1.0),
        days: DaySet::default(),
        arrives: Some(range(8 * 60 + 15 + late, 9 * 60 + 45 + late)),
        leaves: Some(range(16 * 60 + 30 + late, 18 * 60 + 10 + late)),
        works_in: if post.name.len().is_multiple_of(3) {
            WorksIn::VsCode
        } else {
            WorksIn::Notebook
        },
        load: Load::default(),
        starts: true,
        absent: Chance(0.05),
        holidays: holidays(post),
        forgets: Chance(1.0),
        works_late: Chance(0.12),
        late_until: range(20 * 60 + 15 + late, 22 * 60 + late),
        jobs: Vec::new(),
    };
    live_up_to(&mut person, post.habit, &reference, late);
    person
}

/// What sets a habit apart from never stopping a machine.
fn live_up_to(person: &mut Person, habit: Habit, reference: &str, late: u16) {
    match habit {
        Habit::Forgets => {}
        Habit::ForgetsWithNights => person.jobs = night_jobs(reference, late),
        Habit::Sometimes => person.forgets = Chance(0.4),
        Habit::SometimesWithNights => {
            person.forgets = Chance(0.5);
            person.jobs = night_jobs(reference, late);
            // Whoever stays late and then stops it by hand could do so minutes after a stop that had waited for
            // a job: that the night was not saved, nobody outside this file can know.
            person.works_late = Chance(0.0);
        }
        Habit::Careful => person.forgets = Chance(0.0),
        Habit::EarlyLeaver => {
            person.forgets = Chance(0.7);
            person.works_late = Chance(0.0);
            person.leaves = Some(range(15 * 60, 16 * 60 + 45));
        }
        Habit::Mornings => {
            person.works_late = Chance(0.0);
            person.leaves = Some(range(11 * 60 + 30, 12 * 60 + 30));
        }
        Habit::Nights => batch(
            person,
            reference,
            range(22 * 60 + 15, 22 * 60 + 45),
            180,
            410,
        ),
        Habit::AllDay => batch(person, reference, range(0, 18 * 60), 120, 300),
    }
}

/// One in a while is away for the second week.
fn holidays(post: &Post) -> Vec<NaiveDate> {
    let away = matches!(post.name, "ci-duarte" | "ci-lena" | "ci-priya");
    let days = (26..=30).filter_map(|day| NaiveDate::from_ymd_opt(2026, 10, day));
    if away { days.collect() } else { Vec::new() }
}

/// Training through the night, and now and then through the weekend.
fn night_jobs(machine: &str, late: u16) -> Vec<JobHabit> {
    let job = |name: &str, days: Option<DaySet>, from: u32, to: u32, chance: f64| JobHabit {
        name: name.into(),
        machine: machine.into(),
        days,
        at: range(15 * 60 + late, 16 * 60 + 20 + late),
        lasts: LengthRange { from, to },
        chance: Chance(chance),
        runs_in: RunsIn::Job,
        load: Load::default(),
    };
    let friday = DaySet::try_from("Fri".to_owned()).ok();
    vec![
        job("train", None, 4 * 60, 12 * 60, 0.45),
        job("sweep-weekend", friday, 20 * 60, 44 * 60, 0.3),
    ]
}

/// A pipeline: nobody comes or goes, jobs run every day.
fn batch(person: &mut Person, machine: &str, at: TimeRange, from: u32, to: u32) {
    let daily = DaySet::try_from("daily".to_owned()).unwrap_or_default();
    person.arrives = None;
    person.leaves = None;
    person.absent = Chance(0.0);
    person.jobs = vec![JobHabit {
        name: "pipeline".into(),
        machine: machine.into(),
        days: Some(daily),
        at,
        lasts: LengthRange { from, to },
        chance: Chance(0.9),
        runs_in: RunsIn::Job,
        load: Load::default(),
    }];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::parse;

    #[test]
    fn it_is_what_the_demo_promises() {
        let fleet = demo_fleet(3);
        assert_eq!(
            fleet.start.map(|start| start.to_rfc3339()).as_deref(),
            Some("2026-10-19T00:00:00+00:00")
        );
        assert_eq!(fleet.subscriptions.len(), 3);
        assert_eq!(fleet.workspaces().count(), 8);
        let machines: Vec<&Machine> = fleet
            .workspaces()
            .flat_map(|(_, _, one)| &one.machines)
            .collect();
        assert_eq!(machines.len(), 60);
        let zones: std::collections::BTreeSet<_> = fleet
            .people
            .iter()
            .map(|person| person.zone.0.name())
            .collect();
        assert_eq!(zones.len(), 4);
        let wrong = machines
            .iter()
            .filter(|machine| machine.tags.values().any(|value| value.contains("Fry")));
        assert_eq!(wrong.count(), 1);
        let bare = fleet.workspaces().filter(|(_, group, one)| {
            group.tags.is_empty()
                && one.tags.is_empty()
                && one.machines.iter().all(|machine| machine.tags.is_empty())
        });
        assert_eq!(bare.count(), 1);
    }

    #[test]
    fn it_would_pass_as_a_file() {
        let text = serde_json::to_string(&demo_fleet(3)).expect("a fleet is JSON");
        parse(&text, "demo").expect("a good fleet");
    }

    #[test]
    fn whoever_stops_by_hand_is_never_lit_by_a_window() {
        let fleet = demo_fleet(0);
        for (_, group, workspace) in fleet.workspaces() {
            for machine in &workspace.machines {
                let reference = format!("{}/{}", workspace.name, machine.name);
                let careful = fleet.people.iter().any(|person| {
                    person.arrives.is_some()
                        && person.machines.contains(&reference)
                        && person.forgets.0 < 1.0
                });
                let near = |name: &str| {
                    let addressed = format!("{name}.{}", machine.name);
                    let layers = [machine.tags.get(name), workspace.tags.get(&addressed)];
                    let far = [workspace.tags.get(name), group.tags.get(name)];
                    layers
                        .into_iter()
                        .chain(far)
                        .flatten()
                        .next()
                        .cloned()
                        .unwrap_or_default()
                };
                let lights = !near("lamp-schedule").is_empty()
                    && !near("lamp-schedule").starts_with("stop")
                    && near("lamp-schedule") != "never"
                    && !near("lamp-mode").contains("stop-only");
                assert!(!(careful && lights), "{reference}");
            }
        }
    }
}
