//! `lamplighter serve`: the custom handler.

use super::{CliResult, block_on};
use chrono::Utc;
use futures::future::BoxFuture;
use lamplighter_agent::doctor::{self, Diagnosis, First};
use lamplighter_agent::handler::{
    self, LastKnown, QueueRequest, ServedPage, SweepDone, SweepFailed, SweepRequest, Sweeper,
    logging,
};
use lamplighter_agent::host::Host;
use lamplighter_agent::people::{self, queue};
use lamplighter_agent::report::page::{self, Chosen, Language};
use lamplighter_agent::settings::{self, Settings};
use lamplighter_agent::sweep::{self, Context, Message, Options, Poison, Summary};
use lamplighter_azure::trace;
use lamplighter_core::record::Resource;
use lamplighter_core::tz::Tz;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// The host starts a handler again that ends so, and does not count it as an error: the third error within half an hour
/// stops the host, and one that ends with 0 is never started again.
const START_AGAIN: u8 = 200;
const WRONG_USAGE: u8 = 2;
/// What a handler before this one leaves of its port is gone after this long.
const BIND_WITHIN: Duration = Duration::from_secs(2);

/// Binds first, whatever settings, ledger and identity say: a handler that ends at its start takes the host with it, and
/// then nobody is told. What is wrong fails each sweep instead.
pub fn run() -> CliResult {
    let given = settings::given(|name| std::env::var(name).ok());
    logging::init(true, given.log_level);
    let port = match given.port {
        Ok(port) => port,
        Err(bad) => {
            logging::bad_settings(&bad);
            return Ok(ExitCode::from(WRONG_USAGE));
        }
    };
    let host = match given.by_host {
        true => Host::of_this_process(),
        false => Host::default(),
    };
    let served = block_on(answer(port, host, given.by_host)).and_then(|served| served);
    if let Err(why) = served {
        logging::fatal(&why);
        if !given.by_host {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::from(START_AGAIN))
}

/// Serves until the host has gone.
async fn answer(port: u16, host: Host, by_host: bool) -> Result<(), String> {
    let patience = if by_host { BIND_WITHIN } else { Duration::ZERO };
    let listener = bound(port, patience).await?;
    let timer = Arc::new(Timer {
        host: host.clone(),
        context: OnceCell::new(),
        first: First::of(|name| std::env::var(name).ok()),
        found: Mutex::default(),
    });
    match Settings::from_environment() {
        Err(bad) => logging::bad_settings(&bad),
        // Beside the sweeps, which wait for nothing that it does.
        Ok(settings) => drop(tokio::spawn(examined(timer.clone(), settings))),
    }
    let info = handler::Info {
        sweep_schedule: settings::text_of("SWEEP_SCHEDULE", |name| std::env::var(name).ok()),
        ..handler::Info::default()
    };
    let served = handler::serve(listener, timer, info, host).await;
    served.map_err(|error| error.to_string())?;
    // At once: a call that hangs would keep the process from ending.
    std::process::exit(i32::from(START_AGAIN));
}

/// Examines everything once, and keeps what was found for `/api/health`.
async fn examined(timer: Arc<Timer>, settings: Settings) {
    let found = doctor::first_start(&settings, &timer.first, Utc::now()).await;
    *timer.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
}

async fn bound(port: u16, patience: Duration) -> Result<tokio::net::TcpListener, String> {
    let until = Instant::now() + patience;
    loop {
        match handler::bind(port).await {
            Err(error) if Instant::now() >= until => {
                return Err(format!("port {port} of 127.0.0.1: {error}"));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            Ok(listener) => return Ok(listener),
        }
    }
}

/// What the timer makes happen.
struct Timer {
    host: Host,
    /// Opened by the first call that can: until then each tells what is wrong. A file that a setting names may come
    /// later than the process.
    context: OnceCell<Context>,
    first: First,
    /// What this process found at its start.
    found: Mutex<Option<Diagnosis>>,
}

impl Timer {
    async fn context(&self) -> Result<&Context, SweepFailed> {
        let open = || async {
            let settings = Settings::from_environment();
            let settings = settings.map_err(|bad| failed(bad.on_one_line()))?;
            let context = Context::open(settings).await.map_err(failed)?;
            Ok(context.under(self.host.clone()))
        };
        self.context.get_or_try_init(open).await
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
            0 => line(&summary),
            sent => {
                let workspaces = summary.left_to_queue();
                format!("{workspaces} workspaces left to the queue in {sent} messages")
            }
        };
        let problems = summary.problems.iter().take(10).cloned();
        Ok(SweepDone {
            lines: [line].into_iter().chain(problems).collect(),
            messages: messages(&summary)?,
            summary: serde_json::to_value(&summary).unwrap_or_default(),
        })
    }

    async fn pass(&self, request: QueueRequest) -> Result<SweepDone, SweepFailed> {
        let message = Message::read(request.message).map_err(failed)?;
        let context = self.context().await?;
        let options = Options::at(request.now.unwrap_or_else(Utc::now));
        let tries = request.dequeue_count;
        let summary = sweep::run_queued(context, &options, &message, tries).await;
        let summary = summary.map_err(failed)?;
        let line = match summary.left_to_queue() {
            0 => line(&summary),
            again => format!("{}; {again} workspaces handed out again", line(&summary)),
        };
        Ok(SweepDone {
            lines: vec![line],
            messages: messages(&summary)?,
            ..SweepDone::default()
        })
    }

    async fn keep(&self, request: QueueRequest) -> Result<SweepDone, SweepFailed> {
        let context = self.context().await?;
        let now = request.now.unwrap_or_else(Utc::now);
        let last = request.dequeue_count >= Some(LAST_TRY);
        let asked = (&request.message, request.put_at);
        let line = queue::answer(context, asked, now, last).await;
        Ok(SweepDone {
            lines: vec![line.map_err(failed)?],
            ..SweepDone::default()
        })
    }

    async fn give_up(&self, request: QueueRequest) -> Result<SweepDone, SweepFailed> {
        let context = self.context().await?;
        let mut lines = Vec::new();
        for poison in Poison::of(&request.message) {
            let left = sweep::report_poison(context, &poison).await;
            left.map_err(failed)?;
            lines.push(poison.text);
        }
        Ok(SweepDone {
            lines,
            ..SweepDone::default()
        })
    }

    async fn known(&self) -> Result<Option<LastKnown>, SweepFailed> {
        let history = async {
            let context = self.context().await?;
            let known = sweep::history(context).await.map_err(failed)?;
            Ok((&context.settings.sweep_schedule, known))
        };
        let known = tokio::time::timeout(LOOK_UP, history).await;
        let (cadence, (history, broken)) = known.map_err(|_| failed(SILENT))??;
        if let Some(broken) = broken {
            return Err(failed(broken));
        }
        let Some(last) = history.last else {
            return Ok(None);
        };
        let age = Utc::now() - last.at;
        let late = age > settings::overdue(cadence, last.at);
        let problem = late.then(|| format!("no sweep has ended for {} minutes", age.num_minutes()));
        Ok(Some(LastKnown {
            sweep: serde_json::to_value(&last).map_err(failed)?,
            problem,
        }))
    }
}

impl Timer {
    /// What this process found at its start, or another before it.
    async fn diagnosis_found(&self) -> Option<Diagnosis> {
        let found = self
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if found.is_some() {
            return found;
        }
        let before = async {
            let context = self.context().await.ok()?;
            let found = doctor::found_before(&context.ledger, &self.first).await;
            // A ledger that cannot be read is told elsewhere in the same answer.
            found.ok().flatten()
        };
        tokio::time::timeout(LOOK_UP, before).await.ok().flatten()
    }
}

/// The host gives a message up that has failed so often (`maxDequeueCount` of host.json).
const LAST_TRY: u64 = 5;
/// Health does not wait longer than this for the ledger.
const LOOK_UP: Duration = Duration::from_secs(5);
const SILENT: &str = "the ledger did not answer within 5 s";

/// Before all else that needs attention.
fn sweep_failed(failed: SweepFailed) -> page::Need {
    page::Need {
        what: "the last sweep failed",
        resource: None,
        text: failed.reason,
    }
}

/// What was done, for the invocation's log.
fn line(summary: &Summary) -> String {
    format!(
        "{} resources: {} stops, {} starts, {} waiting, {} failed",
        summary.resources, summary.stops, summary.starts, summary.waits, summary.failed
    )
}

fn messages(summary: &Summary) -> Result<Vec<serde_json::Value>, SweepFailed> {
    let messages = summary.messages.iter().map(serde_json::to_value);
    messages.collect::<Result<_, _>>().map_err(failed)
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

    fn hold(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            let parent = request.traceparent.clone();
            trace::within(parent.as_deref(), self.keep(request)).await
        })
    }

    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(self.give_up(request))
    }

    fn last_known(&self) -> BoxFuture<'_, Result<Option<LastKnown>, SweepFailed>> {
        Box::pin(self.known())
    }

    fn people(&self, request: people::Request) -> BoxFuture<'_, people::Answer> {
        Box::pin(async move {
            match self.context().await {
                Ok(context) => people::answer(context, &request, Utc::now()).await,
                Err(failed) => people::failed(&failed.reason),
            }
        })
    }

    fn diagnosis(&self) -> BoxFuture<'_, Option<serde_json::Value>> {
        Box::pin(async move {
            let found = self.diagnosis_found().await?;
            serde_json::to_value(&found).ok()
        })
    }

    fn page(
        &self,
        languages: String,
        chosen: Chosen,
        last: Option<SweepFailed>,
    ) -> BoxFuture<'_, Result<ServedPage, SweepFailed>> {
        Box::pin(async move {
            let now = Utc::now();
            let period = chosen.period(now).map_err(failed)?;
            let context = self.context().await?;
            let wanted = |of: &Resource| chosen.wants(of);
            let zone = chosen.zone.unwrap_or(Tz::UTC);
            let input = page::read_whole(&context.ledger, period, now, &wanted, zone).await;
            let mut page = page::build(&input.map_err(failed)?);
            if let Some(failed) = last {
                page.needs.insert(0, sweep_failed(failed));
                page.needs_count += 1;
            }
            let language = Language::accepted(&languages).in_zone(zone);
            let links = chosen.links(now, &[Tz::UTC, context.settings.defaults.zone]);
            let page::Html { html, policy } = page::html(&page, &language, Some(&links));
            Ok(ServedPage { html, policy })
        })
    }
}
