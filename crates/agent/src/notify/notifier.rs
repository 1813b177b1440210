//! How messages reach people: over every channel that is set.

use super::channels::{Channel, NoticeChannels};
use super::message::Message;
use super::pace::{Kind, Pace, Wait};
use super::sender::{Post, WITHIN, send};
use super::told::{Outcome, Told};
use crate::redirects::posts_on_one_host;
use chrono::{DateTime, Utc};
use futures::future::join_all;
use lamplighter_azure::{AccessToken, TokenCredential, Tokens};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

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

/// How long a service is left alone that hangs, or is full and does not say for how long.
const A_MINUTE: Duration = Duration::from_secs(60);
/// A wait that is no longer does not leave a message to the next sweep.
const WORTH_WAITING: Duration = Duration::from_secs(2);
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

    /// Whether every channel takes each notice by itself, so that one message of many has no advantage.
    pub fn is_one_by_one(&self) -> bool {
        self.channels
            .iter()
            .all(|line| line.channel.is_one_by_one())
    }

    /// Sends the message over every channel, and says what each made of it. No post begins after `until`; one that has
    /// begun has its own time, since whoever gave it up would send it twice. One that hangs takes nothing from what the
    /// others have answered.
    pub async fn send(&self, message: &Message<'_>, until: Instant) -> Vec<Told> {
        let all = self.channels.iter().map(|line| async move {
            let outcome = line.carry(&self.client, message, until).await;
            Told {
                channel: line.channel.name(),
                outcome,
            }
        });
        join_all(all).await
    }
}

fn no_time() -> Outcome {
    Outcome::Later {
        why: "there was no time left to send it".to_owned(),
        after: None,
    }
}

fn not_now(wait: Wait) -> Outcome {
    let (why, after) = (wait.why.to_owned(), Some(wait.after));
    match wait.kind {
        Kind::Down => Outcome::Failed { why, after },
        Kind::Asked => Outcome::Later { why, after },
        // Each process counts by itself: the next sweep asks it again.
        Kind::Full => Outcome::Later { why, after: None },
    }
}

impl Line {
    async fn carry(
        &self,
        client: &reqwest::Client,
        message: &Message<'_>,
        until: Instant,
    ) -> Outcome {
        let posts = match self.channel.posts(message) {
            Ok(posts) => posts,
            Err(unfit) => {
                let why = unfit.to_string();
                return Outcome::Unfit { why };
            }
        };
        let (done, posts): (Vec<Post>, Vec<Post>) =
            posts.into_iter().partition(|post| self.has_it(post));
        match timeout_at(until, self.turn(posts.len(), message.now)).await {
            Ok(Ok(())) => {}
            Ok(Err(wait)) => return not_now(wait),
            Err(_) => return no_time(),
        }
        let (begin, until) = (until, Instant::now() + WITHIN);
        let several = done.len() + posts.len() > 1;
        let mut keys: Vec<String> = done.into_iter().filter_map(|post| post.key).collect();
        let token = match self.token(message.now, until).await {
            Ok(token) => token,
            Err(outcome) => return outcome,
        };
        for post in posts {
            if Instant::now() >= begin {
                return no_time();
            }
            let key = post.key.clone();
            match timeout_at(until, self.post(client, post, token.as_ref())).await {
                Ok(Outcome::Accepted) => {
                    // At once: whoever waits for the others may give up.
                    if let Some(key) = key.filter(|_| several) {
                        self.keep(&key);
                        keys.push(key);
                    }
                }
                Ok(Outcome::Failed { why, after }) => {
                    // Whoever goes on posting is shut out.
                    if let Some(after) = after {
                        self.pace.pause(after, message.now);
                    }
                    return Outcome::Failed { why, after };
                }
                Ok(other) => return other,
                Err(_) => return self.hangs(message.now),
            }
        }
        self.forget(&keys);
        Outcome::Accepted
    }

    /// Counts so many posts, after a short wait where that is enough.
    async fn turn(&self, posts: usize, now: DateTime<Utc>) -> Result<(), Wait> {
        match self.pace.take(posts, now) {
            Err(wait) if wait.kind != Kind::Down && wait.after <= WORTH_WAITING => {
                sleep(wait.after).await;
                self.pace.take(posts, now + wait.after)
            }
            taken => taken,
        }
    }

    /// No other message of this sweep waits for it.
    fn hangs(&self, now: DateTime<Utc>) -> Outcome {
        self.pace.down(A_MINUTE, "it did not answer just now", now);
        Outcome::Failed {
            why: format!("no answer within {} s", WITHIN.as_secs()),
            after: Some(A_MINUTE),
        }
    }

    fn has_it(&self, post: &Post) -> bool {
        let key = post.key.as_ref();
        key.is_some_and(|key| self.accepted().contains(key))
    }

    fn keep(&self, key: &str) {
        let mut accepted = self.accepted();
        if accepted.len() >= MOST_KEYS {
            accepted.clear();
        }
        accepted.insert(key.to_owned());
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

    /// A token, where the channel wants one. Where there is none, no other message of this sweep asks again.
    async fn token(
        &self,
        now: DateTime<Utc>,
        until: Instant,
    ) -> Result<Option<AccessToken>, Outcome> {
        let Some(tokens) = &self.tokens else {
            return Ok(None);
        };
        match tokens.get(until).await {
            Ok(token) => Ok(Some(token)),
            Err(error) => {
                let channel = self.channel.name();
                tracing::info!(event = "notice-token", channel, %error, "no token");
                let why = "the identity got no token for it";
                self.pace.down(A_MINUTE, why, now);
                Err(Outcome::Failed {
                    why: why.to_owned(),
                    after: Some(A_MINUTE),
                })
            }
        }
    }

    async fn post(
        &self,
        client: &reqwest::Client,
        post: Post,
        token: Option<&AccessToken>,
    ) -> Outcome {
        let secret = token.map(|token| token.token.secret());
        let answer = match send(client, post, secret).await {
            Ok(answer) => answer,
            Err(unsent) => {
                let why = unsent.to_string();
                return Outcome::Failed { why, after: None };
            }
        };
        if answer.status == 401
            && let (Some(tokens), Some(token)) = (&self.tokens, token)
        {
            tokens.forget(token).await;
        }
        match self.channel.outcome(&answer) {
            // A service that is asked too much and does not say for how long.
            Outcome::Failed { why, after: None } if answer.status == 429 => Outcome::Failed {
                why,
                after: Some(A_MINUTE),
            },
            outcome => outcome,
        }
    }
}
