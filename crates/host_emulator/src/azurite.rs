//! Azurite's queues, Microsoft's own emulator: on a free port, in memory, gone with this process.

use crate::error::AzuriteError;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Where `npm ci` in `tests/` puts it.
const INSTALLED: &str = "tests/node_modules/.bin/azurite-queue";
const PROGRAM: &str = "azurite-queue";

pub struct Azurite {
    /// A shell that ends Azurite as soon as its standard input closes, however this process ends.
    shell: Child,
    /// `http://127.0.0.1:PORT/devstoreaccount1`
    pub endpoint: String,
}

impl Azurite {
    /// Starts Azurite's queue service: the program given, or that of this folder's tests, or the one in `PATH`.
    pub fn start(program: Option<&Path>) -> Result<Azurite, AzuriteError> {
        let program = match program {
            Some(given) => given.to_path_buf(),
            None => found().ok_or(AzuriteError::Missing {
                program: PROGRAM,
                folder: INSTALLED,
            })?,
        };
        let script = "exec 3<&0; \"$@\" </dev/null 2>&1 & cat <&3 >/dev/null; kill -9 $!; wait";
        let mut shell = Command::new("sh")
            .args(["-c", script, PROGRAM])
            .arg(&program)
            .args([
                "--queuePort",
                "0",
                "--inMemoryPersistence",
                "--skipApiVersionCheck",
            ])
            .args(["--silent", "--disableTelemetry"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(AzuriteError::NoShell)?;
        let (send, lines) = mpsc::channel();
        if let Some(stdout) = shell.stdout.take() {
            std::thread::spawn(move || {
                // Read to the end, so that Azurite never waits for its output to be taken.
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
        }
        let mut azurite = Azurite {
            shell,
            endpoint: String::new(),
        };
        let mut printed = String::new();
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(120)) {
            match line.split_once("successfully listens on ") {
                Some((_, address)) => {
                    azurite.endpoint = format!("{}/devstoreaccount1", address.trim());
                    return Ok(azurite);
                }
                None => printed.push_str(&line),
            }
        }
        Err(AzuriteError::NotStarted { program, printed })
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

fn found() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join(PROGRAM));
    let mut places = std::iter::once(PathBuf::from(INSTALLED)).chain(in_path);
    places.find(|place| place.is_file())
}
