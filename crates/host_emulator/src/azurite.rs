//! Azurite's queues, Microsoft's own emulator: on a free port, in memory, gone with this process.

use super::HostError;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The version of the storage services that is asked for.
pub(super) const VERSION: &str = "2022-11-02";
/// The key that Microsoft publishes for every Azurite; it opens nothing else.
const PUBLISHED_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
/// Where `npm ci` in `tests/` puts it.
const OURS: &str = "tests/node_modules/.bin/azurite-queue";
const PROGRAM: &str = "azurite-queue";

pub struct Azurite {
    /// A shell that ends Azurite as soon as its standard input closes, however this process ends.
    shell: Child,
    /// `http://127.0.0.1:PORT/devstoreaccount1`
    pub endpoint: String,
}

impl Azurite {
    /// Starts Azurite's queue service: the program given, or that of this folder's tests, or the one in `PATH`.
    pub fn start(program: Option<&Path>) -> Result<Azurite, HostError> {
        let program = match program {
            Some(given) => given.to_path_buf(),
            None => found().ok_or_else(|| {
                HostError::Azurite(format!(
                    "{PROGRAM} is neither in {OURS} nor in PATH: `npm ci --prefix tests` installs it"
                ))
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
            .map_err(|e| HostError::Azurite(format!("no shell: {e}")))?;
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
        let mut said = String::new();
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(120)) {
            match line.split_once("successfully listens on ") {
                Some((_, address)) => {
                    azurite.endpoint = format!("{}/devstoreaccount1", address.trim());
                    return Ok(azurite);
                }
                None => said.push_str(&line),
            }
        }
        Err(HostError::Azurite(format!(
            "{} did not start; it said: {said}",
            program.display()
        )))
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
    let mut places = std::iter::once(PathBuf::from(OURS)).chain(in_path);
    places.find(|place| place.is_file())
}

/// A shared access signature for the whole emulated account: of these services (`b`lob, `q`ueue) and permissions (`r`ead,
/// `w`rite, `d`elete, `l`ist, `a`dd, `c`reate, `u`pdate, `p`rocess), to be put at the end of a URL.
pub fn sas(services: &str, permissions: &str) -> String {
    let expiry = "2100-01-01T00:00:00Z";
    let signed = format!(
        "devstoreaccount1\n{permissions}\n{services}\nsco\n\n{expiry}\n\nhttps,http\n{VERSION}\n\n"
    );
    // The key is Base64: it is a constant, and tests sign with it.
    let key = BASE64_STANDARD.decode(PUBLISHED_KEY).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signature = BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("sv", VERSION),
            ("ss", services),
            ("srt", "sco"),
            ("sp", permissions),
            ("se", expiry),
            ("spr", "https,http"),
            ("sig", &signature),
        ])
        .finish()
}
