//! Evidence of work, asked for only where it can change a decision: beacons first, then metrics of those without one,
//! many workspaces in one call. Jobs are asked for last, by the pass itself.

use super::discover::Place;
use super::{Context, all};
use lamplighter_azure::Asked;
use lamplighter_core::observe::{Compute, Span};
use lamplighter_core::observe::beacon;
use lamplighter_core::decide::evidence::{self, Source};
use lamplighter_core::decide::{Finding, Presence};
use lamplighter_core::policy::Limits;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// All metrics together take no longer than this: a machine whose are late stays on until the next sweep.
const WITHIN: Duration = Duration::from_secs(60);

/// The list of beacons takes no longer than this: schedules do not wait for it.
const LIST_WITHIN: Duration = Duration::from_secs(30);

/// In one round, the list of beacons of one instance's first pass serves its next ones for so long.
const LIST_SERVES: Duration = Duration::from_secs(120);

/// Which machines have a beacon.
pub enum Beaconed {
    /// `BEACONS` is not set.
    Nobody,
    /// By name, see [`beacon::name`].
    Names(HashSet<String>),
    Unlisted(String),
}

impl Beaconed {
    pub async fn list(context: &Context, deadline: Instant) -> Beaconed {
        let Some(beacons) = &context.beacons else {
            return Beaconed::Nobody;
        };
        match timeout_at(deadline.min(Instant::now() + LIST_WITHIN), beacons.names()).await {
            Ok(Ok(names)) => Beaconed::Names(names),
            Ok(Err(error)) => Beaconed::Unlisted(error.to_string()),
            Err(_) => Beaconed::Unlisted("the list took too long".into()),
        }
    }

    /// The same for a pass of a round, in which this instance may have listed them already.
    pub async fn list_in_round(context: &Context, round: &str, deadline: Instant) -> Arc<Beaconed> {
        // Passes that come meanwhile wait for the one that lists.
        let mut latest = context.beacons_listed.lock().await;
        if let Some(listed) = latest.as_ref()
            && listed.round == round
            && listed.at.elapsed() < LIST_SERVES
        {
            return listed.beacons.clone();
        }
        let beacons = Arc::new(Beaconed::list(context, deadline).await);
        // What could not be listed is asked for again.
        *latest = (!matches!(*beacons, Beaconed::Unlisted(_))).then(|| Listed {
            round: round.to_owned(),
            at: Instant::now(),
            beacons: beacons.clone(),
        });
        beacons
    }

    /// What went wrong with the list.
    pub fn problem(&self) -> Option<String> {
        match self {
            Beaconed::Unlisted(why) => Some(format!(
                "the beacons could not be listed, so no machine counts as idle: {why}"
            )),
            Beaconed::Nobody | Beaconed::Names(_) => None,
        }
    }

    pub fn of(&self, compute: &Compute) -> Presence {
        match self {
            Beaconed::Nobody => Presence::Absent,
            Beaconed::Unlisted(_) => Presence::Unknown,
            Beaconed::Names(names) => {
                let named = beacon::name(&compute.id).is_some_and(|name| names.contains(&name));
                match named {
                    true => Presence::Present,
                    false => Presence::Absent,
                }
            }
        }
    }
}

/// The list of beacons as it was in a round.
pub struct Listed {
    round: String,
    at: Instant,
    beacons: Arc<Beaconed>,
}

/// A machine whose work is to be looked at.
pub struct Want<'a> {
    pub place: &'a Place,
    pub compute: &'a Compute,
    pub beacon: Presence,
    /// Without work for so long, it would be put out.
    pub length: TimeDelta,
    pub limits: Limits,
}

/// What beacons and metrics say of each machine, in the order of `wants`.
pub async fn gather(
    context: &Context,
    wants: &[Want<'_>],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Vec<Vec<Finding>> {
    let deadline = deadline.min(Instant::now() + WITHIN);
    let looked = wants.iter().enumerate().map(|(index, want)| async move {
        let found = match want.beacon {
            Presence::Absent => None,
            Presence::Present => {
                Some(heard(context, want.compute, want.limits, now, deadline).await)
            }
            Presence::Unknown => {
                let words = "whether it has one could not be found out".to_string();
                Some(Finding::unknown(Source::Beacon, words))
            }
        };
        (index, found)
    });
    let mut findings: Vec<Vec<Finding>> = wants.iter().map(|_| Vec::new()).collect();
    for (index, found) in all(looked.collect(), context.settings.concurrency).await {
        findings[index].extend(found);
    }
    // Where a beacon speaks, it knows more than metrics do.
    let mut measured: Vec<(usize, Span)> = Vec::new();
    for (index, want) in wants.iter().enumerate() {
        if !findings[index].is_empty() {
            continue;
        }
        match evidence::span(want.length, now) {
            Some(span) => measured.push((index, span)),
            None => findings[index].push(Finding::unknown(
                Source::Metrics,
                "they do not reach back as far as its idle time".into(),
            )),
        }
    }
    let asked: Vec<Asked<'_>> = measured
        .iter()
        .map(|(index, span)| Asked {
            workspace: &wants[*index].place.workspace,
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
            ),
            Err(error) => Finding::unknown(Source::Metrics, error.to_string()),
        });
    }
    findings
}

/// What a machine's own beacon says now.
pub async fn heard(
    context: &Context,
    compute: &Compute,
    limits: Limits,
    now: DateTime<Utc>,
    deadline: Instant,
) -> Finding {
    let unknown = |words: &str| Finding::unknown(Source::Beacon, words.to_owned());
    let (Some(beacons), Some(name)) = (&context.beacons, beacon::name(&compute.id)) else {
        return unknown("there is none");
    };
    let has_gpu = compute.has_gpu();
    match timeout_at(deadline, beacons.read(&name)).await {
        Ok(Ok(Some(document))) => evidence::beacon(&document, &compute.id, (limits, has_gpu), now),
        Ok(Ok(None)) => unknown("its document has just gone"),
        Ok(Err(why)) => unknown(&why),
        Err(_) => unknown("its document could not be read in time"),
    }
}
