//! One file for each channel: a message to requests, an answer to an outcome, without touching the network.

mod azure;
mod email;
mod eventgrid;
mod ids;
mod json;
mod slack;
mod teams;
mod webhook;
mod words;

pub use email::Mail;
pub use eventgrid::EventGrid;
pub use teams::{TeamsAuth, TeamsFlow};
pub use webhook::{SignedWebhook, SigningKeys};

use super::message::Message;
use super::pace::Limit;
use super::sender::{Answer, Post, outcome};
use super::told::Outcome;
use url::Url;

/// The channels that are set. Their URLs are secrets unless they say otherwise.
#[derive(Clone, Debug, Default)]
pub struct NoticeChannels {
    /// Whatever takes Azure's auto-shutdown webhook.
    pub azure: Option<Url>,
    pub webhook: Option<SignedWebhook>,
    /// Slack's incoming webhook.
    pub slack: Option<Url>,
    pub teams: Option<TeamsFlow>,
    pub eventgrid: Option<EventGrid>,
    pub email: Option<Mail>,
}

/// What carries messages.
pub(super) trait Channel: Send + Sync {
    /// As settings name it.
    fn name(&self) -> &'static str;

    /// What tokens of the identity are asked for; `None` where the URL is all that is needed.
    fn scope(&self) -> Option<String> {
        None
    }

    /// How many posts the service takes.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    /// The posts that carry the message.
    ///
    /// # Errors
    /// This message cannot be sent here: why, in one line.
    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, String>;

    /// What the service made of one of them.
    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer, "")
    }
}

impl NoticeChannels {
    pub(super) fn all(self) -> Vec<Box<dyn Channel>> {
        let mut all: Vec<Box<dyn Channel>> = Vec::new();
        all.extend(self.teams.map(|flow| Box::new(flow) as Box<dyn Channel>));
        all.extend(self.email.map(|mail| Box::new(mail) as Box<dyn Channel>));
        all.extend(
            self.slack
                .map(|url| Box::new(slack::Slack(url)) as Box<dyn Channel>),
        );
        all.extend(
            self.webhook
                .map(|webhook| Box::new(webhook) as Box<dyn Channel>),
        );
        all.extend(
            self.eventgrid
                .map(|topic| Box::new(topic) as Box<dyn Channel>),
        );
        all.extend(
            self.azure
                .map(|url| Box::new(azure::Azure(url)) as Box<dyn Channel>),
        );
        all
    }
}
