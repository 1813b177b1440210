//! One custom handler: started as the host starts it, watched, and started again after a crash.

use crate::app::App;
use crate::error::{HandlerError, HostError};
use crate::guid::guid;
use crate::traces::{Level, Traces};
use crate::wire;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const READY_WITHIN: Duration = Duration::from_secs(30);
const READY_EVERY: Duration = Duration::from_millis(25);
/// So many crashes within so long stop the host.
const CRASHES: usize = 3;
const CRASHES_WITHIN: Duration = Duration::from_secs(30 * 60);

/// A handler that answers, until it ends.
pub struct Process {
    app: Arc<App>,
    settings: Arc<Vec<(String, String)>>,
    traces: Traces,
    state: Mutex<State>,
}

struct State {
    child: Option<Child>,
    port: u16,
    crashes: Vec<Instant>,
}

impl Process {
    /// Starts the handler that host.json names, and waits until it answers.
    pub async fn start(
        app: Arc<App>,
        settings: Arc<Vec<(String, String)>>,
        traces: Traces,
    ) -> Result<Process, HostError> {
        let process = Process {
            app,
            settings,
            traces,
            state: Mutex::new(State {
                child: None,
                port: 0,
                crashes: Vec::new(),
            }),
        };
        process.launch().await?;
        Ok(process)
    }

    async fn launch(&self) -> Result<(), HostError> {
        let port = free_port()?;
        let mut child = self
            .command(port)
            .spawn()
            .map_err(|error| HandlerError::NotStarted {
                program: self.app.executable.clone(),
                error,
            })?;
        if let Some(stdout) = child.stdout.take() {
            self.traces.collect(stdout, |_| Level::Information);
        }
        if let Some(stderr) = child.stderr.take() {
            self.traces.collect(stderr, Level::of_stderr);
        }
        {
            let mut state = self.state();
            state.child = Some(child);
            state.port = port;
        }
        let begun = Instant::now();
        // Any HTTP answer will do.
        while wire::ask(port, "GET", "/", &[], None).await.is_err() {
            if let Some(status) = self.exited() {
                let printed = self.traces.last_line();
                return Err(HandlerError::Ended { status, printed }.into());
            }
            if begun.elapsed() > READY_WITHIN {
                return Err(HandlerError::Silent(READY_WITHIN).into());
            }
            tokio::time::sleep(READY_EVERY).await;
        }
        Ok(())
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.app.executable);
        command
            .args(&self.app.arguments)
            .current_dir(&self.app.root)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string())
            .env("FUNCTIONS_HTTPWORKER_PORT", port.to_string())
            .env("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", guid())
            .env("FUNCTIONS_APP_ROOT_PATH", &self.app.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a handler that has crashed again; the third crash within half an hour is an error, and so is an exit
    /// with 0, after which the host waits for ever.
    pub async fn revive(&self) -> Result<(), HostError> {
        let Some(status) = self.exited() else {
            return Ok(());
        };
        if status.success() {
            return Err(HandlerError::Finished.into());
        }
        {
            let mut state = self.state();
            state.crashes.retain(|at| at.elapsed() < CRASHES_WITHIN);
            state.crashes.push(Instant::now());
            if state.crashes.len() >= CRASHES {
                let times = CRASHES;
                return Err(HandlerError::Crashed { times, status }.into());
            }
        }
        self.launch().await
    }

    /// How the process ended, if it did.
    pub fn exited(&self) -> Option<ExitStatus> {
        let mut state = self.state();
        state.child.as_mut()?.try_wait().ok()?
    }

    pub fn port(&self) -> u16 {
        self.state().port
    }

    pub fn id(&self) -> Option<u32> {
        self.state().child.as_ref().map(Child::id)
    }

    /// The host's end for a handler: no warning.
    pub fn kill(&self) {
        let mut state = self.state();
        if let Some(child) = &mut state.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Nothing panics while it holds the lock.
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
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
