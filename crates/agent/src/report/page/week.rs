//! A week of every resource: when it was on, in a job, held, or off, and whose stop that was.

use super::name::{ResourceName, named};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers};
use lamplighter_core::record::{ChangedBy, Observation, Reason, Record, Resource, What};
use lamplighter_core::schedule::Power;
use lamplighter_core::tz::Tz;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A week's timelines: seven days, from midnight to midnight in the page's zone.
#[derive(Clone, Debug, Serialize)]
pub struct Week {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub resources: Vec<ResourceWeek>,
    /// All resources; `resources` may be cut short.
    pub count: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct ResourceWeek {
    #[serde(skip)]
    pub id: String,
    pub resource: ResourceName,
    pub spans: Vec<Span>,
    /// The edges of its schedule, as it is now.
    pub edges: Edges,
    /// Seconds in each condition.
    pub seconds: BTreeMap<Condition, i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub condition: Condition,
}

/// What a resource is for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    On,
    /// On, with a job.
    Job,
    /// On, under a hold.
    Held,
    OffByLamplighter,
    /// By its own idle timer, or its own schedule.
    OffByAzure,
    OffByPerson,
    /// By anybody: Azure does not say, or it was recorded before that was kept.
    OffByOthers,
}

impl ResourceWeek {
    /// Seconds in which it was on, whatever for.
    pub fn on(&self) -> i64 {
        let on = Condition::ON.iter();
        on.filter_map(|one| self.seconds.get(one)).sum()
    }
}

impl Condition {
    pub const ON: [Condition; 3] = [Condition::On, Condition::Job, Condition::Held];
    pub const OFF: [Condition; 4] = [
        Condition::OffByLamplighter,
        Condition::OffByAzure,
        Condition::OffByPerson,
        Condition::OffByOthers,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Condition::On => "on",
            Condition::Job => "on, job running",
            Condition::Held => "on, held",
            Condition::OffByLamplighter => "off by Lamplighter",
            Condition::OffByAzure => "off by Azure",
            Condition::OffByPerson => "off by a person",
            Condition::OffByOthers => "off by others",
        }
    }
}

pub fn off_by_lamplighter(observation: &Observation) -> bool {
    condition(observation) == Some(Condition::OffByLamplighter)
}

fn condition(of: &Observation) -> Option<Condition> {
    Some(match (of.power?, of.whose()) {
        (Power::On, _) if of.job => Condition::Job,
        (Power::On, _) if of.hold.is_some_and(|hold| hold.power == Power::On) => Condition::Held,
        (Power::On, _) => Condition::On,
        (Power::Off, ChangedBy::Lamplighter) => Condition::OffByLamplighter,
        (Power::Off, ChangedBy::Azure) => Condition::OffByAzure,
        (Power::Off, ChangedBy::Person) => Condition::OffByPerson,
        (Power::Off, ChangedBy::Unknown) => Condition::OffByOthers,
    })
}

/// The midnight six days before today's: the last column is today. At midnight itself today is the day that ends, as for
/// a period of whole days.
pub fn begin(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let just_before = now
        .checked_sub_signed(TimeDelta::nanoseconds(1))
        .unwrap_or(now);
    let today = just_before.with_timezone(&zone).date_naive();
    let first = today.checked_sub_days(Days::new(6));
    first.map_or(now, |first| midnight(first, zone).unwrap_or(now))
}

/// When a day begins, also where clocks go forward at midnight.
pub fn midnight(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let quarters = (0..96).filter_map(|quarter| {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(quarter * 900, 0)?;
        zone.from_local_datetime(&day.and_time(time)).earliest()
    });
    quarters.map(|at| at.to_utc()).next()
}

/// What records tell of each resource, in order of time.
fn told(records: &[Record]) -> HashMap<&str, Vec<(DateTime<Utc>, Known<'_>)>> {
    let mut observed: HashMap<&str, Vec<(DateTime<Utc>, Known<'_>)>> = HashMap::new();
    for record in records {
        let known = match &record.what {
            What::Observed { observation } => Known::Observed(observation),
            What::Decision { reason, .. } => Known::Decided(*reason),
            _ => continue,
        };
        if let Some(resource) = &record.resource {
            let of = observed.entry(resource.id.as_str()).or_default();
            of.push((record.at, known));
        }
    }
    observed
}

/// The timelines, by workspace and name. `records` reach back far enough to tell how the week began.
pub fn week(
    records: &[Record],
    standing: &[(Resource, Observation)],
    names: &HashMap<&str, ResourceName>,
    (now, zone): (DateTime<Utc>, Tz),
    most: usize,
) -> Week {
    let from = begin(now, zone);
    let last = from
        .with_timezone(&zone)
        .date_naive()
        .checked_add_days(Days::new(7));
    let to = last.and_then(|last| midnight(last, zone)).unwrap_or(now);
    let mut observed = told(records);
    let mut schedules = Schedules::default();
    let mut resources: Vec<ResourceWeek> = Vec::new();
    for (resource, last) in standing {
        let known = observed.remove(resource.id.as_str()).unwrap_or_default();
        let spans = spans(&known, last, from, now);
        let mut seconds = BTreeMap::new();
        for span in &spans {
            *seconds.entry(span.condition).or_default() += (span.to - span.from).num_seconds();
        }
        resources.push(ResourceWeek {
            id: resource.id.clone(),
            resource: named(resource, names),
            edges: schedules.edges(last, from, to),
            spans,
            seconds,
        });
    }
    let count = resources.len();
    resources.sort_by(|a, b| a.resource.cmp(&b.resource));
    resources.truncate(most);
    Week {
        from,
        to,
        resources,
        count,
    }
}

/// What a record says of how a resource was.
#[derive(Clone, Copy)]
enum Known<'a> {
    Observed(&'a Observation),
    /// Jobs and holds that delayed a stop, or kept it on, are told by decisions: they stand until the next one.
    Decided(Reason),
}

/// What a resource was, by what was observed and what was decided last.
fn both(observed: Option<Condition>, decided: Option<Reason>) -> Option<Condition> {
    match (observed, decided) {
        (Some(Condition::On), Some(Reason::JobRunning)) => Some(Condition::Job),
        (Some(Condition::On), Some(Reason::HoldOn)) => Some(Condition::Held),
        (observed, _) => observed,
    }
}

/// Since when a resource was what, in order of time; `None`: nobody knows.
fn changes(
    known: &[(DateTime<Utc>, Known<'_>)],
    last: &Observation,
) -> Vec<(DateTime<Utc>, Option<Condition>)> {
    let mut changes: Vec<(DateTime<Utc>, Option<Condition>)> = Vec::new();
    let mut before: Option<Option<Power>> = None;
    let (mut observed, mut decided, mut turned) = (None, None, None);
    let unchanged = !known
        .iter()
        .any(|(_, one)| matches!(one, Known::Observed(_)));
    if unchanged {
        observed = condition(last);
        changes.push((last.since, observed));
    }
    let known = known
        .iter()
        .filter(|(at, _)| !unchanged || *at >= last.since);
    for (at, one) in known {
        let mut since = *at;
        match one {
            Known::Decided(reason) => decided = Some(*reason),
            Known::Observed(observation) => {
                // Azure tells when power changed; when a job or a hold began, only the observation tells.
                if before != Some(observation.power) {
                    since = observation
                        .since
                        .max(turned.unwrap_or(observation.since))
                        .min(*at);
                    turned = Some(since);
                    changes.retain(|(at, _)| *at <= since);
                }
                before = Some(observation.power);
                observed = condition(observation);
            }
        }
        changes.push((since, both(observed, decided)));
    }
    changes
}

/// What a resource was, from `from` to `now`; a stretch of which nothing is known has no span.
fn spans(
    known: &[(DateTime<Utc>, Known<'_>)],
    last: &Observation,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Span> {
    let changes = changes(known, last);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([now]);
    let stretches = changes.iter().zip(ends);
    let mut spans: Vec<Span> = Vec::new();
    for ((begin, condition), end) in stretches {
        let (begin, end) = ((*begin).max(from), end.min(now));
        let Some(condition) = condition.filter(|_| begin < end) else {
            continue;
        };
        match spans.last_mut() {
            Some(span) if span.condition == condition && span.to == begin => span.to = end,
            _ => spans.push(Span {
                from: begin,
                to: end,
                condition,
            }),
        }
    }
    spans
}

type Edges = Vec<(DateTime<Utc>, Power)>;

/// The edges of schedules, each computed once: many resources share one.
#[derive(Default)]
struct Schedules(HashMap<(String, Option<String>), Edges>);

impl Schedules {
    fn edges(&mut self, of: &Observation, from: DateTime<Utc>, to: DateTime<Utc>) -> Edges {
        let Some(schedule) = of.schedule.clone() else {
            return Vec::new();
        };
        let key = (schedule, of.holidays.clone());
        let edges = self.0.entry(key);
        let edges = edges.or_insert_with_key(|(schedule, holidays)| {
            let tag = |name: &str, value: &str| (format!("lamp-{name}"), value.to_string());
            let tags = [
                ("schedule", Some(schedule)),
                ("holidays", holidays.as_ref()),
            ];
            let tags = tags.into_iter();
            let tags = tags.filter_map(|(name, value)| Some(tag(name, value?)));
            let (tags, none) = (tags.collect(), Tags::new());
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
