//! The demo's people: from a habit to a person of a fleet.

use super::post::{Habit, Office, Post};
use crate::civil::Tz;
use crate::fleet::chance::Chance;
use crate::fleet::length::LengthRange;
use crate::fleet::load::Load;
use crate::fleet::person::{JobHabit, Person, RunsIn, WorksIn};
use crate::fleet::wall_time::{DaySet, TimeRange, Zone};
use chrono::NaiveDate;

/// The mail address of whoever made an instance.
pub(super) fn address(post: &Post) -> String {
    format!("{}@example.org", post.name.trim_start_matches("ci-"))
}

/// Minutes after midnight.
fn range(from: u16, to: u16) -> TimeRange {
    TimeRange { from, to }
}

/// The person of a post.
pub(super) fn person(office: &Office, post: &Post) -> Person {
    let reference = format!("{}/{}", office.name, post.name);
    let late = office.day_shift;
    let mut person = Person {
        name: address(post),
        zone: Zone(Tz::named(office.zone).unwrap_or(Tz::UTC)),
        instances: vec![reference.clone()],
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

/// What sets a habit apart from never stopping an instance.
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
fn night_jobs(instance: &str, late: u16) -> Vec<JobHabit> {
    let job = |name: &str, days: Option<DaySet>, from: u32, to: u32, chance: f64| JobHabit {
        name: name.into(),
        instance: instance.into(),
        nodes: 1,
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
fn batch(person: &mut Person, instance: &str, at: TimeRange, from: u32, to: u32) {
    let daily = DaySet::try_from("daily".to_owned()).unwrap_or_default();
    person.arrives = None;
    person.leaves = None;
    person.absent = Chance(0.0);
    person.jobs = vec![JobHabit {
        name: "pipeline".into(),
        instance: instance.into(),
        nodes: 1,
        days: Some(daily),
        at,
        lasts: LengthRange { from, to },
        chance: Chance(0.9),
        runs_in: RunsIn::Job,
        load: Load::default(),
    }];
}
