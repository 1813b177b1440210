//! Azurite, Microsoft's own emulator of blob storage, for a test: on a free port, in memory, gone with the
//! process that started it.

use lamplighter_host_emulator::sas;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

pub struct Azurite {
    /// A shell that ends Azurite as soon as its standard input closes, however this process ends.
    shell: Child,
    /// `http://127.0.0.1:PORT/devstoreaccount1`
    pub endpoint: String,
    client: reqwest::Client,
}

impl Azurite {
    /// The one that the tests of this process share.
    pub fn shared() -> &'static Azurite {
        static SHARED: OnceLock<Azurite> = OnceLock::new();
        SHARED.get_or_init(Azurite::start)
    }

    pub fn start() -> Azurite {
        Self::run(&[], reqwest::Client::builder())
    }

    /// Over TLS, where Azurite takes bearer tokens and looks at their claims.
    pub fn start_tls(cert: &Path, key: &Path, client: reqwest::ClientBuilder) -> Azurite {
        let (cert, key) = (cert.display().to_string(), key.display().to_string());
        Self::run(
            &["--oauth", "basic", "--cert", &cert, "--key", &key],
            client,
        )
    }

    fn run(more: &[&str], client: reqwest::ClientBuilder) -> Azurite {
        let script = "exec 3<&0; \"$@\" </dev/null 2>&1 & cat <&3 >/dev/null; kill -9 $!; wait";
        let mut shell = Command::new("sh")
            .args(["-c", script, "azurite"])
            .arg(program())
            .args([
                "--blobPort",
                "0",
                "--inMemoryPersistence",
                "--skipApiVersionCheck",
            ])
            .args(["--silent", "--disableTelemetry"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let stdout = shell.stdout.take().expect("stdout is piped");
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Read to the end, so that Azurite never waits for its output to be taken.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let mut printed = String::new();
        let address = loop {
            match lines.recv_timeout(Duration::from_secs(600)) {
                Ok(line) => match line.split_once("successfully listens on ") {
                    Some((_, address)) => break address.trim().to_owned(),
                    None => printed.push_str(&line),
                },
                Err(_) => panic!("Azurite did not start; it printed: {printed}"),
            }
        };
        Azurite {
            shell,
            endpoint: format!("{address}/devstoreaccount1"),
            // Each test has a runtime of its own, and a connection does not outlive the one that made it.
            client: client.pool_max_idle_per_host(0).build().expect("a client"),
        }
    }

    /// Makes a new container and returns its URL.
    pub async fn container(&self) -> String {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let url = format!(
            "{}/lamp-{}",
            self.endpoint,
            LAST.fetch_add(1, Ordering::Relaxed)
        );
        let made = self
            .client
            .put(format!("{url}?restype=container&{}", sas("b", "rwdlac")))
            .header("content-length", "0")
            .send()
            .await
            .expect("Azurite answers");
        assert_eq!(made.status(), 201, "{:?}", made.text().await);
        url
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// `AZURITE`, or what `npm ci` put beside the tests. Never skipped: blob storage is half of the promise.
fn program() -> PathBuf {
    let program = std::env::var_os("AZURITE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node_modules/.bin/azurite-blob"),
        PathBuf::from,
    );
    assert!(
        program.exists(),
        "Azurite is not installed at {}: `bash tests/run` installs it, as does `npm ci` in tests/",
        program.display()
    );
    program
}
