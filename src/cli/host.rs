//! `lamplighter host`: an emulator of the Functions host on your own computer.

use super::{CliResult, block_on};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lamplighter_agent::settings::SETTINGS;
use lamplighter_host_emulator::{
    Azurite, FunctionsHost, HostClock, Invoked, Level, Plan, Queues, Trace, Traces,
};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    /// The folder that `lamplighter package` laid out
    dir: PathBuf,
    /// The port on 127.0.0.1 for callers of /api/…
    #[arg(long, default_value_t = 7071)]
    port: u16,
    /// Instances, each with a handler of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    copies: u32,
    /// A queue service of Azurite that runs, such as http://127.0.0.1:10001/devstoreaccount1; one is started without it
    #[arg(long, value_name = "URL")]
    queues: Option<String>,
    /// Azurite's queue service, where it is neither in tests/node_modules nor in PATH
    #[arg(long, value_name = "PROGRAM", conflicts_with = "queues")]
    azurite: Option<PathBuf>,
    /// The function key that callers must give where a function asks for one; without it, none is asked for
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Fire the timers once, at once; wait until the queues are empty, and end
    #[arg(long)]
    once: bool,
}

/// How long `--once` waits for the queues.
const DRAIN: Duration = Duration::from_secs(600);

/// App settings are this process's environment.
pub fn run(args: Args) -> CliResult {
    block_on(async {
        let azurite = match args.queues {
            Some(_) => None,
            None => Some(Azurite::start(args.azurite.as_deref()).map_err(|e| e.to_string())?),
        };
        let started = azurite.as_ref().map(|azurite| azurite.endpoint.clone());
        let endpoint = args.queues.or(started).unwrap_or_default();
        let plan = Plan {
            settings: app_settings(std::env::vars()),
            copies: args.copies as usize,
            queues: Some(Queues::at(&endpoint)),
            clock: HostClock::default(),
            traces: Traces::told_to(print),
            key: args.key,
            ..Plan::of(&args.dir)
        };
        let host = FunctionsHost::start(plan)
            .await
            .map_err(|error| error.to_string())?;
        match args.once {
            true => once(&host).await,
            false => for_good(host, args.port).await,
        }
    })?
}

/// Settings that are the path of a file or a folder where they are no URL.
const PATHS: [&str; 3] = ["LEDGER", "BEACONS", "PRICE_FILE"];

/// This process's environment. The handler runs in the app's folder, so paths are made to mean there what they mean
/// here; the ledger's too where none is set, as it would else lie in the package.
fn app_settings(environment: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> = environment.collect();
    // A setting without a value counts as unset.
    settings.retain(|(name, value)| name != "LEDGER" || !value.trim().is_empty());
    if !settings.iter().any(|(name, _)| name == "LEDGER") {
        let default = SETTINGS.iter().find(|setting| setting.name == "LEDGER");
        let default = default.map_or("", |setting| setting.default);
        settings.push(("LEDGER".to_owned(), default.to_owned()));
    }
    for (name, value) in &mut settings {
        let path = value.trim();
        if PATHS.contains(&name.as_str())
            && !path.is_empty()
            && !path.contains("://")
            && let Ok(absolute) = std::path::absolute(path)
        {
            *value = absolute.display().to_string();
        }
    }
    settings
}

/// As the host's console does: errors on stderr.
fn print(trace: &Trace) {
    match trace.level {
        Level::Information => println!("{}", trace.text),
        Level::Error => eprintln!("{}", trace.text),
    }
}

async fn once(host: &FunctionsHost) -> CliResult {
    let good = told("sweep", &host.fire("sweep").await);
    let drained = host
        .drained(DRAIN)
        .await
        .map_err(|error| error.to_string())?;
    if !drained {
        eprintln!("lamplighter: messages are left on the queues");
    }
    Ok(match good && drained {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

fn told(function: &str, invoked: &Invoked) -> bool {
    match invoked {
        Invoked::Succeeded { logs, .. } => {
            println!("{function}: succeeded: {}", logs.join("; "));
            true
        }
        Invoked::Failed { status, body, why } => {
            eprintln!("{function}: failed: {status} {why} {body}");
            false
        }
    }
}

async fn for_good(host: FunctionsHost, port: u16) -> CliResult {
    let host = Arc::new(host);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.map_err(|error| format!("port {port} of 127.0.0.1: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("http://{address}/api/health");
    let callers = axum::Router::new()
        .fallback(forward)
        .with_state(Arc::clone(&host));
    let serving = async {
        axum::serve(listener, callers)
            .await
            .map_err(|error| error.to_string())
    };
    tokio::select! {
        served = serving => served?,
        () = ticking(&host) => {}
        () = told_to_end() => {
            // As the real one: what still works then lives on without its host.
            host.end().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Ctrl-C, or SIGTERM, with which platforms end a host.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Fires timers as they come; a slow sweep makes the next tick past due.
async fn ticking(host: &FunctionsHost) {
    while let Some(next) = host.next_tick() {
        let left = (next - host.clock().now()).to_std().unwrap_or_default();
        tokio::time::sleep(left).await;
        for (function, invoked) in host.tick().await {
            told(&function, &invoked);
        }
    }
}

/// A caller's request, to a handler and back.
async fn forward(
    State(host): State<Arc<FunctionsHost>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // What belongs to this connection only is not passed on.
    let own = ["connection", "content-length", "transfer-encoding"];
    let passed = headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    let passed: Vec<(String, String)> = passed
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let body = std::str::from_utf8(&body)
        .ok()
        .filter(|body| !body.is_empty());
    let reply = host.forward(method.as_str(), path, &passed, body).await;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut answer = (status, reply.body).into_response();
    answer.headers_mut().remove("content-type");
    for (name, value) in &reply.headers {
        let (name, value) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
        if let (Ok(name), Ok(value)) = (name, value)
            && !own.contains(&name.as_str())
        {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
