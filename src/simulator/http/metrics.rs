//! Workspace metrics: load exists per run, so a compute without a job has no samples.

use super::Stage;
use super::answer::{Answer, error};
use super::arm::workspace_of;
use super::call::Call;
use super::filter::Filter;
use crate::simulator::fleet::size;
use crate::simulator::world::{Job, Machine, Workspace, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// What can be asked for, with its unit and whether it needs a GPU.
const METRICS: &[(&str, &str, bool)] = &[
    ("CpuUtilizationPercentage", "Percent", false),
    ("CpuMemoryUtilizationPercentage", "Percent", false),
    ("GpuUtilizationPercentage", "Percent", true),
    ("NetworkInputMegabytes", "Count", false),
];

/// More than Azure gives in one call; a longer span with a short interval is refused.
const MOST_SAMPLES: i64 = 20_000;

/// A span cut into intervals.
struct Span {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: TimeDelta,
}

pub(super) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = &world.estate.workspaces[workspace_of(call, world)?];
    let bad = |message: &str| error(400, "BadRequest", message);
    let span = span(call, world)
        .ok_or_else(|| bad("timespan or interval is missing, malformed or too long."))?;
    let wanted = call
        .query("metricnames")
        .unwrap_or("CpuUtilizationPercentage");
    let filter = call.query("$filter").map(Filter::parse).transpose();
    let filter = filter.map_err(|message| bad(&message))?;
    let aggregation = call.query("aggregation").unwrap_or("average");
    let mut metrics = Vec::new();
    for name in wanted.split(',').map(str::trim) {
        let Some(metric) = METRICS
            .iter()
            .find(|metric| metric.0.eq_ignore_ascii_case(name))
        else {
            return Err(bad(&format!(
                "Failed to find metric configuration for metric: {name}."
            )));
        };
        let (name, unit, gpu) = *metric;
        let asked = |machine: &Machine| {
            let has_gpu = size(&machine.spec.vm_size).is_some_and(|size| size.gpus > 0);
            (has_gpu || !gpu)
                && filter
                    .as_ref()
                    .is_none_or(|filter| names(filter, &machine.spec.name))
        };
        metrics.push(json!({
            "id": format!("{}/providers/Microsoft.Insights/metrics/{name}", workspace.id),
            "type": "Microsoft.Insights/metrics",
            "name": {"value": name, "localizedValue": name},
            "unit": unit,
            "timeseries": series(world, workspace, asked, |jobs| samples(&span, jobs, name, aggregation)),
            "errorCode": "Success",
        }));
    }
    Ok(Answer::json(&json!({
        "cost": 0,
        "timespan": format!("{}/{}", stamp(span.from), stamp(span.to)),
        "interval": call.query("interval").unwrap_or("PT1M"),
        "namespace": "Microsoft.MachineLearningServices/workspaces",
        "resourceregion": workspace.location,
        "value": metrics,
    })))
}

/// One series for each machine that is asked for and had a run.
fn series(
    world: &World,
    workspace: &Workspace,
    asked: impl Fn(&Machine) -> bool,
    samples: impl Fn(&[&Job]) -> Option<Vec<Value>>,
) -> Vec<Value> {
    let of_machine = |index: usize| {
        let machine = &world.machines[index];
        let jobs = workspace.jobs.iter().map(|job| &world.jobs[*job]);
        let own: Vec<&Job> = jobs.filter(|job| job.machine == index).collect();
        let data = samples(&own).filter(|_| asked(machine))?;
        Some(json!({
            "metadatavalues": [{
                "name": {"value": "computename", "localizedValue": "computename"},
                "value": machine.spec.name,
            }],
            "data": data,
        }))
    };
    workspace
        .machines
        .iter()
        .copied()
        .filter_map(of_machine)
        .collect()
}

/// Whether the filter asks for a compute; `ComputeName eq '*'` asks for all.
fn names(filter: &Filter, compute: &str) -> bool {
    ["*", compute].iter().any(|value| {
        filter.matches(
            |field| {
                field
                    .eq_ignore_ascii_case("ComputeName")
                    .then(|| (*value).to_owned())
            },
            true,
        )
    })
}

fn span(call: &Call, world: &World) -> Option<Span> {
    let (from, to) = match call.query("timespan") {
        Some(text) => {
            let (from, to) = text.split_once('/')?;
            let time = |text: &str| {
                DateTime::parse_from_rfc3339(text)
                    .ok()
                    .map(|time| time.with_timezone(&Utc))
            };
            (time(from)?, time(to)?)
        }
        None => (world.now() - TimeDelta::hours(1), world.now()),
    };
    let step = crate::duration::parse(call.query("interval").unwrap_or("PT1M")).ok()?;
    let step = TimeDelta::from_std(step)
        .ok()
        .filter(|step| *step >= TimeDelta::minutes(1))?;
    let samples = (to - from).num_seconds() / step.num_seconds();
    (from < to && samples <= MOST_SAMPLES).then_some(Span { from, to, step })
}

fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// One sample an interval; those without a run have a time and no value. `None` where no run was at all.
fn samples(span: &Span, jobs: &[&Job], metric: &str, aggregation: &str) -> Option<Vec<Value>> {
    let mut any = false;
    let mut data = Vec::new();
    let mut at = span.from;
    while at < span.to {
        let end = at + span.step;
        let running = jobs.iter().find(|job| {
            job.started.is_some_and(|started| started < end)
                && job.ended.is_none_or(|ended| ended > at)
        });
        let mut sample = Map::new();
        sample.insert("timeStamp".into(), stamp(at).into());
        if let Some(job) = running {
            any = true;
            sample.insert(aggregation.to_lowercase(), load(job, metric, at).into());
        }
        data.push(Value::Object(sample));
        at = end;
    }
    any.then_some(data)
}

/// A believable load: steady by job, wavering by minute, and the same whenever it is asked for.
fn load(job: &Job, metric: &str, at: DateTime<Utc>) -> f64 {
    let seed = job
        .name
        .bytes()
        .chain(metric.bytes())
        .fold(7u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let level = fastrand::Rng::with_seed(seed).f64() * 40.0 + 40.0;
    let waver = fastrand::Rng::with_seed(seed ^ at.timestamp() as u64).f64() * 18.0;
    ((level + waver) * 100.0).round() / 100.0
}
