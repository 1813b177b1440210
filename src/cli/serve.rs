//! `lamplighter serve`: the custom handler.

use super::{Outcome, block_on, settings};
use chrono::Utc;
use futures::future::BoxFuture;
use lamplighter::host::{self, Served, SweepDone, SweepFailed, SweepRequest, Sweeper, logging};
use lamplighter::ledger::LedgerError;
use lamplighter::report::page::{self, Language};
use lamplighter::settings::Settings;
use lamplighter::sweep::{self, Context, Options};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Binds first, so that the host's readiness poll is answered at once; Azure is reached at the first sweep.
pub fn run() -> Outcome {
    let settings = settings()?;
    logging::init(true, settings.log_level);
    block_on(async {
        let port = settings.port;
        let listener = host::bind(port)
            .await
            .map_err(|error| format!("port {port} of 127.0.0.1: {error}"))?;
        let info = host::Info {
            sweep_schedule: settings.sweep_schedule.clone(),
            ..host::Info::default()
        };
        let timer = Timer {
            settings,
            context: OnceCell::new(),
        };
        host::serve(listener, Arc::new(timer), info)
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
        context.map_err(|reason| SweepFailed { reason })
    }
}

impl Sweeper for Timer {
    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        Box::pin(async move {
            let failed = |reason: String| SweepFailed { reason };
            let context = self.context().await?;
            let options = Options {
                now: Utc::now(),
                dry_run: false,
                wait: false,
                id: request.invocation_id,
            };
            let summary = sweep::run(context, &options).await;
            let summary = summary.map_err(|error| failed(error.to_string()))?;
            let mut lines = vec![format!(
                "{} machines: {} stops, {} starts, {} waiting, {} failed",
                summary.machines, summary.stops, summary.starts, summary.waits, summary.failed
            )];
            lines.extend(summary.problems.iter().take(10).cloned());
            Ok(SweepDone {
                summary: serde_json::to_value(&summary).unwrap_or_default(),
                lines,
            })
        })
    }
    fn page(&self, languages: String) -> BoxFuture<'_, Result<Served, SweepFailed>> {
        Box::pin(async move {
            let now = Utc::now();
            let (from, to) = page::this_month(now);
            let input = page::read(&self.context().await?.ledger, from, to, now).await;
            let reason = |error: LedgerError| SweepFailed {
                reason: error.to_string(),
            };
            let page = page::build(&input.map_err(reason)?);
            let page::Served { html, policy } = page::html(&page, &Language::accepted(&languages));
            Ok(Served { html, policy })
        })
    }
}
