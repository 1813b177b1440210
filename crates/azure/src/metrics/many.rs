//! One metric of many resources of one type: up to fifty in one call, or one by one where that is refused.

use super::client::{Metrics, is_refusal, together};
use super::series::{Metric, batch_query, read};
use crate::arm::Arm;
use crate::error::{AzureError, ErrorKind};
use lamplighter_core::kinds::base;
use lamplighter_core::observe::{Series, Span};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

/// What the batch call takes.
const RESOURCES: usize = 50;

/// One resource of many.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub metric: Metric<'a>,
    /// As Azure writes it, `West Europe` or `westeurope`.
    pub region: &'a str,
}

/// What is measured of one resource, split, or why it cannot be known; `None`: it was not its turn.
pub type SeriesAnswer = Option<Result<Vec<Series>, AzureError>>;

impl Metrics {
    /// The averages of every metric asked for, in that order. `arm` makes the single calls, where the batch call is refused:
    /// no more than `singles`.
    pub async fn series(
        &self,
        arm: &Arm,
        asked: &[Placed<'_>],
        singles: usize,
        deadline: Instant,
    ) -> Vec<SeriesAnswer> {
        let mut groups: BTreeMap<(String, String, Call<'_>), Vec<usize>> = BTreeMap::new();
        for (index, one) in asked.iter().enumerate() {
            let subscription = one.metric.id.split('/').nth(2).unwrap_or_default();
            let region = one.region.replace(' ', "").to_lowercase();
            let key = (subscription.to_lowercase(), region, Call::of(&one.metric));
            groups.entry(key).or_default().push(index);
        }
        let left = AtomicUsize::new(singles);
        let left = (arm, &left);
        let calls = groups
            .into_iter()
            .flat_map(|((subscription, region, _), all)| {
                let place = (subscription, region);
                let chunks = chunks(asked, &all).into_iter();
                chunks.map(move |chunk| self.some(left, place.clone(), asked, chunk, deadline))
            });
        let mut answers: Vec<SeriesAnswer> = asked.iter().map(|_| None).collect();
        for found in together(calls.collect(), self.concurrency()).await {
            for (index, answer) in found {
                answers[index] = answer;
            }
        }
        answers
    }

    /// One batch call, or a call for each resource where the batch is refused.
    async fn some(
        &self,
        (arm, left): (&Arm, &AtomicUsize),
        place: (String, String),
        asked: &[Placed<'_>],
        chunk: Vec<Vec<usize>>,
        deadline: Instant,
    ) -> Vec<(usize, SeriesAnswer)> {
        let each: Vec<Metric<'_>> = chunk.iter().filter_map(|same| whole(asked, same)).collect();
        if !self.is_refused(&place) {
            match self.all_at_once(&place, &each, deadline).await {
                // One of them may be gone: of the others it says nothing.
                Err(error) if error.is_not_found() => {}
                Err(error) if is_refusal(&error) => self.refuse(place, &error),
                answers => return share(&chunk, answers),
            }
        }
        let singles = each.iter().map(|one| async {
            let turn = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
            match turn {
                Ok(_) => Some(arm.series(*one, deadline).await),
                Err(_) => None,
            }
        });
        let answers = futures::future::join_all(singles).await;
        let pairs = chunk.iter().zip(answers);
        pairs
            .flat_map(|(same, answer)| same.iter().map(move |index| (*index, answer.clone())))
            .collect()
    }

    async fn all_at_once(
        &self,
        place: &(String, String),
        each: &[Metric<'_>],
        deadline: Instant,
    ) -> Result<Vec<Result<Vec<Series>, AzureError>>, AzureError> {
        let Some(first) = spanning(each.iter().copied()) else {
            return Ok(Vec::new());
        };
        let host = self.region(&place.1)?;
        let ids: Vec<String> = each.iter().map(|one| one.id.to_lowercase()).collect();
        let call = host.wire(&base::metrics_of_many(
            &place.0,
            &ids,
            batch_query(&first, &type_of(first.id)),
        ));
        let reply = host.send(&call, deadline).await?;
        let answer: Value = reply.json(call.name, &call.url)?;
        let garbled = |words: &str| call.error(ErrorKind::Garbled, words);
        let values = answer.get("values").and_then(Value::as_array);
        let values = values.ok_or_else(|| garbled("no list named values in the answer"))?;
        let of = |one: &Metric<'_>| {
            let mut own = values.iter().filter(|value| {
                let resource = value.get("resourceid").and_then(Value::as_str);
                resource.is_some_and(|resource| resource.eq_ignore_ascii_case(one.id))
            });
            let found = own.next().and_then(|value| read(value, one.name));
            found.ok_or_else(|| garbled("a resource is missing in the answer, or its metric"))
        };
        Ok(each.iter().map(of).collect())
    }
}

/// What may be asked in one call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Call<'a> {
    namespace: String,
    name: &'a str,
    filter: &'a str,
    step: i64,
}

impl<'a> Call<'a> {
    fn of(metric: &Metric<'a>) -> Call<'a> {
        Call {
            namespace: type_of(metric.id),
            name: metric.name,
            filter: metric.filter,
            step: metric.span.step.num_seconds(),
        }
    }
}

/// The ARM type that an id names, in lower case.
fn type_of(id: &str) -> String {
    let lower = id.to_lowercase();
    let own = lower.rsplit_once("/providers/").map_or("", |(_, own)| own);
    let mut parts = own.split('/');
    let provider = parts.next().unwrap_or_default();
    let types = parts.step_by(2);
    types.fold(provider.to_owned(), |all, part| format!("{all}/{part}"))
}

/// Cut into calls that Azure takes; of what is asked of one resource more than once, all in one.
fn chunks(asked: &[Placed<'_>], all: &[usize]) -> Vec<Vec<Vec<usize>>> {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for index in all {
        let id = asked[*index].metric.id.to_lowercase();
        by_id.entry(id).or_default().push(*index);
    }
    let each: Vec<Vec<usize>> = by_id.into_values().collect();
    each.chunks(RESOURCES).map(<[_]>::to_vec).collect()
}

/// What is asked of one resource, over all the time that any asks for.
fn whole<'a>(asked: &[Placed<'a>], same: &[usize]) -> Option<Metric<'a>> {
    spanning(same.iter().map(|index| asked[*index].metric))
}

/// The first of these, over all the time that any asks for.
fn spanning<'a>(mut metrics: impl Iterator<Item = Metric<'a>>) -> Option<Metric<'a>> {
    let first = metrics.next()?;
    Some(metrics.fold(first, |all, one| Metric {
        span: Span {
            from: all.span.from.min(one.span.from),
            to: all.span.to.max(one.span.to),
            step: all.span.step,
        },
        ..all
    }))
}

fn share(
    chunk: &[Vec<usize>],
    answers: Result<Vec<Result<Vec<Series>, AzureError>>, AzureError>,
) -> Vec<(usize, SeriesAnswer)> {
    let each = |place: usize| match &answers {
        Ok(answers) => answers.get(place).cloned(),
        Err(error) => Some(Err(error.clone())),
    };
    let places = chunk.iter().enumerate();
    places
        .flat_map(|(place, same)| same.iter().map(move |index| (*index, place)))
        .map(|(index, place)| (index, each(place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_type() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.A/bs/one/cs/two";
        assert_eq!(type_of(id), "microsoft.a/bs/cs");
        assert_eq!(type_of("/subscriptions/s"), "");
    }
}
