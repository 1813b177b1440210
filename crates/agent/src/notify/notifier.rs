//! How messages reach people: over every channel that is set.

use super::channels::{Channel, NoticeChannels};
use super::message::Message;
use super::pace::Pace;
use super::sender::{Post, WITHIN, send};
use super::told::{Outcome, Told};
use crate::redirects::posts_on_one_host;
use futures::future::join_all;
use lamplighter_azure::{TokenCredential, Tokens};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Why no notices can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    #[error("no HTTP client for notices: {0}")]
    NoClient(reqwest::Error),
}

/// Delivers messages.
pub struct Notifier {
    channels: Vec<Line>,
    client: reqwest::Client,
}

/// A channel, and what is known of it besides.
struct Line {
    channel: Box<dyn Channel>,
    tokens: Option<Tokens>,
    pace: Pace,
    /// The keys of posts that were accepted, of messages that were not whole.
    accepted: Mutex<BTreeSet<String>>,
}

/// More keys than messages in parts leave behind; then the oldest knowledge is worth least, and all of it goes.
const MOST_KEYS: usize = 10_000;

impl Notifier {
    /// `credential` is the identity's; it is asked only by channels that know it.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(
        channels: NoticeChannels,
        credential: &Arc<dyn TokenCredential>,
        client_id: Option<&str>,
    ) -> Result<Notifier, NotifyError> {
        let client = reqwest::Client::builder()
            .timeout(WITHIN)
            .redirect(posts_on_one_host())
            .build()
            .map_err(NotifyError::NoClient)?;
        let line = |channel: Box<dyn Channel>| {
            let id = client_id.map(str::to_owned);
            let tokens = channel.scope();
            Line {
                tokens: tokens.map(|scope| Tokens::new(credential.clone(), scope, id)),
                pace: Pace::new(channel.limits()),
                channel,
                accepted: Mutex::default(),
            }
        };
        Ok(Notifier {
            channels: channels.all().into_iter().map(line).collect(),
            client,
        })
    }

    /// Whether no channel is set: only the log knows.
    pub fn is_silent(&self) -> bool {
        self.channels.is_empty()
    }

    /// Sends the message over every channel, and says what each made of it.
    pub async fn send(&self, message: &Message<'_>) -> Vec<Told> {
        let all = self.channels.iter().map(|line| async {
            let outcome = line.carry(&self.client, message).await;
            Told {
                channel: line.channel.name(),
                outcome,
            }
        });
        join_all(all).await
    }
}

impl Line {
    async fn carry(&self, client: &reqwest::Client, message: &Message<'_>) -> Outcome {
        let posts = match self.channel.posts(message) {
            Ok(posts) => posts,
            Err(why) => return Outcome::Failed { why, after: None },
        };
        let (done, posts): (Vec<Post>, Vec<Post>) =
            posts.into_iter().partition(|post| self.has_it(post));
        if let Err(wait) = self.pace.take(posts.len(), message.now) {
            return Outcome::Failed {
                why: "it takes no more just now".to_owned(),
                after: Some(wait),
            };
        }
        let mut keys: Vec<String> = done.into_iter().filter_map(|post| post.key).collect();
        for post in posts {
            let key = post.key.clone();
            match self.post(client, post).await {
                Outcome::Accepted => keys.extend(key),
                Outcome::Failed { why, after } => {
                    // Whoever goes on posting is shut out.
                    if let Some(after) = after {
                        self.pace.pause(after, message.now);
                    }
                    self.keep(keys);
                    return Outcome::Failed { why, after };
                }
            }
        }
        self.forget(&keys);
        Outcome::Accepted
    }

    fn has_it(&self, post: &Post) -> bool {
        let key = post.key.as_ref();
        key.is_some_and(|key| self.accepted().contains(key))
    }

    fn keep(&self, keys: Vec<String>) {
        let mut accepted = self.accepted();
        if accepted.len() + keys.len() > MOST_KEYS {
            accepted.clear();
        }
        accepted.extend(keys);
    }

    fn forget(&self, keys: &[String]) {
        let mut accepted = self.accepted();
        keys.iter().for_each(|key| {
            accepted.remove(key);
        });
    }

    /// Only whole keys are kept: a panic elsewhere cannot leave one half written.
    fn accepted(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn post(&self, client: &reqwest::Client, post: Post) -> Outcome {
        let failed = |why: String| Outcome::Failed { why, after: None };
        let token = match &self.tokens {
            None => None,
            Some(tokens) => match tokens.get(Instant::now() + WITHIN).await {
                Ok(token) => Some(token),
                Err(error) => {
                    let channel = self.channel.name();
                    tracing::info!(event = "notice-token", channel, %error, "no token");
                    return failed("the identity got no token for it".to_owned());
                }
            },
        };
        let secret = token.as_ref().map(|token| token.token.secret());
        let answer = match send(client, post, secret).await {
            Ok(answer) => answer,
            Err(why) => return failed(why),
        };
        if answer.status == 401
            && let (Some(tokens), Some(token)) = (&self.tokens, &token)
        {
            tokens.forget(token).await;
        }
        match self.channel.outcome(&answer) {
            // A service that is asked too much and does not say for how long.
            Outcome::Failed { why, after: None } if answer.status == 429 => Outcome::Failed {
                why,
                after: Some(Duration::from_secs(60)),
            },
            outcome => outcome,
        }
    }
}
