//! One metric of many resources: up to 50 in one call, or one by one where that is refused.

use super::client::{Metrics, is_refusal, together};
use super::series::{self, Metric};
use crate::arm::Arm;
use crate::error::{AzureError, ErrorKind};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::Series;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// What the batch call takes.
const RESOURCES: usize = 50;
/// Where it is refused, no more than these are asked for one by one; the others have their turn another time.
const ONE_BY_ONE: usize = 10;

/// One resource of many.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub metric: Metric<'a>,
    /// As Azure writes it, `West Europe` or `westeurope`.
    pub region: &'a str,
}

/// The series of one resource; `None`: it was not its turn.
pub type SeriesAnswer = Option<Result<Vec<Series>, AzureError>>;

impl Metrics {
    /// The averages of a metric of each of these resources, in that order. All are of one type (`namespace`), and are
    /// asked for the same metric, filter and time. `arm` makes the single calls.
    pub async fn series(
        &self,
        arm: &Arm,
        namespace: &str,
        asked: &[Placed<'_>],
        deadline: Instant,
    ) -> Vec<SeriesAnswer> {
        let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (index, one) in asked.iter().enumerate() {
            let subscription = one.metric.id.split('/').nth(2).unwrap_or_default();
            let region = one.region.replace(' ', "").to_lowercase();
            let key = (subscription.to_lowercase(), region);
            groups.entry(key).or_default().push(index);
        }
        let mut answers: Vec<SeriesAnswer> = asked.iter().map(|_| None).collect();
        let mut single = Vec::new();
        for (place, all) in &groups {
            for chunk in all.chunks(RESOURCES) {
                let metrics: Vec<Metric<'_>> =
                    chunk.iter().map(|index| asked[*index].metric).collect();
                match self.batch_of(place, namespace, &metrics, deadline).await {
                    None => single.extend_from_slice(chunk),
                    Some(found) => {
                        for (index, answer) in chunk.iter().zip(found) {
                            answers[*index] = Some(answer);
                        }
                    }
                }
            }
        }
        single.sort_unstable();
        let calls = single.into_iter().take(ONE_BY_ONE).map(|index| async move {
            let answer = arm.series(asked[index].metric, deadline).await;
            (index, answer)
        });
        for (index, answer) in together(calls.collect(), self.concurrency()).await {
            answers[index] = Some(answer);
        }
        answers
    }

    /// One batch call; `None` where it is refused.
    async fn batch_of(
        &self,
        place: &(String, String),
        namespace: &str,
        metrics: &[Metric<'_>],
        deadline: Instant,
    ) -> Option<Vec<Result<Vec<Series>, AzureError>>> {
        if self.is_refused(place) {
            return None;
        }
        match self.batch_answer(place, namespace, metrics, deadline).await {
            Ok(found) => Some(found),
            Err(error) if is_refusal(&error) => {
                tracing::info!(event = "metrics", %error, "the batch call is refused; asking one by one");
                // One that has just been deleted makes a whole call fail; the others are no worse for it.
                if error.kind() != ErrorKind::NotFound {
                    self.refuse(place);
                }
                None
            }
            Err(error) => Some(metrics.iter().map(|_| Err(error.clone())).collect()),
        }
    }

    async fn batch_answer(
        &self,
        (subscription, region): &(String, String),
        namespace: &str,
        metrics: &[Metric<'_>],
        deadline: Instant,
    ) -> Result<Vec<Result<Vec<Series>, AzureError>>, AzureError> {
        let Some(first) = metrics.first() else {
            return Ok(Vec::new());
        };
        let host = self.region(region)?;
        let ids: Vec<String> = metrics.iter().map(|one| one.id.to_lowercase()).collect();
        let query = series::batch_query(first, namespace);
        let call = host.wire(&base::metrics_of_many(subscription, &ids, query));
        let reply = host.send(&call, deadline).await?;
        let answer: Value = reply.json(call.name, &call.url)?;
        let garbled = |words: &str| call.error(ErrorKind::Garbled, words);
        let values = answer.get("values").and_then(Value::as_array);
        let values = values.ok_or_else(|| garbled("no list named values in the answer"))?;
        let of = |id: &String| {
            let own = |value: &&Value| {
                let resource = value.get("resourceid").and_then(Value::as_str);
                resource.is_some_and(|resource| resource.eq_ignore_ascii_case(id))
            };
            let found = values.iter().find(own);
            let found = found.and_then(|value| series::read(value, first.name));
            found.ok_or_else(|| {
                garbled("a resource is missing in the answer, or has no such metric")
            })
        };
        Ok(ids.iter().map(of).collect())
    }
}
