//! The client of Azure's metrics.

use super::query::{Asked, TimeRange, chunks, query};
use super::read::{Loads, read};
use crate::arm::{Arm, Config};
use crate::budget::Pace;
use crate::error::{AzureError, ErrorKind};
use azure_core::credentials::TokenCredential;
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{FoundryVersion, Load, Span, Workspace};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::time::{Duration, Instant};
use url::Url;

/// Where the batch call is refused, it is not tried again for so long.
const REFUSED_FOR: Duration = Duration::from_secs(3600);

/// What [`Metrics`] is made with.
#[derive(Clone, Debug)]
pub struct MetricsConfig {
    /// `https://{region}.metrics.monitor.azure.com`, or a simulator's; `{region}` becomes the workspaces' own.
    pub endpoint: String,
    pub request_timeout: Duration,
    pub concurrency: usize,
    pub client_id: Option<String>,
}

/// A client of Azure's metrics. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: MetricsConfig,
    credential: Arc<dyn TokenCredential>,
    /// One client for each region.
    regions: Mutex<BTreeMap<String, Arm>>,
    /// When the batch call was refused, by subscription and region.
    refused: Mutex<BTreeMap<(String, String), Instant>>,
}

/// The load of one resource, `None` where there is no sample of it; or why it cannot be known.
pub type LoadAnswer = Result<Option<Load>, AzureError>;

impl Metrics {
    pub fn new(config: MetricsConfig, credential: Arc<dyn TokenCredential>) -> Metrics {
        Metrics(Arc::new(Inner {
            config,
            credential,
            regions: Mutex::default(),
            refused: Mutex::default(),
        }))
    }

    /// The load of every resource asked for, in that order. `arm` makes the single calls.
    pub async fn loads(
        &self,
        arm: &Arm,
        asked: &[Asked<'_>],
        deadline: Instant,
    ) -> Vec<LoadAnswer> {
        let mut groups: BTreeMap<(String, String, i64), Vec<usize>> = BTreeMap::new();
        for (index, one) in asked.iter().enumerate() {
            let workspace = one.workspace;
            let key = (
                workspace.subscription.to_lowercase(),
                region_of(workspace),
                one.span.step.num_seconds(),
            );
            groups.entry(key).or_default().push(index);
        }
        let mut answers: Vec<Option<LoadAnswer>> = asked.iter().map(|_| None).collect();
        let calls = groups.iter().flat_map(|((subscription, region, _), all)| {
            chunks(asked, all)
                .into_iter()
                .map(move |chunk| self.chunk(arm, (subscription, region), asked, chunk, deadline))
        });
        let calls: Vec<_> = calls.collect();
        for found in together(calls, self.0.config.concurrency).await {
            for (index, answer) in found {
                answers[index] = Some(answer);
            }
        }
        let missing = || AzureError::at_path(ErrorKind::Garbled, "get metrics", "", "not asked");
        answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(missing())))
            .collect()
    }

    /// Asks the regional host of a workspace for the last minutes of it, of no compute that there is.
    ///
    /// # Errors
    /// As the host answers, or why it does not.
    pub async fn reach(
        &self,
        workspace: &Workspace,
        now: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<(), AzureError> {
        let step = TimeDelta::minutes(5);
        let one = Asked {
            workspace,
            compute: "none",
            span: Span {
                from: now - step,
                to: now,
                step,
            },
        };
        let place = (workspace.subscription.to_lowercase(), region_of(workspace));
        self.batch(&place, &[one], deadline).await.map(drop)
    }

    /// One batch call, or a call for each of its workspaces where the batch is refused.
    async fn chunk(
        &self,
        arm: &Arm,
        (subscription, region): (&str, &str),
        asked: &[Asked<'_>],
        chunk: Vec<usize>,
        deadline: Instant,
    ) -> Vec<(usize, LoadAnswer)> {
        let all: Vec<Asked<'_>> = chunk.iter().map(|index| asked[*index]).collect();
        let place = (subscription.to_owned(), region.to_owned());
        if !self.is_refused(&place) {
            match self.batch(&place, &all, deadline).await {
                Err(error) if is_refusal(&error) => {
                    self.refuse(place, &error);
                }
                answer => return share(chunk, &all, &answer),
            }
        }
        let mut by_workspace: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for index in chunk {
            let id = asked[index].workspace.id.as_str();
            by_workspace.entry(id).or_default().push(index);
        }
        let singles = by_workspace.into_values().map(|indices| async move {
            let all: Vec<Asked<'_>> = indices.iter().map(|index| asked[*index]).collect();
            let answer = single(arm, &all, deadline).await;
            share(indices, &all, &answer)
        });
        let found = together(singles.collect(), self.0.config.concurrency).await;
        found.into_iter().flatten().collect()
    }

    pub(super) fn concurrency(&self) -> usize {
        self.0.config.concurrency
    }

    pub(super) fn is_refused(&self, place: &(String, String)) -> bool {
        let refused = locked(&self.0.refused);
        refused
            .get(place)
            .is_some_and(|at| at.elapsed() < REFUSED_FOR)
    }

    /// The batch call is not tried again for a while.
    pub(super) fn refuse(&self, place: (String, String), error: &AzureError) {
        tracing::info!(event = "metrics", %error, "the batch call is refused; asking one by one");
        locked(&self.0.refused).insert(place, Instant::now());
    }

    async fn batch(
        &self,
        (subscription, region): &(String, String),
        all: &[Asked<'_>],
        deadline: Instant,
    ) -> Result<Loads, AzureError> {
        let host = self.region(region)?;
        let mut ids: Vec<String> = all
            .iter()
            .map(|one| one.workspace.id.to_lowercase())
            .collect();
        ids.sort();
        ids.dedup();
        let asked = query(all, TimeRange::Ends);
        let call = host.wire(&base::metrics_batch(subscription, &ids, asked));
        let reply = host.send(&call, deadline).await?;
        let answer: Value = reply.json(call.name, &call.url)?;
        let garbled = |words: &str| call.error(ErrorKind::Garbled, words);
        let values = answer.get("values").and_then(Value::as_array);
        let values = values.ok_or_else(|| garbled("no list named values in the answer"))?;
        let mut loads = Loads::new();
        for id in ids {
            let own = |value: &&Value| {
                let resource = value.get("resourceid").and_then(Value::as_str);
                resource.is_some_and(|resource| resource.eq_ignore_ascii_case(&id))
            };
            if !values.iter().any(|value| own(&value)) {
                return Err(garbled("a workspace is missing in the answer"));
            }
            // Of one that stands there twice the higher load counts.
            for value in values.iter().filter(own) {
                read(value, &id, &mut loads).map_err(|fault| garbled(&fault.to_string()))?;
            }
        }
        Ok(loads)
    }

    /// The client for one region.
    pub(super) fn region(&self, region: &str) -> Result<Arm, AzureError> {
        let mut regions = locked(&self.0.regions);
        if let Some(arm) = regions.get(region) {
            return Ok(arm.clone());
        }
        let setup = |words: &str| AzureError::at_path(ErrorKind::Setup, "metrics", "", words);
        // It becomes part of a host's name.
        if region.is_empty() || !region.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(setup("the workspace's region is not known"));
        }
        let config = &self.0.config;
        let endpoint = config.endpoint.replace("{region}", region);
        let endpoint: Url = endpoint
            .parse()
            .map_err(|_| setup("METRICS_ENDPOINT is not a URL"))?;
        let arm = Arm::new(
            Config {
                scope: Some(scope(&endpoint)),
                arm_endpoint: endpoint,
                api_version: String::new(),
                foundry_version: FoundryVersion::default(),
                request_timeout: config.request_timeout,
                concurrency: config.concurrency,
                client_id: config.client_id.clone(),
                pace: Pace::Unbounded,
            },
            self.0.credential.clone(),
        )?;
        regions.insert(region.to_owned(), arm.clone());
        Ok(arm)
    }
}

/// As it stands in the name of the region's host; empty where it is not known.
fn region_of(workspace: &Workspace) -> String {
    let region = workspace.location.as_deref().unwrap_or_default();
    region.replace(' ', "").to_lowercase()
}

pub(super) async fn together<F: Future>(calls: Vec<F>, at_once: usize) -> Vec<F::Output> {
    let calls = futures::stream::iter(calls).buffer_unordered(at_once.max(1));
    calls.collect().await
}

/// Only plain values are kept: a panic elsewhere cannot leave them half written.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The audience of the endpoint's cloud.
fn scope(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    let cloud = ["us", "cn"]
        .into_iter()
        .find(|cloud| host.ends_with(&format!(".metrics.monitor.azure.{cloud}")));
    format!(
        "https://metrics.monitor.azure.{}/.default",
        cloud.unwrap_or("com")
    )
}

/// A definite no, which asking again will not change, or a host that a firewall hides; one workspace at a time, through
/// ARM, may still be allowed.
pub(super) fn is_refusal(error: &AzureError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::WrongState
            | ErrorKind::Refused
            | ErrorKind::NoToken
            | ErrorKind::Network
            | ErrorKind::Setup
    )
}

/// Gives every resource of a call its part of the answer.
fn share(
    indices: Vec<usize>,
    all: &[Asked<'_>],
    answer: &Result<Loads, AzureError>,
) -> Vec<(usize, LoadAnswer)> {
    let of = |one: &Asked<'_>| match answer {
        Ok(loads) => {
            let key = (one.workspace.id.to_lowercase(), one.compute.to_lowercase());
            Ok(loads.get(&key).cloned())
        }
        Err(error) => Err(error.clone()),
    };
    indices
        .into_iter()
        .zip(all)
        .map(|(index, one)| (index, of(one)))
        .collect()
}

/// The metrics of one workspace, through ARM.
async fn single(arm: &Arm, all: &[Asked<'_>], deadline: Instant) -> Result<Loads, AzureError> {
    let Some(first) = all.first() else {
        return Ok(Loads::new());
    };
    let asked = query(all, TimeRange::Whole);
    let call = arm.wire(&base::metrics(first.workspace, asked));
    let reply = arm.send(&call, deadline).await?;
    let answer: Value = reply.json(call.name, &call.url)?;
    let mut loads = Loads::new();
    read(&answer, &first.workspace.id.to_lowercase(), &mut loads)
        .map_err(|fault| call.error(ErrorKind::Garbled, &fault.to_string()))?;
    Ok(loads)
}
