//! The body of Azure's auto-shutdown webhook, which Logic Apps and chat flows already handle: one post a notice, every
//! value a text.

use super::channel::Channel;
use super::ids::uuid;
use super::words::{event, id, stop_at};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use crate::notify::sender::Post;
use crate::notify::told::Unfit;
use chrono::{DurationRound, TimeDelta};
use lamplighter_core::text::visible;
use serde_json::{Value, json};
use url::Url;

pub(super) struct Azure(pub Url);

impl Channel for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn is_one_by_one(&self) -> bool {
        true
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        let notices = message.notices.iter();
        let post = |notice: &&Notice| {
            let guid = uuid(&[&message.id, id(notice), event(notice)]);
            Post::json(&self.0, &body(notice, message, &guid)).keyed(&guid)
        };
        Ok(notices.map(post).collect())
    }
}

/// All fields that the published schema of Logic Apps asks for; those of labs, which there are none of, are empty.
fn body(notice: &Notice, message: &Message<'_>, guid: &str) -> Value {
    let resource = notice.resource.as_ref();
    let owner = resource.map_or(message.to, |resource| resource.owner.as_deref());
    let mut parts = id(notice).split('/').skip(1);
    let mut after = |name: &str| {
        parts.find(|part| part.eq_ignore_ascii_case(name))?;
        parts.next()
    };
    let subscription = after("subscriptions").unwrap_or_default();
    let group = after("resourceGroups").unwrap_or_default();
    // Times are told in minutes of the clock.
    let now = message.now.duration_trunc(TimeDelta::minutes(1));
    let now = now.unwrap_or(message.now);
    let minutes = stop_at(notice).map(|at| (at - now).num_minutes().max(0));
    // One page for all three: nothing happens before a button is pressed there.
    let page = notice.page.as_deref().unwrap_or_default();
    json!({
        "skipUrl": page,
        "delayUrl60": page,
        "delayUrl120": page,
        "vmName": visible(resource.map_or("", |resource| &resource.name)),
        "guid": guid,
        "owner": visible(owner.unwrap_or_default()),
        "vmUrl": "",
        "minutesUntilShutdown": minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        "eventType": event(notice),
        "text": visible(&notice.in_full()),
        "subscriptionId": visible(subscription),
        "resourceGroupName": visible(group),
        "labName": "",
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;
    use crate::notify::notice::About;

    #[test]
    fn every_field_is_there_and_a_text_and_the_guid_is_the_same_when_it_is_sent_again() {
        let mut waits = notice("co");
        waits.about = About::StopWaits;
        let notices = [notice("ci"), waits];
        let azure = Azure("https://hooks.example/x".parse().expect("a URL"));
        let bodies = |message: &Message<'_>| -> Vec<Value> {
            let posts = azure.posts(message).expect("posts");
            let body = |post: &Post| serde_json::from_slice(&post.body).expect("JSON");
            posts.iter().map(body).collect()
        };
        let mut message = message(Some("ana@example.org"), &notices);
        let first = bodies(&message);
        message.now += chrono::TimeDelta::minutes(5);
        let again = bodies(&message);
        let mut names: Vec<String> = [
            "skipUrl delayUrl60 delayUrl120 vmName guid owner vmUrl minutesUntilShutdown",
            "eventType text subscriptionId resourceGroupName labName",
        ]
        .iter()
        .flat_map(|line| line.split(' '))
        .map(str::to_owned)
        .collect();
        names.sort();
        for (one, again) in first.iter().zip(&again) {
            let fields = one.as_object().expect("an object");
            let mut known: Vec<String> = fields.keys().cloned().collect();
            known.sort();
            assert_eq!(known, names);
            assert!(fields.values().all(Value::is_string), "{one}");
            assert_eq!(one["guid"], again["guid"]);
        }
        assert_ne!(first[0]["guid"], first[1]["guid"]);
        assert_eq!(first[0]["minutesUntilShutdown"], "15");
        assert_eq!(again[0]["minutesUntilShutdown"], "10");
        assert_eq!(first[0]["resourceGroupName"], "rg");
        assert_eq!(
            (&first[1]["eventType"], &first[1]["minutesUntilShutdown"]),
            (&"StopWaits".into(), &"".into())
        );
    }
}
