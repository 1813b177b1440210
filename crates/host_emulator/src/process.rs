//! One custom handler: started as the host starts it, watched, and started again as the host does.

use crate::app::App;
use crate::error::{HandlerError, HostError};
use crate::guid::guid;
use crate::plan::Waits;
use crate::traces::{Level, Traces};
use crate::wire;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How often it is looked whether the process still runs.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// So many errors within [`Waits::errors_within`] stop the host.
const ERRORS: usize = 3;
/// A handler that ends so is started again, and that is no error.
const AGAIN: i32 = 200;

/// What a handler is started with.
#[derive(Clone)]
pub(crate) struct Start {
    pub app: Arc<App>,
    /// The host's whole environment.
    pub environment: Arc<Vec<(String, String)>>,
    pub traces: Traces,
    pub waits: Waits,
}

/// A handler, and all that follow it on the same port.
pub struct Process {
    known: Arc<Known>,
    status: watch::Receiver<Status>,
    watcher: JoinHandle<()>,
    in_flight: AtomicUsize,
}

struct Known {
    start: Start,
    port: u16,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    child: Option<Child>,
    /// The host itself has killed it, which is no error of the handler's.
    killed: bool,
    /// Nothing is started any more.
    ended: bool,
}

#[derive(Clone, Copy, Debug)]
enum Status {
    /// Invocations wait.
    Starting,
    /// It has answered; or it ended with 0, and the host calls it for ever as if it had not.
    Up,
    /// The third error: the host itself has ended.
    Stopped(ExitStatus),
    /// There is no such program.
    Unstartable,
}

/// An invocation that a handler works on, until it is dropped.
pub(crate) struct InFlight<'p>(&'p AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Process {
    /// Starts the handler that host.json names, and waits until it has answered or ended with 0.
    pub(crate) async fn start(start: Start) -> Result<Process, HostError> {
        let known = Arc::new(Known {
            start,
            port: free_port()?,
            running: Mutex::default(),
        });
        known.spawn()?;
        let (tell, status) = watch::channel(Status::Starting);
        let watcher = tokio::spawn(Arc::clone(&known).watch(tell));
        let process = Process {
            known,
            status,
            watcher,
            in_flight: AtomicUsize::new(0),
        };
        process.port().await?;
        Ok(process)
    }

    /// Where the handler listens, as soon as it does: while it is started, whoever calls waits.
    pub(crate) async fn port(&self) -> Result<u16, HandlerError> {
        let mut status = self.status.clone();
        loop {
            let now = *status.borrow_and_update();
            match now {
                Status::Starting => {}
                Status::Up if !self.is_about_to_start_again() => return Ok(self.known.port),
                Status::Up => {}
                Status::Unstartable => return Err(HandlerError::None),
                Status::Stopped(status) => {
                    return Err(HandlerError::Crashed {
                        times: ERRORS,
                        status,
                        printed: self.known.start.traces.last_line(),
                    });
                }
            }
            status.changed().await.map_err(|_| HandlerError::None)?;
        }
    }

    /// It has just ended, and the next one has not been started.
    fn is_about_to_start_again(&self) -> bool {
        self.exited().is_some_and(|status| !status.success())
    }

    /// Whether its host has ended for its errors.
    pub(crate) fn has_stopped(&self) -> bool {
        matches!(
            *self.status.borrow(),
            Status::Stopped(_) | Status::Unstartable
        )
    }

    /// How the process ended, if it did.
    pub fn exited(&self) -> Option<ExitStatus> {
        self.known.exited()
    }

    pub fn id(&self) -> Option<u32> {
        self.known.running().child.as_ref().map(Child::id)
    }

    pub(crate) fn take_on(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        InFlight(&self.in_flight)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) == 0
    }

    /// Kills the handler as something else than its host does: an error like any other.
    pub(crate) fn crash(&self) {
        self.known.kill(false);
    }

    /// The host's only way to end a function: its handler, with all else that it works on. It is started again.
    pub(crate) fn kill_for_timeout(&self) {
        self.known.kill(true);
    }

    /// The host's end for a handler: no warning, and none after it.
    pub(crate) fn end(&self) {
        self.watcher.abort();
        self.known.running().ended = true;
        self.known.kill(true);
    }

    /// The host ends, and the handler lives on.
    pub(crate) fn abandon(&self) -> Option<Child> {
        self.watcher.abort();
        let mut running = self.known.running();
        running.ended = true;
        running.child.take()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

impl Known {
    /// Sees to it that a handler runs, until the host stops or the handler ends with 0.
    async fn watch(self: Arc<Self>, tell: watch::Sender<Status>) {
        let mut errors: Vec<Instant> = Vec::new();
        loop {
            let ended = match self.ready().await {
                true => {
                    tell.send_replace(Status::Up);
                    Some(self.end().await)
                }
                // Killed, as it did not answer in time; or it has ended.
                false => self.exited(),
            };
            if ended.is_some_and(|status| status.success()) {
                tell.send_replace(Status::Up);
                return;
            }
            tell.send_replace(Status::Starting);
            let killed = self.running().killed;
            if let Some(status) = ended.filter(|status| !killed && status.code() != Some(AGAIN)) {
                errors.retain(|at| at.elapsed() < self.start.waits.errors_within);
                errors.push(Instant::now());
                if errors.len() >= ERRORS {
                    tell.send_replace(Status::Stopped(status));
                    return;
                }
            }
            if self.spawn().is_err() {
                tell.send_replace(Status::Unstartable);
                return;
            }
        }
    }

    /// Asks until the handler answers, whatever it answers. `false`: it ended first, or took too long and was killed.
    async fn ready(&self) -> bool {
        let waits = &self.start.waits;
        let begun = Instant::now();
        while wire::ask(self.port, "GET", "/", &[], None).await.is_err() {
            if self.exited().is_some() {
                return false;
            }
            if begun.elapsed() > waits.ready_within {
                self.kill(true);
                return false;
            }
            tokio::time::sleep(waits.ready_every).await;
        }
        true
    }

    async fn end(&self) -> ExitStatus {
        loop {
            if let Some(status) = self.exited() {
                return status;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn spawn(&self) -> Result<(), HandlerError> {
        let program = self.start.app.executable.clone();
        let mut running = self.running();
        if running.ended {
            return Err(HandlerError::None);
        }
        let mut child = self
            .command()
            .spawn()
            .map_err(|error| HandlerError::NotStarted { program, error })?;
        let traces = &self.start.traces;
        if let Some(stdout) = child.stdout.take() {
            traces.collect(stdout, Level::Information);
        }
        if let Some(stderr) = child.stderr.take() {
            traces.collect(stderr, Level::Error);
        }
        running.child = Some(child);
        running.killed = false;
        Ok(())
    }

    fn command(&self) -> Command {
        let app = &self.start.app;
        let mut command = Command::new(&app.executable);
        let environment = self.start.environment.iter();
        command
            .args(&app.arguments)
            .current_dir(&app.root)
            .env_clear()
            .envs(environment.map(|(name, value)| (name, value)))
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", self.port.to_string())
            .env("FUNCTIONS_HTTPWORKER_PORT", self.port.to_string())
            .env("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", guid())
            .env("FUNCTIONS_APP_ROOT_PATH", &app.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn exited(&self) -> Option<ExitStatus> {
        self.running().child.as_mut()?.try_wait().ok()?
    }

    fn kill(&self, by_host: bool) {
        let mut running = self.running();
        let Running { child, killed, .. } = &mut *running;
        if let Some(child) = child {
            *killed |= by_host;
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Nothing panics while it holds the lock.
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port that nobody listens on, as the host picks one: it is free again until the handler takes it.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16, HostError> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(HostError::Port)?;
    Ok(listener.local_addr().map_err(HostError::Port)?.port())
}
