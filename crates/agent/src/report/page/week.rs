//! A week of every machine: when it was on, in a job, held, off by us, off by others.

use super::Name;
use lamplighter_core::decide::{By, Seen};
use lamplighter_core::record::{Machine, Record, What};
use lamplighter_core::policy::{self, Defaults, Layers};
use lamplighter_core::schedule::Power;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A week's timelines. Times are UTC.
#[derive(Clone, Debug, Serialize)]
pub struct Week {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub machines: Vec<MachineWeek>,
    /// All machines; `machines` may be cut short.
    pub count: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct MachineWeek {
    pub name: Name,
    pub spans: Vec<Span>,
    /// The edges of its schedule, as it is now.
    pub edges: Edges,
    /// Seconds of each spell.
    pub seconds: BTreeMap<Spell, i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub spell: Spell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spell {
    On,
    /// On, with a job.
    Job,
    /// On, under a hold.
    Held,
    OffByUs,
    OffByOthers,
}

impl Spell {
    pub const ALL: [Spell; 5] = [
        Spell::On,
        Spell::Job,
        Spell::Held,
        Spell::OffByUs,
        Spell::OffByOthers,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Spell::On => "on",
            Spell::Job => "on, job running",
            Spell::Held => "on, held",
            Spell::OffByUs => "off by Lamplighter",
            Spell::OffByOthers => "off by others",
        }
    }
}

pub fn off_by_us(seen: &Seen) -> bool {
    spell(seen) == Some(Spell::OffByUs)
}

fn spell(seen: &Seen) -> Option<Spell> {
    Some(match (seen.power?, seen.by) {
        (Power::On, _) if seen.job => Spell::Job,
        (Power::On, _) if seen.hold.is_some_and(|(power, _)| power == Power::On) => Spell::Held,
        (Power::On, _) => Spell::On,
        (Power::Off, Some(By::Us)) => Spell::OffByUs,
        (Power::Off, _) => Spell::OffByOthers,
    })
}

/// The midnight six days before today's: the last column is today. At midnight itself today is the day that ends, as for
/// a period of whole days.
pub fn begin(now: DateTime<Utc>) -> DateTime<Utc> {
    let just_before = now
        .checked_sub_signed(TimeDelta::nanoseconds(1))
        .unwrap_or(now);
    let first = just_before.date_naive().checked_sub_days(Days::new(6));
    first.map_or(now, |first| first.and_time(NaiveTime::MIN).and_utc())
}

/// The timelines, by workspace and compute. `records` reach back far enough to tell how the week began.
pub fn week(
    records: &[Record],
    standing: &[(Machine, Seen)],
    names: &HashMap<&str, Name>,
    now: DateTime<Utc>,
    most: usize,
) -> Week {
    let from = begin(now);
    let to = from.checked_add_days(Days::new(7)).unwrap_or(now);
    let mut seen: HashMap<&str, Vec<(DateTime<Utc>, &Seen)>> = HashMap::new();
    for record in records {
        if let (What::Seen { seen: one }, Some(machine)) = (&record.what, &record.machine) {
            let of = seen.entry(machine.id.as_str()).or_default();
            of.push((record.at, one));
        }
    }
    let mut schedules = Schedules::default();
    let mut machines: Vec<MachineWeek> = Vec::new();
    for (machine, last) in standing {
        let known = seen.remove(machine.id.as_str()).unwrap_or_default();
        let spans = spans(&known, last, from, now);
        let mut seconds = BTreeMap::new();
        for span in &spans {
            *seconds.entry(span.spell).or_default() += (span.to - span.from).num_seconds();
        }
        machines.push(MachineWeek {
            name: super::named(machine, names),
            edges: schedules.edges(last, from, to),
            spans,
            seconds,
        });
    }
    let count = machines.len();
    machines.sort_by(|a, b| a.name.cmp(&b.name));
    machines.truncate(most);
    Week {
        from,
        to,
        machines,
        count,
    }
}

/// What a machine was, from `from` to `now`; a stretch of which nothing is known has no span.
fn spans(
    known: &[(DateTime<Utc>, &Seen)],
    last: &Seen,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Span> {
    let mut changes: Vec<(DateTime<Utc>, Option<Spell>)> = Vec::new();
    let mut before: Option<Option<Power>> = None;
    for (at, seen) in known {
        // A change of power happened when Azure says; a job or a hold was seen when it was seen.
        let turned = before != Some(seen.power);
        let since = if turned { seen.since.min(*at) } else { *at };
        before = Some(seen.power);
        changes.push((since, spell(seen)));
    }
    if known.is_empty() {
        changes.push((last.since, spell(last)));
    }
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([now]);
    let stretches = changes.iter().zip(ends);
    let mut spans: Vec<Span> = Vec::new();
    for ((begin, spell), end) in stretches {
        let (begin, end) = ((*begin).max(from), end.min(now));
        let Some(spell) = spell.filter(|_| begin < end) else {
            continue;
        };
        match spans.last_mut() {
            Some(span) if span.spell == spell && span.to == begin => span.to = end,
            _ => spans.push(Span {
                from: begin,
                to: end,
                spell,
            }),
        }
    }
    spans
}

type Edges = Vec<(DateTime<Utc>, Power)>;

/// The edges of schedules, each computed once: many machines share one.
#[derive(Default)]
struct Schedules(HashMap<(String, Option<String>), Edges>);

impl Schedules {
    fn edges(&mut self, seen: &Seen, from: DateTime<Utc>, to: DateTime<Utc>) -> Edges {
        let Some(schedule) = seen.schedule.clone() else {
            return Vec::new();
        };
        let key = (schedule, seen.holidays.clone());
        let edges = self.0.entry(key);
        let edges = edges.or_insert_with_key(|(schedule, holidays)| {
            let tag = |name: &str, value: &str| (format!("lamp-{name}"), value.to_string());
            let tags = [
                ("schedule", Some(schedule)),
                ("holidays", holidays.as_ref()),
            ];
            let tags = tags.into_iter();
            let tags = tags.filter_map(|(name, value)| Some(tag(name, value?)));
            let (tags, none) = (tags.collect(), BTreeMap::new());
            let layers = Layers {
                compute_name: "",
                compute: &tags,
                workspace: &none,
                resource_group: &none,
            };
            let policy = policy::read(&layers, &Defaults::default()).policy;
            let edges = policy
                .schedule
                .map(|schedule| schedule.value.edges(from, to));
            let edges = edges.unwrap_or_default().into_iter();
            edges.map(|edge| (edge.at, edge.power)).collect()
        });
        edges.clone()
    }
}
