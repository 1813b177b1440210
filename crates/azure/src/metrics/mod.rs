//! The load of machines, from Azure's metrics: up to 50 workspaces in one call, or one workspace where that is refused.

mod read;

use super::arm::{Arm, Call, Config};
use super::error::{AzureError, Kind};
use super::model::{Load, Span, Workspace};
use azure_core::credentials::TokenCredential;
use chrono::SecondsFormat;
use futures::StreamExt;
use read::read;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::time::{Duration, Instant};
use url::Url;

const NAMESPACE: &str = "Microsoft.MachineLearningServices/workspaces";
const CPU: &str = "CpuUtilizationPercentage";
const GPU: &str = "GpuUtilizationPercentage";
/// What the batch call takes.
const WORKSPACES: usize = 50;
/// Machines named in one call: the filter stands in the URL.
const MACHINES: usize = 50;
/// Azure gives no more than this many series unless told.
const LEAST_TOP: usize = 10;
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

/// The machines of one workspace whose load is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub workspace: &'a Workspace,
    pub compute: &'a str,
    pub span: Span,
}

/// The load of one machine, `None` where there is no sample of it; or why it cannot be known.
pub type Answer = Result<Option<Load>, AzureError>;

/// Loads by workspace id and compute name, both in lower case.
type Loads = BTreeMap<(String, String), Load>;

impl Metrics {
    pub fn new(config: MetricsConfig, credential: Arc<dyn TokenCredential>) -> Metrics {
        Metrics(Arc::new(Inner {
            config,
            credential,
            regions: Mutex::default(),
            refused: Mutex::default(),
        }))
    }

    /// The load of every machine asked for, in that order. `arm` makes the single calls.
    pub async fn loads(&self, arm: &Arm, asked: &[Asked<'_>], deadline: Instant) -> Vec<Answer> {
        let mut groups: BTreeMap<(String, String, i64), Vec<usize>> = BTreeMap::new();
        for (index, one) in asked.iter().enumerate() {
            let workspace = one.workspace;
            let region = workspace.location.as_deref().unwrap_or_default();
            let region = region.replace(' ', "").to_lowercase();
            let key = (
                workspace.subscription.to_lowercase(),
                region,
                one.span.step.num_seconds(),
            );
            groups.entry(key).or_default().push(index);
        }
        let mut answers: Vec<Option<Answer>> = asked.iter().map(|_| None).collect();
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
        let missing = || AzureError::at_path(Kind::Garbled, "get metrics", "", "not asked");
        answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(missing())))
            .collect()
    }

    /// One batch call, or a call for each of its workspaces where the batch is refused.
    async fn chunk(
        &self,
        arm: &Arm,
        (subscription, region): (&str, &str),
        asked: &[Asked<'_>],
        chunk: Vec<usize>,
        deadline: Instant,
    ) -> Vec<(usize, Answer)> {
        let all: Vec<Asked<'_>> = chunk.iter().map(|index| asked[*index]).collect();
        let place = (subscription.to_owned(), region.to_owned());
        if !self.is_refused(&place) {
            match self.batch(&place, &all, deadline).await {
                Err(error) if is_refusal(&error) => {
                    tracing::info!(event = "metrics", %error, "the batch call is refused; asking one by one");
                    locked(&self.0.refused).insert(place, Instant::now());
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

    fn is_refused(&self, place: &(String, String)) -> bool {
        let refused = locked(&self.0.refused);
        refused
            .get(place)
            .is_some_and(|at| at.elapsed() < REFUSED_FOR)
    }

    async fn batch(
        &self,
        (subscription, region): &(String, String),
        all: &[Asked<'_>],
        deadline: Instant,
    ) -> Result<Loads, AzureError> {
        const CALL: &str = "get metrics of workspaces";
        let host = self.region(region)?;
        let mut url = host.url(
            &["subscriptions", subscription, "metrics:getBatch"],
            "2023-10-01",
        );
        let (from, to) = ends(all);
        url.query_pairs_mut()
            .append_pair("starttime", &from)
            .append_pair("endtime", &to)
            .append_pair("filter", &filter(all));
        common(&mut url, all);
        let mut ids: Vec<String> = all
            .iter()
            .map(|one| one.workspace.id.to_lowercase())
            .collect();
        ids.sort();
        ids.dedup();
        let body = json!({"resourceids": ids}).to_string().into_bytes();
        let call = Call {
            asks: true,
            ..Call::post(CALL, url, Some(body))
        };
        let reply = host.send(&call, deadline).await?;
        let answer: Value = reply.json(CALL, &call.url)?;
        let garbled = |words: &str| call.error(Kind::Garbled, words);
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
                read(value, &id, &mut loads).map_err(|words| garbled(&words))?;
            }
        }
        Ok(loads)
    }

    /// The client for one region.
    fn region(&self, region: &str) -> Result<Arm, AzureError> {
        let mut regions = locked(&self.0.regions);
        if let Some(arm) = regions.get(region) {
            return Ok(arm.clone());
        }
        let setup = |words: &str| AzureError::at_path(Kind::Setup, "metrics", "", words);
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
                request_timeout: config.request_timeout,
                concurrency: config.concurrency,
                client_id: config.client_id.clone(),
                pace: super::Pace::Unbounded,
            },
            self.0.credential.clone(),
        )?;
        regions.insert(region.to_owned(), arm.clone());
        Ok(arm)
    }
}

async fn together<F: Future>(calls: Vec<F>, at_once: usize) -> Vec<F::Output> {
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
fn is_refusal(error: &AzureError) -> bool {
    matches!(
        error.kind(),
        Kind::Unauthorized
            | Kind::Forbidden
            | Kind::NotFound
            | Kind::WrongState
            | Kind::Refused
            | Kind::NoToken
            | Kind::Network
            | Kind::Setup
    )
}

/// Cuts what is asked into calls that Azure takes.
fn chunks(asked: &[Asked<'_>], all: &[usize]) -> Vec<Vec<usize>> {
    let mut sorted = all.to_vec();
    sorted.sort_by_key(|index| (asked[*index].workspace.id.as_str(), *index));
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let (mut workspaces, mut last) = (0, "");
    for index in sorted {
        let id = asked[index].workspace.id.as_str();
        let more = workspaces + usize::from(id != last);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MACHINES && more <= WORKSPACES => {
                chunk.push(index);
                workspaces = more;
            }
            _ => {
                chunks.push(vec![index]);
                workspaces = 1;
            }
        }
        last = id;
    }
    chunks
}

/// Gives every machine of a call its part of the answer.
fn share(
    indices: Vec<usize>,
    all: &[Asked<'_>],
    answer: &Result<Loads, AzureError>,
) -> Vec<(usize, Answer)> {
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
    const CALL: &str = "get metrics of a workspace";
    let Some(first) = all.first() else {
        return Ok(Loads::new());
    };
    let rest = ["providers", "microsoft.insights", "metrics"];
    let mut url = arm.workspace_url(first.workspace, &rest);
    let (from, to) = ends(all);
    url.set_query(Some("api-version=2019-07-01"));
    url.query_pairs_mut()
        .append_pair("timespan", &format!("{from}/{to}"))
        .append_pair("$filter", &filter(all));
    common(&mut url, all);
    let call = Call::get(CALL, url);
    let reply = arm.send(&call, deadline).await?;
    let answer: Value = reply.json(CALL, &call.url)?;
    let mut loads = Loads::new();
    read(&answer, &first.workspace.id.to_lowercase(), &mut loads)
        .map_err(|words| call.error(Kind::Garbled, &words))?;
    Ok(loads)
}

/// From the earliest begin of all that is asked for to the latest end.
fn ends(all: &[Asked<'_>]) -> (String, String) {
    let from = all.iter().map(|one| one.span.from).min();
    let to = all.iter().map(|one| one.span.to).max();
    let text = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    (
        from.map(text).unwrap_or_default(),
        to.map(text).unwrap_or_default(),
    )
}

fn filter(all: &[Asked<'_>]) -> String {
    let mut names: Vec<String> = all
        .iter()
        .map(|one| format!("ComputeName eq '{}'", one.compute.replace('\'', "''")))
        .collect();
    names.sort();
    names.dedup();
    names.join(" or ")
}

fn common(url: &mut Url, all: &[Asked<'_>]) {
    let step = all.first().map_or(60, |one| one.span.step.num_seconds());
    let step = Duration::from_secs(step.unsigned_abs());
    url.query_pairs_mut()
        .append_pair("interval", &lamplighter_core::duration::iso(step))
        .append_pair("metricnamespace", NAMESPACE)
        .append_pair("metricnames", &format!("{CPU},{GPU}"))
        .append_pair("aggregation", "maximum,count")
        .append_pair("top", &all.len().max(LEAST_TOP).to_string());
}
