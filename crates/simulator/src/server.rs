//! The listening side: one port on loopback, with or without TLS.

use crate::beacon_folder::BeaconFolder;
use crate::clock::Clock;
use crate::fleet::organisation::Fleet;
use crate::fleet::read::FleetError;
use crate::http::{CallsReport, Role, RoleError, Shared, Stage, lock};
use crate::options::Options;
use crate::tls::{self, TlsError};
use crate::world::bill::Bill;
use crate::world::record::Event;
use crate::world::simulation::World;
use axum::body::Body;
use chrono::{DateTime, Utc};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Fleet(#[from] FleetError),
    #[error("port {port} on 127.0.0.1: {source}")]
    Listen { port: u16, source: std::io::Error },
    /// A file or folder that cannot be read or made.
    #[error("{}: {source}", .file.display())]
    File {
        file: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {source}", .file.display())]
    Role { file: PathBuf, source: RoleError },
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A running simulator; it ends when this is dropped.
pub struct Simulator {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// Starts a simulator of the fleet that the options name.
///
/// # Errors
/// The fleet, the role, the certificate or its key cannot be had, or the port is taken.
pub async fn start(options: Options) -> Result<Simulator, Error> {
    let fleet = options.fleet()?;
    start_with(fleet, options).await
}

/// Starts a simulator of a fleet in memory; `options.fleet` counts for nothing.
///
/// # Errors
/// The role, the certificate or its key cannot be had, or the port is taken.
pub async fn start_with(mut fleet: Fleet, options: Options) -> Result<Simulator, Error> {
    if let Some(seed) = options.seed {
        fleet.seed = seed;
    }
    let begin = options.start.or(fleet.start).unwrap_or_else(Utc::now);
    let role = options.role.as_deref().map(role).transpose()?;
    let beacons = options.beacons.as_deref().map(beacons).transpose()?;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(cert), Some(key)) => Some(tls::acceptor(cert, key)?),
        _ => None,
    };
    let listen = |source| Error::Listen {
        port: options.port,
        source,
    };
    let listener = TcpListener::bind(("127.0.0.1", options.port))
        .await
        .map_err(listen)?;
    let authority = listener.local_addr().map_err(listen)?.to_string();
    let world = World::new(Arc::new(fleet), begin, options.timing());
    let speed = (!options.manual_clock).then_some(options.speed);
    let stage = Stage::new(world, options.page_size.map(|size| size as usize), speed);
    let mut shared = Shared::new(stage, Clock::new(begin, speed), authority);
    shared.scheme = if tls.is_some() { "https" } else { "http" };
    shared.role = role;
    shared.beacons = beacons;
    shared.identity_header = options.identity_header;
    shared.latency = std::time::Duration::from_millis(options.latency);
    if options.throttle {
        shared.throttled();
    }
    let shared = Arc::new(shared);
    let task = tokio::spawn(serve(listener, tls, shared.clone()));
    Ok(Simulator { shared, task })
}

/// Runs a simulator until the process ends. Its first line on standard output is
/// `{"listening":"http://127.0.0.1:PORT"}`.
///
/// # Errors
/// As [`start`].
pub async fn run(options: Options) -> Result<(), Error> {
    let mut simulator = start(options).await?;
    println!("{}", serde_json::json!({"listening": simulator.url()}));
    // The task ends only by an abort, and nobody else holds it.
    let _ = (&mut simulator.task).await;
    Ok(())
}

impl Simulator {
    /// Where it listens, without a slash at the end: what `ARM_ENDPOINT` and `PRICES_ENDPOINT` are to be.
    pub fn url(&self) -> String {
        format!("{}://{}", self.shared.scheme, self.shared.authority)
    }

    /// What `IDENTITY_ENDPOINT` is to be.
    pub fn identity_endpoint(&self) -> String {
        format!("{}/msi/token", self.url())
    }

    /// What `IDENTITY_HEADER` is to be.
    pub fn identity_header(&self) -> String {
        self.shared
            .identity_header
            .clone()
            .unwrap_or_else(|| "simulator".into())
    }

    pub fn now(&self) -> DateTime<Utc> {
        lock(&self.shared.clock).now()
    }

    /// Moves the clock and plays what happens until then. An instant in the past changes nothing.
    pub fn advance_to(&self, now: DateTime<Utc>) {
        // Refused only for the past, where there is nothing to do.
        let _ = lock(&self.shared.clock).set(now);
        drop(self.shared.stage());
    }

    /// The bill from the beginning to now.
    pub fn bill(&self) -> Bill {
        self.shared.stage().world.bill()
    }

    /// Everything that truly happened so far, in order.
    pub fn record(&self) -> Vec<Event> {
        self.shared.stage().world.record().to_vec()
    }

    /// The calls so far.
    pub fn calls(&self) -> CallsReport {
        lock(&self.shared.calls).report()
    }

    /// Ends it, connections and all.
    pub fn shutdown(self) {
        self.task.abort();
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts connections until it is aborted; theirs are aborted with it.
async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Only to forget connections that have ended.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, tls.clone(), shared.clone()));
            }
            // Out of file descriptors, most likely: connections that end will free some.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Small answers are sent at once; failing that, a little later.
    let _ = stream.set_nodelay(true);
    match tls {
        None => answer_on(stream, shared).await,
        // A caller that does not finish the handshake has only itself to tell.
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                answer_on(stream, shared).await;
            }
        }
    }
}

async fn answer_on(stream: impl AsyncRead + AsyncWrite + Unpin, shared: Arc<Shared>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let shared = shared.clone();
        async move { shared.respond(request.map(Body::new)).await }
    });
    // An error is the caller's going away, or a fault that closes the connection.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn role(file: &Path) -> Result<Role, Error> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::File {
        file: file.into(),
        source,
    })?;
    Role::parse(&text).map_err(|source| Error::Role {
        file: file.into(),
        source,
    })
}

fn beacons(folder: &Path) -> Result<BeaconFolder, Error> {
    BeaconFolder::open(folder).map_err(|source| Error::File {
        file: folder.into(),
        source,
    })
}
