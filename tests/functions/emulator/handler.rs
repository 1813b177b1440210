//! A custom handler that writes down how it is started and called, and answers by a script: this very test program,
//! started by the host emulator.

use crate::common::copy;
use crate::common::folder::Folder;
use lamplighter_host_emulator::Plan;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// The folder of the script, in the copy that plays the handler.
const FOLDER: &str = "LAMPLIGHTER_TEST_HANDLER";
const PLAYS: &str = "plays_the_handler";

/// An app whose handler follows a script:
///
/// - `starts`: what each start does: `{"exit": code}`, `{"wait": name}` (until [`Script::release`]), `{"hang": true}`, or
///   `{}`: it listens. The last one is for all that follow.
/// - `answers`: by `POST /sweep`, what each call is answered: `status`, `type`, `headers`, `body`; `exit`, `wait`, `hang`.
/// - `prints`: lines for stdout and stderr, at each start.
pub struct Script {
    pub folder: Folder,
}

impl Script {
    pub fn new(script: Value) -> Script {
        let folder = Folder::new("emulated");
        std::fs::write(folder.join("script.json"), script.to_string()).expect("a file");
        let app = folder.join("app");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for function in [
            "sweep",
            "workspace",
            "poison",
            "holds",
            "health",
            "report",
            "keep",
            "resource",
        ] {
            std::fs::create_dir_all(app.join(function)).expect("a folder");
            let file = format!("{function}/function.json");
            let from = repository.join("function").join(&file);
            std::fs::copy(from, app.join(file)).expect("a function");
        }
        let host = std::fs::read_to_string(repository.join("host.json")).expect("host.json");
        let mut host: Value = serde_json::from_str(&host).expect("JSON");
        let handler = copy::of(module_path!(), PLAYS);
        let arguments = handler.get_args().map(|one| one.to_str().expect("text"));
        host["customHandler"]["description"] = json!({
            "defaultExecutablePath": handler.get_program().to_str().expect("text"),
            "arguments": arguments.collect::<Vec<_>>(),
        });
        std::fs::write(app.join("host.json"), host.to_string()).expect("a file");
        Script { folder }
    }

    pub fn app(&self) -> PathBuf {
        self.folder.join("app")
    }

    /// How to run it, without queues.
    pub fn plan(&self) -> Plan {
        let settings = [
            (FOLDER, self.folder.text()),
            ("SWEEP_SCHEDULE", "0 */5 * * * *"),
        ];
        let settings = settings.map(|(name, value)| (name.to_string(), value.to_string()));
        Plan {
            settings: settings.into(),
            ..Plan::of(&self.app())
        }
    }

    /// Lets whatever waits for this name go on.
    pub fn release(&self, name: &str) {
        std::fs::write(self.folder.join(name), "").expect("a file");
    }

    /// The starts until now: environment and folder of each.
    pub fn starts(&self) -> Vec<Value> {
        lines(&self.folder.join("starts"))
    }

    /// The calls until now, but for those that only ask whether anybody is there.
    pub fn calls(&self) -> Vec<Value> {
        let calls = lines(&self.folder.join("calls")).into_iter();
        calls.filter(|call| call["url"] != "/").collect()
    }

    /// Waits for so many calls.
    pub async fn called(&self, times: usize) -> Vec<Value> {
        for _ in 0..6000 {
            let calls = self.calls();
            if calls.len() >= times {
                return calls;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{times} calls did not come: {:#?}", self.calls());
    }
}

/// The value of a header of a call.
pub fn header<'c>(call: &'c Value, name: &str) -> Option<&'c str> {
    let headers = call["headers"].as_array().expect("headers");
    let found = headers.iter().find(|one| {
        one[0]
            .as_str()
            .is_some_and(|one| one.eq_ignore_ascii_case(name))
    });
    found.and_then(|one| one[1].as_str())
}

/// The body of a call.
pub fn body(call: &Value) -> Value {
    let text = call["body"].as_str().expect("a body");
    serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // The last one may be half written.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let lines = whole.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Does nothing, except in the copy that the emulator starts.
#[test]
fn plays_the_handler() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        play(Path::new(&folder));
    }
}

static WRITING: Mutex<()> = Mutex::new(());

/// Writes a line down, and returns how many of its sort came before it.
fn note(folder: &Path, file: &str, line: &Value, same: impl Fn(&Value) -> bool) -> usize {
    let _writing = WRITING.lock().expect("no other panic");
    let path = folder.join(file);
    let before = lines(&path).iter().filter(|line| same(line)).count();
    let open = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    let mut file = open.expect("a file");
    file.write_all(format!("{line}\n").as_bytes())
        .expect("written");
    before
}

/// The step of a list for this time; the last one for all that follow.
fn step(steps: &Value, time: usize) -> Value {
    let steps = steps.as_array().cloned().unwrap_or_default();
    let last = steps.len().saturating_sub(1);
    steps.into_iter().nth(time.min(last)).unwrap_or(json!({}))
}

/// What comes before anything else in a step.
fn before(folder: &Path, step: &Value) {
    if let Some(code) = step["exit"].as_i64() {
        std::process::exit(i32::try_from(code).expect("an exit code"));
    }
    let waits = step["wait"].as_str().map(|name| folder.join(name));
    let hangs = step["hang"] == true;
    while hangs || waits.as_ref().is_some_and(|file| !file.exists()) {
        // Whoever forgets this process ends it by ending its own.
        if !folder.exists() {
            std::process::exit(1);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn play(folder: &Path) {
    let text = std::fs::read_to_string(folder.join("script.json")).expect("a script");
    let script: Value = serde_json::from_str(&text).expect("JSON");
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let current = std::env::current_dir().expect("a folder");
    let start = json!({"environment": environment, "folder": current, "id": std::process::id()});
    let time = note(folder, "starts", &start, |_| true);
    for line in script["prints"]["stdout"].as_array().into_iter().flatten() {
        println!("{}", line.as_str().expect("text"));
    }
    for line in script["prints"]["stderr"].as_array().into_iter().flatten() {
        eprintln!("{}", line.as_str().expect("text"));
    }
    before(folder, &step(&script["starts"], time));
    let port: u16 = environment["FUNCTIONS_CUSTOMHANDLER_PORT"]
        .parse()
        .expect("a port");
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    std::thread::scope(|scope| {
        for stream in listener.incoming() {
            let stream = stream.expect("a connection");
            let script = &script;
            scope.spawn(move || answer(folder, script, stream));
        }
    });
}

/// Reads one request, writes it down, and answers it.
fn answer(folder: &Path, script: &Value, mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let Some(call) = read(&mut reader) else {
        return;
    };
    let name = |call: &Value| {
        let url = call["url"].as_str().expect("text");
        let path = url.split('?').next().expect("a path");
        format!("{} {path}", call["method"].as_str().expect("text"))
    };
    let this = name(&call);
    let time = note(folder, "calls", &call, |other| name(other) == this);
    let steps = match this.as_str() {
        "GET /" => Value::Null,
        _ => script["answers"][&this].clone(),
    };
    let step = step(&steps, time);
    before(folder, &step);
    let empty = json!({"Outputs": {}, "Logs": [], "ReturnValue": null});
    let body = match &step["body"] {
        Value::Null => empty.to_string(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let status = step["status"].as_u64().unwrap_or(200);
    let kind = step["type"].as_str().unwrap_or("application/json");
    let mut head = format!("HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\n");
    for header in step["headers"].as_array().into_iter().flatten() {
        let (name, value) = (header[0].as_str(), header[1].as_str());
        head.push_str(&format!(
            "{}: {}\r\n",
            name.expect("text"),
            value.expect("text")
        ));
    }
    if !matches!(status, 204 | 304) {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let body = if matches!(status, 204 | 304) {
        ""
    } else {
        &body
    };
    // The caller may have gone.
    let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Value> {
    let mut line = || {
        let mut text = String::new();
        reader.read_line(&mut text).ok()?;
        Some(text.trim_end().to_string())
    };
    let first = line()?;
    let mut parts = first.split(' ');
    let (method, url) = (parts.next()?.to_string(), parts.next()?.to_string());
    let mut headers = Vec::new();
    loop {
        let text = line()?;
        let Some((name, value)) = text.split_once(": ") else {
            break;
        };
        headers.push(json!([name, value]));
    }
    let chunked = headers.contains(&json!(["Transfer-Encoding", "chunked"]));
    let (mut body, mut more) = (String::new(), chunked);
    while more {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = u64::from_str_radix(size.trim(), 16).ok()?;
        let mut chunk = String::new();
        reader.take(size + 2).read_to_string(&mut chunk).ok()?;
        body.push_str(chunk.trim_end_matches("\r\n"));
        more = size > 0;
    }
    Some(json!({"method": method, "url": url, "headers": headers, "body": body}))
}
