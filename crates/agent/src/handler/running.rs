//! The sweep that runs and the one that ran last: at most one at a time in one process.

use super::answer;
use super::invocation::Invocation;
use super::stamp::stamp;
use super::sweeper::{
    LastKnown, QueueRequest, ServedPage, SweepDone, SweepFailed, SweepRequest, Sweeper,
};
use crate::panic;
use crate::people::{Answer, Request, unavailable};
use crate::report::page::Chosen;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A sweep under way.
#[derive(Clone, Debug)]
pub(super) struct Current {
    /// The invocation that asked for it, where it has an id.
    pub id: Option<String>,
    pub since: DateTime<Utc>,
}

/// A sweep that ended.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub sweep: Current,
    pub ended: DateTime<Utc>,
    pub result: Result<SweepDone, SweepFailed>,
}

/// What is known at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Now {
    pub current: Option<Current>,
    pub last: Option<Last>,
}

/// What a message has the sweeper do.
type Work = fn(&dyn Sweeper, QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>>;

pub(super) struct Running {
    sweeper: Arc<dyn Sweeper>,
    now: Mutex<Now>,
    /// Each invocation under way holds one more of it.
    under_way: Arc<()>,
}

impl Running {
    pub fn new(sweeper: Arc<dyn Sweeper>) -> Running {
        Running {
            sweeper,
            now: Mutex::default(),
            under_way: Arc::default(),
        }
    }

    /// Whether no invocation is under way, of which the host may long have heard nothing more.
    pub fn is_idle(&self) -> bool {
        Arc::strong_count(&self.under_way) == 1
    }

    pub fn now(&self) -> Now {
        self.lock().clone()
    }

    /// The report's page.
    pub async fn page(&self, languages: String, chosen: Chosen) -> Result<ServedPage, SweepFailed> {
        let last = self.lock().last.clone();
        let failed = last.and_then(|last| last.result.err());
        self.sweeper.page(languages, chosen, failed).await
    }

    /// A page for an owner. Once begun it is finished, even if the caller hangs up.
    pub async fn people(self: &Arc<Self>, request: Request) -> Answer {
        let (this, one) = (Arc::clone(self), Arc::clone(&self.under_way));
        let task = tokio::spawn(async move {
            let _one = one;
            this.sweeper.people(request).await
        });
        task.await.unwrap_or_else(|error| {
            tracing::error!("a page for an owner was cut off: {error}");
            unavailable()
        })
    }

    /// What the ledger knows of the last sweep.
    pub async fn last_known(&self) -> Result<Option<LastKnown>, SweepFailed> {
        self.sweeper.last_known().await
    }

    /// What was found at the first start.
    pub async fn diagnosis(&self) -> Option<serde_json::Value> {
        self.sweeper.diagnosis().await
    }

    /// Passes over the workspace that a message names, beside whatever else runs.
    pub async fn workspace(&self, request: QueueRequest) -> Response {
        self.queued("the pass", request, |sweeper, request| {
            sweeper.workspace(request)
        })
        .await
    }

    /// Keeps on what a message asks for.
    pub async fn hold(&self, request: QueueRequest) -> Response {
        self.queued("the hold", request, |sweeper, request| {
            sweeper.hold(request)
        })
        .await
    }

    /// Notes a message that was given up.
    pub async fn poison(&self, request: QueueRequest) -> Response {
        self.queued(
            "the note of a failed message",
            request,
            |sweeper, request| sweeper.poison(request),
        )
        .await
    }

    /// Runs what a message asks for, in a task of its own as sweeps do, and answers with its end.
    async fn queued(&self, what: &'static str, request: QueueRequest, work: Work) -> Response {
        let (id, tries) = (request.invocation_id.clone(), request.dequeue_count);
        let (sweeper, one) = (Arc::clone(&self.sweeper), Arc::clone(&self.under_way));
        let task = async move {
            let _one = one;
            work(&*sweeper, request).await
        };
        let guarded = AssertUnwindSafe(task).catch_unwind();
        let reason = match tokio::spawn(guarded).await {
            Ok(Ok(Ok(done))) => return answer::succeeded(&done.lines, &done.messages),
            Ok(Ok(Err(failed))) => failed.reason,
            Ok(Err(thrown)) => format!("it panicked: {}", panic::message(thrown.as_ref())),
            Err(error) => format!("it was cut off: {error}"),
        };
        // The host hands the message out again, and gives it up after five times.
        tracing::error!(invocation_id = id, tries, "{what} failed: {reason}");
        answer::failed(StatusCode::INTERNAL_SERVER_ERROR, "PassFailed", &reason)
    }

    /// Runs a sweep and answers with its end, or answers at once that another one runs.
    pub async fn sweep(self: &Arc<Self>, invocation: Invocation) -> Response {
        log(&invocation);
        let id = invocation.id.clone();
        let current = match self.begin(id.clone()) {
            Ok(current) => current,
            Err(other) => return busy(id.as_deref(), &other),
        };
        let past_due = invocation.past_due;
        // A task of its own: the host's connection may drop, and a sweep cut off in the middle helps nobody.
        let (this, one) = (Arc::clone(self), Arc::clone(&self.under_way));
        let task = tokio::spawn(async move {
            let _one = one;
            this.run(current, invocation).await
        });
        match task.await {
            Ok(Ok(done)) => {
                let late = past_due.then(|| "The timer is past due: a tick was missed".to_string());
                let lines: Vec<String> = late.into_iter().chain(done.lines).collect();
                answer::succeeded(&lines, &done.messages)
            }
            Ok(Err(failed)) => answer::failed(
                StatusCode::INTERNAL_SERVER_ERROR,
                "SweepFailed",
                &failed.reason,
            ),
            // Only where the runtime itself ends: `run` catches what the sweep throws.
            Err(error) => answer::failed(
                StatusCode::INTERNAL_SERVER_ERROR,
                "SweepFailed",
                &format!("the sweep was cut off: {error}"),
            ),
        }
    }

    fn begin(&self, id: Option<String>) -> Result<Current, Current> {
        let mut now = self.lock();
        if let Some(other) = &now.current {
            return Err(other.clone());
        }
        let current = Current {
            id,
            since: Utc::now(),
        };
        now.current = Some(current.clone());
        Ok(current)
    }

    async fn run(
        &self,
        current: Current,
        invocation: Invocation,
    ) -> Result<SweepDone, SweepFailed> {
        let request = SweepRequest {
            now: invocation.at(),
            invocation_id: invocation.id,
            past_due: invocation.past_due,
            traceparent: invocation.traceparent,
        };
        // The call stands inside the guarded future: it may panic before it returns one.
        let sweep = AssertUnwindSafe(async { self.sweeper.sweep(request).await }).catch_unwind();
        let result = sweep.await.unwrap_or_else(|thrown| {
            Err(SweepFailed {
                reason: format!("the sweep panicked: {}", panic::message(thrown.as_ref())),
            })
        });
        if let Err(failed) = &result {
            tracing::error!(invocation_id = current.id, "the sweep failed: {failed}");
        }
        let last = Last {
            sweep: current,
            ended: Utc::now(),
            result: result.clone(),
        };
        *self.lock() = Now {
            current: None,
            last: Some(last),
        };
        result
    }

    /// Nothing panics while it holds the lock, and what it guards is replaced whole: poison means nothing.
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One line per tick: stdout lines carry no invocation id unless it is inside.
fn log(invocation: &Invocation) {
    let id = invocation.id.as_deref();
    let time = |at: Option<DateTime<Utc>>| at.map(stamp);
    tracing::info!(
        invocation_id = id,
        traceparent = invocation.traceparent,
        past_due = invocation.past_due,
        last = time(invocation.last),
        next = time(invocation.next),
        retry = invocation.retry,
        "the timer fired"
    );
    if let Some(oddity) = &invocation.oddity {
        tracing::warn!(invocation_id = id, "{oddity}; the sweep runs nevertheless");
    }
}

fn busy(id: Option<&str>, other: &Current) -> Response {
    let line = format!(
        "Sweep {} is running since {}: this invocation did nothing",
        other.id.as_deref().unwrap_or("without an id"),
        stamp(other.since)
    );
    tracing::warn!(invocation_id = id, "{line}");
    answer::succeeded(&[line], &[])
}
