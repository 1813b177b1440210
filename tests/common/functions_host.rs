//! A stand-in of the Functions host: it starts the packaged custom handler as the host does, calls it byte for
//! byte as the host does, and believes its answers under the host's rules.

use super::functions_wire::{self as wire, Reply};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const READY_WITHIN: Duration = Duration::from_secs(30);
const READY_EVERY: Duration = Duration::from_millis(25);

/// How the host shows a line: stdout is Information; stderr is Error, or Warning where it says "warn".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Information,
    Warning,
    Error,
}

#[derive(Clone, Debug)]
pub struct Trace {
    pub level: Level,
    pub text: String,
}

/// How an invocation ended, as the host shows it.
#[derive(Debug)]
pub enum Invoked {
    Succeeded {
        logs: Vec<String>,
    },
    /// `status` and `body` are what the handler answered; the real host shows the status only.
    Failed {
        status: u16,
        body: String,
        why: String,
    },
}

/// A function app that has not been started yet.
pub struct FunctionsHost {
    root: PathBuf,
    settings: Vec<(String, String)>,
}

/// A function app that answers.
pub struct App {
    child: Child,
    port: u16,
    root: PathBuf,
    traces: Arc<Mutex<Vec<Trace>>>,
}

impl FunctionsHost {
    /// `root`: the folder that was packaged.
    pub fn of(root: &Path) -> FunctionsHost {
        FunctionsHost {
            root: root.to_path_buf(),
            settings: Vec::new(),
        }
    }

    /// App settings: they are the handler's environment, which has nothing else of this process's.
    pub fn with_settings(mut self, settings: Vec<(String, String)>) -> FunctionsHost {
        self.settings.extend(settings);
        self
    }

    /// Starts the handler that host.json names, and waits until it answers.
    pub async fn start(self) -> App {
        let host = json_file(&self.root.join("host.json"));
        assert_eq!(host["version"], "2.0", "host.json's version");
        let port = free_port();
        let mut child = self
            .command(&host, port)
            .spawn()
            .expect("the handler starts");
        let traces = Arc::new(Mutex::new(Vec::new()));
        collect(child.stdout.take().expect("piped"), &traces, |_| {
            Level::Information
        });
        collect(child.stderr.take().expect("piped"), &traces, |line| {
            if line.to_lowercase().contains("warn") {
                Level::Warning
            } else {
                Level::Error
            }
        });
        let mut app = App {
            child,
            port,
            root: self.root,
            traces,
        };
        app.wait_until_ready().await;
        app
    }

    fn command(&self, host: &Value, port: u16) -> Command {
        let handler = &host["customHandler"]["description"];
        let path = handler["defaultExecutablePath"]
            .as_str()
            .expect("defaultExecutablePath");
        let mut command = Command::new(self.root.join(path));
        for argument in handler["arguments"].as_array().into_iter().flatten() {
            command.arg(argument.as_str().expect("arguments are texts"));
        }
        command
            .current_dir(&self.root)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string())
            .env("FUNCTIONS_HTTPWORKER_PORT", port.to_string())
            .env(
                "FUNCTIONS_CUSTOMHANDLER_WORKER_ID",
                "0b6f5d1e-5f0c-4c55-8f38-5d1f6a2e7c11",
            )
            .env("FUNCTIONS_APP_ROOT_PATH", &self.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl App {
    async fn wait_until_ready(&mut self) {
        let start = Instant::now();
        // Any HTTP answer will do.
        while wire::ask(self.port, "GET", "/", &[], None).await.is_err() {
            if let Some(status) = self.exited() {
                panic!("the handler ended with {status}: {:?}", self.traces());
            }
            assert!(
                start.elapsed() < READY_WITHIN,
                "the handler does not answer: {:?}",
                self.traces()
            );
            tokio::time::sleep(READY_EVERY).await;
        }
    }

    /// How the process ended, if it did.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child that was started")
    }

    /// Everything that the handler has printed until now.
    pub fn traces(&self) -> Vec<Trace> {
        self.traces.lock().expect("no reader panics").clone()
    }

    /// Waits until `enough` holds for what was printed: the pipes are read by other threads.
    pub async fn traces_until(&self, enough: impl Fn(&[Trace]) -> bool) -> Vec<Trace> {
        for _ in 0..1000 {
            let traces = self.traces();
            if enough(&traces) {
                return traces;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the handler never printed it: {:#?}", self.traces());
    }

    /// Fires the timer of this function's folder, as the first firing after a deployment.
    pub async fn fire(&self, function: &str) -> Invoked {
        let status = json!({
            "Last": "0001-01-01T00:00:00",
            "LastUpdated": "0001-01-01T00:00:00",
            "Next": "2026-09-07T11:45:00Z"
        });
        self.fire_with(function, status, false).await
    }

    /// Fires the timer with the schedule's status and whether a tick was missed.
    pub async fn fire_with(&self, function: &str, status: Value, past_due: bool) -> Invoked {
        let binding = self.binding(function, "timerTrigger");
        let schedule = binding["schedule"]
            .as_str()
            .expect("a timer has a schedule");
        assert!(!schedule.is_empty());
        let timer = json!({
            "Schedule": { "AdjustForDST": true },
            "ScheduleStatus": status,
            "IsPastDue": past_due
        });
        let name = binding["name"].as_str().expect("a binding has a name");
        let sys = json!({
            "MethodName": function,
            "UtcNow": "2026-09-07T11:40:45.004275Z",
            "RandGuid": "b3b0f6a1-7a3a-4d0e-9a37-6a5f6f1c2d10"
        });
        let body = json!({ "Data": { name: timer }, "Metadata": { "sys": sys } }).to_string();
        let headers = [
            ("User-Agent", "Azure-Functions-Host/4.1048.200.26180"),
            ("X-Azure-Functions-HostVersion", "4.1048.200.26180"),
            (
                "X-Azure-Functions-InvocationId",
                "0f6cf9d6-8f6f-4a7c-b4f1-2f2f1f0c9b52",
            ),
            (
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
            ),
            ("Content-Type", "application/json; charset=utf-8"),
        ];
        let reply = wire::ask(
            self.port,
            "POST",
            &format!("/{function}"),
            &headers,
            Some(&body),
        )
        .await;
        judged(reply.expect("the handler answers"))
    }

    /// A caller's GET to the app, past the key: the host forwards it as it is where a function's route takes it.
    pub async fn get(&self, path: &str) -> Reply {
        let host = json_file(&self.root.join("host.json"));
        assert_eq!(host["customHandler"]["enableForwardingHttpRequest"], true);
        let binding = self.binding("api", "httpTrigger");
        assert_eq!(
            (&binding["route"], &binding["methods"]),
            (&json!("{*path}"), &json!(["get"]))
        );
        assert!(path.starts_with("/api/"), "the host itself answers {path}");
        let headers = [
            ("X-Forwarded-For", "203.0.113.7"),
            ("x-functions-key", "a-key-of-the-caller"),
        ];
        wire::ask(self.port, "GET", path, &headers, None)
            .await
            .expect("the handler answers")
    }

    /// The trigger among a function's bindings; forwarding needs a function of one trigger and one output.
    fn binding(&self, function: &str, kind: &str) -> Value {
        let file = json_file(&self.root.join(function).join("function.json"));
        let bindings = file["bindings"].as_array().expect("bindings").clone();
        if kind == "httpTrigger" {
            let kinds: Vec<_> = bindings.iter().map(|binding| &binding["type"]).collect();
            assert_eq!(kinds, ["httpTrigger", "http"]);
        }
        let found = bindings.into_iter().find(|binding| binding["type"] == kind);
        found.unwrap_or_else(|| panic!("{function} has no {kind}"))
    }
}

impl Drop for App {
    /// The host's end for a handler: no warning.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The host's rules for an answer to an invocation.
fn judged(reply: Reply) -> Invoked {
    let failed = |reply: &Reply, why: &str| Invoked::Failed {
        status: reply.status,
        body: reply.body.clone(),
        why: why.to_string(),
    };
    if !(200..300).contains(&reply.status) {
        return failed(&reply, "the status is not 2xx");
    }
    if !reply.content_type.starts_with("application/json") {
        return failed(&reply, "the content type is not application/json");
    }
    if matches!(reply.body.trim(), "" | "null") {
        return failed(
            &reply,
            "an empty answer never completes: the function runs into its timeout",
        );
    }
    let Ok(Value::Object(body)) = serde_json::from_str(&reply.body) else {
        return failed(&reply, "the body is not a JSON object");
    };
    let shaped = body
        .keys()
        .all(|key| ["Outputs", "Logs", "ReturnValue"].contains(&key.as_str()))
        && body
            .get("Outputs")
            .is_none_or(|outputs| outputs.is_object() || outputs.is_null());
    let logs = match body.get("Logs") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(logs)) => logs
            .iter()
            .map(|log| log.as_str().map(str::to_string))
            .collect(),
        Some(_) => None,
    };
    match logs {
        Some(logs) if shaped => Invoked::Succeeded { logs },
        _ => failed(&reply, "Outputs or Logs have the wrong shape"),
    }
}

/// Turns a stream's lines into traces until the process ends.
fn collect(
    stream: impl Read + Send + 'static,
    traces: &Arc<Mutex<Vec<Trace>>>,
    level: impl Fn(&str) -> Level + Send + 'static,
) {
    let traces = Arc::clone(traces);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let trace = Trace {
                level: level(&line),
                text: line,
            };
            traces.lock().expect("no reader panics").push(trace);
        }
    });
}

fn json_file(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A port that nobody listens on, as the host picks one: it is free again until the handler takes it.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound listener").port()
}
