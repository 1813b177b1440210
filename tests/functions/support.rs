//! The packaged app, started by the host emulator.

use crate::common::folder::Folder;
use lamplighter_host_emulator::{FunctionsHost, Level, Plan, Reply, Trace, free_port};
use std::path::Path;
use std::process::{Command, Output};

pub fn package(dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .arg("package")
        .arg(dir)
        .output()
        .expect("lamplighter runs")
}

/// The settings of an app whose Azure cannot be reached and whose identity does not answer.
pub fn without_azure(folder: &Folder) -> Vec<(String, String)> {
    let nobody = free_port().expect("a port");
    let ledger = folder.join("ledger");
    let settings = [
        ("ARM_ENDPOINT", "http://127.0.0.1:9".to_string()),
        ("PRICES_ENDPOINT", "http://127.0.0.1:9".to_string()),
        ("METRICS_ENDPOINT", "http://127.0.0.1:9".to_string()),
        (
            "IDENTITY_ENDPOINT",
            format!("http://127.0.0.1:{nobody}/msi/token"),
        ),
        ("IDENTITY_HEADER", "a-secret-of-the-platform".to_string()),
        ("LEDGER", ledger.display().to_string()),
        ("ACT_IN", "all".to_string()),
        ("SWEEP_SCHEDULE", "0 */10 * * * *".to_string()),
        ("SWEEP_DEADLINE", "5s".to_string()),
    ];
    let settings = settings.into_iter();
    settings
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

/// The same with these settings instead.
pub async fn app_with(folder: &Folder, more: &[(&str, &str)]) -> FunctionsHost {
    let app = folder.join("app");
    let packaged = package(&app);
    assert!(packaged.status.success(), "{packaged:?}");
    let mut settings = without_azure(folder);
    settings.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    let more = more.iter();
    settings.extend(more.map(|(name, value)| ((*name).to_string(), (*value).to_string())));
    let plan = Plan {
        settings,
        ..Plan::of(&app)
    };
    FunctionsHost::start(plan).await.expect("the app starts")
}

/// An app whose Azure cannot be reached and whose identity does not answer.
pub async fn app_without_azure(folder: &Folder) -> FunctionsHost {
    app_with(folder, &[]).await
}

pub async fn get(app: &FunctionsHost, path: &str) -> Reply {
    app.get(path).await
}

/// Errors.
pub fn level(traces: &[Trace]) -> Vec<&Trace> {
    let loud = traces
        .iter()
        .filter(|trace| trace.level != Level::Information);
    loud.collect()
}
