//! `lamplighter serve`: the custom handler.

use super::{CliResult, block_on, settings};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use lamplighter_agent::handler::{
    self, LastKnown, QueueRequest, ServedPage, SweepDone, SweepFailed, SweepRequest, Sweeper,
    logging,
};
use lamplighter_agent::ledger::LedgerError;
use lamplighter_agent::report::page::{self, Language};
use lamplighter_agent::settings::Settings;
use lamplighter_agent::sweep::{self, Context, Message, Options, Poison};
use lamplighter_azure::trace;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Binds first, so that the host's readiness poll is answered at once; Azure is reached at the first sweep.
pub fn run() -> CliResult {
    let settings = settings()?;
    logging::init(true, settings.log_level);
    block_on(async {
        let port = settings.port;
        let listener = handler::bind(port)
            .await
            .map_err(|error| format!("port {port} of 127.0.0.1: {error}"))?;
        let info = handler::Info {
            sweep_schedule: settings.sweep_schedule.clone(),
            ..handler::Info::default()
        };
        let timer = Timer {
            settings,
            context: OnceCell::new(),
        };
        handler::serve(listener, Arc::new(timer), info)
            .await
            .map_err(|error| error.to_string())
    })??;
    Ok(ExitCode::SUCCESS)
}

/// What the timer makes happen.
struct Timer {
    settings: Settings,
    /// Opened by the first sweep that can: `serve` starts even when Azure cannot be reached.
    context: OnceCell<Context>,
}

impl Timer {
    async fn context(&self) -> Result<&Context, SweepFailed> {
        let open = || Context::open(self.settings.clone());
        let context = self.context.get_or_try_init(open).await;
        context.map_err(failed)
    }
}

impl Timer {
    async fn sweep_once(&self, request: SweepRequest) -> Result<SweepDone, SweepFailed> {
        let context = self.context().await?;
        let options = Options {
            id: request.invocation_id,
            fan_out: true,
            ..Options::at(request.now.unwrap_or_else(Utc::now))
        };
        let summary = sweep::run(context, &options).await.map_err(failed)?;
        let line = match summary.messages.len() {
            0 => format!(
                "{} resources: {} stops, {} starts, {} waiting, {} failed",
                summary.resources, summary.stops, summary.starts, summary.waits, summary.failed
            ),
            sent => format!("{sent} workspaces left to the queue"),
        };
        let problems = summary.problems.iter().take(10).cloned();
        let messages = summary.messages.iter().map(serde_json::to_value);
        Ok(SweepDone {
            lines: [line].into_iter().chain(problems).collect(),
            messages: messages.collect::<Result<_, _>>().map_err(failed)?,
            summary: serde_json::to_value(&summary).unwrap_or_default(),
        })
    }

    async fn pass(&self, request: QueueRequest) -> Result<SweepDone, SweepFailed> {
        let message = Message::read(request.message).map_err(failed)?;
        let context = self.context().await?;
        let options = Options::at(request.now.unwrap_or_else(Utc::now));
        let summary = sweep::run_queued(context, &options, &message).await;
        let summary = summary.map_err(failed)?;
        let line = format!(
            "{} resources: {} stops, {} starts, {} waiting, {} failed",
            summary.resources, summary.stops, summary.starts, summary.waits, summary.failed
        );
        Ok(SweepDone {
            lines: vec![line],
            ..SweepDone::default()
        })
    }

    async fn give_up(&self, request: QueueRequest) -> Result<SweepDone, SweepFailed> {
        let workspace = request.message["workspace"].as_str();
        let shown: String = request
            .message
            .to_string()
            .chars()
            .take(LONGEST_SHOWN)
            .collect();
        let poison = Poison {
            text: match workspace {
                Some(workspace) => format!(
                    "{workspace}: its message failed five times; it was not swept in that round"
                ),
                None => format!(
                    "a message on the queue failed five times, and names no workspace: {shown}"
                ),
            },
            workspace: workspace.map(str::to_lowercase),
        };
        let context = self.context().await?;
        let left = sweep::report_poison(context, &poison).await;
        left.map_err(failed)?;
        Ok(SweepDone {
            lines: vec![poison.text],
            ..SweepDone::default()
        })
    }

    async fn known(&self) -> Option<LastKnown> {
        let context = self.context().await.ok()?;
        let history = tokio::time::timeout(LOOK_UP, sweep::history(context)).await;
        let last = history.ok()?.ok()?.last?;
        let age = Utc::now() - last.at;
        let late = age > overdue(&self.settings.sweep_schedule, last.at);
        let problem = late.then(|| format!("no sweep has ended for {} minutes", age.num_minutes()));
        Some(LastKnown {
            sweep: serde_json::to_value(&last).ok()?,
            problem,
        })
    }
}

/// How much of a message that nobody understands is told, in characters.
const LONGEST_SHOWN: usize = 300;
/// Health does not wait longer than this for the ledger.
const LOOK_UP: Duration = Duration::from_secs(5);

/// After this long without a sweep something is wrong: three ticks, and half an hour at least, as a round that is spread
/// over instances is summed up later.
fn overdue(cadence: &str, last: DateTime<Utc>) -> TimeDelta {
    let third = cron::Schedule::from_str(cadence)
        .ok()
        .and_then(|cadence| cadence.after(&last).nth(2));
    let ticks = third.map_or(TimeDelta::zero(), |third| third - last);
    ticks.max(TimeDelta::minutes(30))
}

fn failed(error: impl ToString) -> SweepFailed {
    SweepFailed {
        reason: error.to_string(),
    }
}

impl Sweeper for Timer {
    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            let parent = request.traceparent.clone();
            trace::within(parent.as_deref(), self.sweep_once(request)).await
        })
    }

    fn workspace(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            let parent = request.traceparent.clone();
            trace::within(parent.as_deref(), self.pass(request)).await
        })
    }

    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(self.give_up(request))
    }

    fn last_known(&self) -> BoxFuture<'_, Option<LastKnown>> {
        Box::pin(self.known())
    }

    fn page(&self, languages: String) -> BoxFuture<'_, Result<ServedPage, SweepFailed>> {
        Box::pin(async move {
            let now = Utc::now();
            let (from, to) = page::this_month(now);
            let input = page::read(&self.context().await?.ledger, from, to, now).await;
            let reason = |error: LedgerError| SweepFailed {
                reason: error.to_string(),
            };
            let page = page::build(&input.map_err(reason)?);
            let page::Html { html, policy } = page::html(&page, &Language::accepted(&languages));
            Ok(ServedPage { html, policy })
        })
    }
}
