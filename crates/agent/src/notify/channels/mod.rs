//! One file for each channel: a message to requests, an answer to an outcome, without touching the network.

mod azure;
mod channel;
mod email;
mod eventgrid;
mod ids;
mod json;
mod slack;
mod teams;
mod webhook;
mod words;

pub(super) use channel::Channel;
pub use email::Mail;
pub use eventgrid::EventGrid;
pub use teams::{TeamsAuth, TeamsFlow};
pub use webhook::{SignedWebhook, SigningKeys};

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
