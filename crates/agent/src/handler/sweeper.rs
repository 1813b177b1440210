//! What whoever serves does when the Functions host calls.

use crate::people::{Answer, Request};
use crate::report::page::Chosen;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

/// What happens when the timer fires.
pub trait Sweeper: Send + Sync + 'static {
    /// One sweep. It runs to its end even if the host hangs up, and never twice at once; a panic in it is
    /// answered as a failure.
    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// The pass over one workspace that the timer left to the queue: the message, as it was put there. Many run at
    /// once.
    fn workspace(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// A message by which somebody asks for a hold.
    fn hold(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// A message that the host gave up.
    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

    /// The last sweep that is known to have ended, whichever instance ran it, and whether all is well; `None` where
    /// nobody knows. An error: no sweep could do its work now, such as with a setting that cannot be read.
    fn last_known(&self) -> BoxFuture<'_, Result<Option<LastKnown>, SweepFailed>>;

    /// What was found at the first start of this version with these settings, by whichever instance; `None`: nothing yet.
    fn diagnosis(&self) -> BoxFuture<'_, Option<serde_json::Value>>;

    /// The report's page, for a reader with this `Accept-Language`, of the time, owner and zone that they chose; it
    /// shows why the last sweep of this process failed, if it did.
    fn page(
        &self,
        languages: String,
        chosen: Chosen,
        failed: Option<SweepFailed>,
    ) -> BoxFuture<'_, Result<ServedPage, SweepFailed>>;

    /// A page for an owner, who has no key: whatever is wrong, the answer tells no more than they may know.
    fn people(&self, request: Request) -> BoxFuture<'_, Answer>;
}

/// A page with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServedPage {
    pub html: String,
    /// `Content-Security-Policy`.
    pub policy: String,
}

/// One firing of the timer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepRequest {
    /// The host's id of this invocation: ASCII letters, digits and hyphens, at most 64.
    pub invocation_id: Option<String>,
    /// At least one tick was missed before this one.
    pub past_due: bool,
    /// The W3C trace context of the host's span.
    pub traceparent: Option<String>,
    /// What the host's clock showed, UTC; `None`: it did not tell.
    pub now: Option<DateTime<Utc>>,
}

/// One message of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueRequest {
    /// As for a [`SweepRequest`].
    pub invocation_id: Option<String>,
    pub traceparent: Option<String>,
    pub now: Option<DateTime<Utc>>,
    /// The message; text where it is no JSON.
    pub message: serde_json::Value,
    /// When it was put on the queue, as far as the host tells.
    pub put_at: Option<DateTime<Utc>>,
    /// How often the host has handed it out, this time included.
    pub dequeue_count: Option<u64>,
}

/// What the ledger knows of the last sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct LastKnown {
    /// Shown by `/api/health`.
    pub sweep: serde_json::Value,
    /// What is wrong with it, if anything.
    pub problem: Option<String>,
}

/// A sweep that did its work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepDone {
    /// Shown by `/api/health` until the next sweep ends.
    pub summary: serde_json::Value,
    /// A few lines for the invocation's log.
    pub lines: Vec<String>,
    /// Messages for the queue `workspaces`.
    pub messages: Vec<serde_json::Value>,
}

/// A sweep that could not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SweepFailed {
    /// For people: what was missing, and where. It is logged and shown, so it holds no secret.
    pub reason: String,
}
