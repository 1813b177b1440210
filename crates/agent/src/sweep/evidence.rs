//! Evidence of work, asked for only where it can change a decision: beacons first, then metrics of those without one,
//! many workspaces in one call. Jobs are asked for last, by the pass itself.

use super::concurrent::all;
use super::context::Context;
use super::target::WorkspaceTarget;
use crate::beacons::{self, BeaconError, Heard};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::{Asked, Metric, Placed};
use lamplighter_core::decide::evidence::{self, Source};
use lamplighter_core::decide::{Finding, Presence};
use lamplighter_core::kinds::Kind;
use lamplighter_core::kinds::deployment::metrics;
use lamplighter_core::observe::{Compute, Span};
use lamplighter_core::policy::Limits;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// All metrics together take no longer than this: a resource whose are late stays on until the next sweep.
const WITHIN: Duration = Duration::from_secs(60);

/// A resource whose work is to be judged.
pub struct Want<'a> {
    pub target: &'a WorkspaceTarget,
    pub compute: &'a Compute,
    pub beacon: Presence,
    /// Without work for so long, it would be stopped.
    pub length: TimeDelta,
    pub limits: Limits,
}

/// What beacons and metrics prove of each resource, in the order of `wants`.
pub async fn gather(
    context: &Context,
    wants: &[Want<'_>],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Vec<Vec<Finding>> {
    let deadline = deadline.min(Instant::now() + WITHIN);
    let mut findings: Vec<Vec<Finding>> = wants.iter().map(|_| Vec::new()).collect();
    let asked = wants.iter().enumerate().map(|(index, want)| async move {
        let found = match want.beacon {
            Presence::Absent => None,
            Presence::Present => {
                Some(of_beacon(context, want.compute, want.limits, now, deadline).await)
            }
            Presence::Unknown => {
                let text = "whether it has one could not be found out".to_string();
                Some(Finding::unknown(Source::Beacon, text))
            }
        };
        (index, found)
    });
    for (index, found) in all(asked.collect(), context.settings.concurrency).await {
        findings[index].extend(found);
    }
    measure(context, wants, &mut findings, now, deadline).await;
    findings
}

/// Asks for the metrics of those without a beacon: where there is one, it knows more than metrics do.
async fn measure(
    context: &Context,
    wants: &[Want<'_>],
    findings: &mut [Vec<Finding>],
    now: DateTime<Utc>,
    deadline: Instant,
) {
    let (mut measured, mut asked_for) = (Vec::<(usize, Span)>::new(), Vec::new());
    for (index, want) in wants.iter().enumerate() {
        if !findings[index].is_empty() {
            continue;
        }
        match evidence::span(want.length, now) {
            _ if Kind::of(want.compute) == Kind::Workbench => {
                let text = "no metric names a workbench: only a beacon on it tells".to_owned();
                findings[index].push(Finding::unknown(Source::Metrics, text));
            }
            Some(span) if Kind::of(want.compute) == Kind::Deployment => {
                asked_for.push((index, span))
            }
            Some(span) => measured.push((index, span)),
            None => findings[index].push(Finding::unknown(
                Source::Metrics,
                "they do not reach back as far as its idle time".into(),
            )),
        }
    }
    requests(context, (wants, &asked_for), findings, now, deadline).await;
    let asked: Vec<Asked<'_>> = measured
        .iter()
        .map(|(index, span)| Asked {
            workspace: &wants[*index].target.workspace,
            compute: &wants[*index].compute.name,
            span: *span,
        })
        .collect();
    let loads = context.metrics.loads(&context.arm, &asked, deadline).await;
    for ((index, span), load) in measured.into_iter().zip(loads) {
        let want = &wants[index];
        findings[index].push(match load {
            Ok(load) => evidence::metrics(
                load.as_ref(),
                want.compute.has_gpu(),
                want.limits,
                (want.length, span),
                now,
            )
            .by(load.as_ref()),
            Err(error) => Finding::unknown(Source::Metrics, error.to_string()),
        });
    }
}

/// What is asked of deployments, as the metrics of their endpoints have it.
async fn requests(
    context: &Context,
    (wants, asked_for): (&[Want<'_>], &[(usize, Span)]),
    findings: &mut [Vec<Finding>],
    now: DateTime<Utc>,
    deadline: Instant,
) {
    let (mut places, mut asked) = (Vec::new(), Vec::new());
    for (index, span) in asked_for {
        let want = &wants[*index];
        let Some(endpoint) = metrics::endpoint(&want.compute.id) else {
            let text = "its endpoint is not known".into();
            findings[*index].push(Finding::unknown(Source::Metrics, text));
            continue;
        };
        places.push((*index, *span));
        let region = want.compute.location.as_deref();
        asked.push(Placed {
            region: region
                .or(want.target.workspace.location.as_deref())
                .unwrap_or_default(),
            metric: Metric {
                id: endpoint,
                name: metrics::REQUESTS,
                filter: metrics::EACH,
                span: *span,
            },
        });
    }
    let (all, arm) = (&context.metrics, &context.arm);
    let answers = all.series(arm, &asked, usize::MAX, deadline).await;
    for ((index, span), answer) in places.into_iter().zip(answers) {
        let compute = wants[index].compute;
        let name = compute.name.rsplit('/').next().unwrap_or_default();
        findings[index].push(match answer {
            Some(Ok(series)) => evidence::requests(&series, name, span, now),
            Some(Err(error)) => Finding::unknown(Source::Metrics, error.to_string()),
            None => Finding::unknown(Source::Metrics, "it was not asked for".into()),
        });
    }
}

/// What an instance's own beacon proves now.
pub async fn of_beacon(
    context: &Context,
    compute: &Compute,
    limits: Limits,
    now: DateTime<Utc>,
    deadline: Instant,
) -> Finding {
    if context.beacons.is_none() || beacons::name(&compute.id).is_none() {
        return Finding::unknown(Source::Beacon, "there is none".into());
    }
    let heard = hear(context, compute, deadline).await;
    judged(&heard, compute, limits, now)
}

/// What lies under the name of an instance's beacon; or why that is not known.
pub async fn hear(
    context: &Context,
    compute: &Compute,
    deadline: Instant,
) -> Result<Option<Heard>, BeaconError> {
    let (Some(beacons), Some(name)) = (&context.beacons, beacons::name(&compute.id)) else {
        return Ok(None);
    };
    match timeout_at(deadline, beacons.hear(&name, &compute.id)).await {
        Ok(heard) => Ok(heard?),
        Err(_) => Err(BeaconError::Late),
    }
}

/// What a beacon's document proves.
pub fn judged(
    heard: &Result<Option<Heard>, BeaconError>,
    compute: &Compute,
    limits: Limits,
    now: DateTime<Utc>,
) -> Finding {
    let unknown = |text: &str| Finding::unknown(Source::Beacon, text.to_owned());
    let document = match heard {
        Ok(Some(heard)) => &heard.document,
        Ok(None) => return unknown("its document has just gone"),
        Err(why) => return unknown(&why.to_string()),
    };
    match document {
        Ok(document) => evidence::beacon(document, &compute.id, (limits, compute.has_gpu()), now),
        Err(fault) => unknown(&fault.to_string()),
    }
}
