//! A topic of Azure Event Grid, by the identity: a batch of CloudEvents, one for each notice.

use super::channel::Channel;
use super::ids::uuid;
use super::json;
use super::words::{event, id, instant};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use crate::notify::sender::{Answer, Post, outcome};
use crate::notify::told::{Outcome, Unfit};
use lamplighter_core::text::visible;
use serde_json::{Value, json as value};
use url::Url;

const SCOPE: &str = "https://eventgrid.azure.net/.default";
/// A batch may have 1 MB; an event of ours has one or two KB.
const BATCH: usize = 200;

/// A custom topic that takes CloudEvents, or a topic of a namespace; no secret is in it.
#[derive(Clone, Debug)]
pub struct EventGrid {
    url: Url,
}

impl EventGrid {
    /// The topic's endpoint, as the portal shows it. A version of the API is added where none stands.
    pub fn new(mut url: Url) -> EventGrid {
        let version = match url.path().starts_with("/topics/") {
            true => "2024-06-01",
            false => "2018-01-01",
        };
        if !url.query_pairs().any(|(name, _)| name == "api-version") {
            url.query_pairs_mut().append_pair("api-version", version);
        }
        EventGrid { url }
    }
}

impl Channel for EventGrid {
    fn name(&self) -> &'static str {
        "eventgrid"
    }

    fn scope(&self) -> Option<String> {
        Some(SCOPE.to_owned())
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        let batches = message.notices.chunks(BATCH).map(|batch| {
            let events = batch.iter().map(|notice| cloud_event(notice, message));
            let body = Value::Array(events.collect());
            Post::json(&self.url, &body)
                .of_type("application/cloudevents-batch+json; charset=utf-8")
        });
        Ok(batches.collect())
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        let words = match answer.status {
            401 | 403 => "the identity needs the role EventGrid Data Sender on the topic",
            404 | 410 => "there is no such topic",
            413 => "the batch is too large",
            _ => "",
        };
        outcome(answer, words)
    }
}

/// `source` and `id` name it, also when it is sent again.
fn cloud_event(notice: &Notice, message: &Message<'_>) -> Value {
    let mut data = json::notice(notice);
    data["to"] = json::to(message);
    data["messageId"] = message.id.as_str().into();
    value!({
        "specversion": "1.0",
        "id": uuid(&[&message.id, id(notice), event(notice)]),
        "source": "/lamplighter",
        "type": format!("Lamplighter.{}", event(notice)),
        "subject": visible(id(notice)),
        "time": instant(message.now),
        "datacontenttype": "application/json",
        "data": data,
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;

    #[test]
    fn both_kinds_of_topic_get_the_version_that_their_sdks_use() {
        for (given, asked) in [
            (
                "https://t.westeurope-1.eventgrid.azure.net/api/events",
                "https://t.westeurope-1.eventgrid.azure.net/api/events?api-version=2018-01-01",
            ),
            (
                "https://n.westeurope-1.eventgrid.azure.net/topics/t:publish",
                "https://n.westeurope-1.eventgrid.azure.net/topics/t:publish?api-version=2024-06-01",
            ),
            (
                "https://t.example/api/events?api-version=2030-01-01",
                "https://t.example/api/events?api-version=2030-01-01",
            ),
        ] {
            let topic = EventGrid::new(given.parse().expect("a URL"));
            assert_eq!(topic.url.as_str(), asked);
        }
    }

    #[test]
    fn an_event_is_the_same_when_it_is_sent_again_and_a_batch_is_never_too_large() {
        let notices: Vec<Notice> = (0..450)
            .map(|index| notice(&format!("ci-{index}")))
            .collect();
        let topic = EventGrid::new("https://t.example/api/events".parse().expect("a URL"));
        let ids = |message: &Message<'_>| -> Vec<Vec<String>> {
            let posts = topic.posts(message).expect("posts");
            let of = |post: &Post| {
                assert!(post.body.len() < 1_000_000);
                let events: Vec<Value> = serde_json::from_slice(&post.body).expect("JSON");
                let id = |event: &Value| event["id"].as_str().expect("an id").to_owned();
                events.iter().map(id).collect()
            };
            posts.iter().map(of).collect()
        };
        let mut message = message(None, &notices);
        let first = ids(&message);
        assert_eq!(
            first.iter().map(Vec::len).collect::<Vec<_>>(),
            [200, 200, 50]
        );
        message.now += chrono::TimeDelta::minutes(5);
        assert_eq!(ids(&message), first);
        let mut all: Vec<&String> = first.iter().flatten().collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 450);
    }
}
