//! A server whose sweeps follow a script, and its caller, byte for byte.

use crate::handler::{
    Info, LastKnown, QueueRequest, ServedPage, SweepDone, SweepFailed, SweepRequest, Sweeper, bind,
    serve,
};
use crate::host::Host;
use crate::people::{Answer, Request};
use crate::report::page::Chosen;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

pub const ID: &str = "6f1a2c60-11aa-4c3e-9b3f-0d8a50d1a001";

pub enum Step {
    Done,
    /// Done, with a message for the queue.
    Spread,
    Fail(&'static str),
    Panic,
    /// Done once the test lets it.
    Hold,
}

pub struct Script {
    steps: Mutex<VecDeque<Step>>,
    requests: Mutex<Vec<SweepRequest>>,
    queued: Mutex<Vec<QueueRequest>>,
    pub known: Mutex<Option<LastKnown>>,
    entered: Semaphore,
    pub release: Semaphore,
}

impl Sweeper for Script {
    fn people(&self, request: Request) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            assert!(request.query != "panic", "as asked");
            Answer {
                status: 200,
                html: format!("{} {request:?}", request.post),
                policy: "default-src 'none'".into(),
            }
        })
    }

    fn diagnosis(&self) -> BoxFuture<'_, Option<Value>> {
        Box::pin(async { Some(json!({ "ok": true, "checks": [] })) })
    }

    fn page(
        &self,
        languages: String,
        chosen: Chosen,
        failed: Option<SweepFailed>,
    ) -> BoxFuture<'_, Result<ServedPage, SweepFailed>> {
        Box::pin(async move {
            match languages.as_str() {
                _ if failed.is_some() => Err(failed.unwrap()),
                "none" => Err(SweepFailed {
                    reason: "the ledger is <away>".into(),
                }),
                _ => Ok(ServedPage {
                    html: format!("<p>{languages}{}</p>", chosen.owner.unwrap_or_default()),
                    policy: "default-src 'none'".into(),
                }),
            }
        })
    }

    fn sweep(&self, request: SweepRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        self.requests.lock().unwrap().push(request);
        let step = self
            .steps
            .lock()
            .unwrap()
            .pop_front()
            .expect("a sweep that no test asked for");
        self.entered.add_permits(1);
        Box::pin(async move {
            let spread = matches!(step, Step::Spread);
            match step {
                Step::Done | Step::Spread => {}
                Step::Fail(reason) => {
                    return Err(SweepFailed {
                        reason: reason.into(),
                    });
                }
                Step::Panic => panic!("the lamp fell over"),
                Step::Hold => self.release.acquire().await.unwrap().forget(),
            }
            Ok(SweepDone {
                summary: json!({ "stops": 2 }),
                lines: vec!["2 stops".into()],
                messages: spread
                    .then(|| json!({ "lamplighter": 1 }))
                    .into_iter()
                    .collect(),
            })
        })
    }

    fn workspace(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        self.queued.lock().unwrap().push(request.clone());
        Box::pin(async move {
            match request.message["workspace"].as_str() {
                Some("panics") => panic!("the lamp fell over"),
                Some(name) => Ok(SweepDone {
                    lines: vec![format!("{name}, try {:?}", request.dequeue_count)],
                    ..SweepDone::default()
                }),
                None => Err(SweepFailed {
                    reason: "the message names no workspace".into(),
                }),
            }
        })
    }

    fn hold(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        self.poison(request)
    }

    fn poison(&self, request: QueueRequest) -> BoxFuture<'_, Result<SweepDone, SweepFailed>> {
        self.queued.lock().unwrap().push(request.clone());
        Box::pin(async move {
            Ok(SweepDone {
                lines: vec![request.message.to_string()],
                ..SweepDone::default()
            })
        })
    }

    fn last_known(&self) -> BoxFuture<'_, Result<Option<LastKnown>, SweepFailed>> {
        Box::pin(async { Ok(self.known.lock().unwrap().clone()) })
    }
}

/// The server, and what it is to do.
pub struct Served {
    port: u16,
    pub script: Arc<Script>,
}

pub struct Answered {
    pub status: u16,
    pub head: String,
    pub body: Value,
}

pub async fn serving(steps: impl IntoIterator<Item = Step>) -> Served {
    let script = Arc::new(Script {
        steps: Mutex::new(steps.into_iter().collect()),
        requests: Mutex::default(),
        queued: Mutex::default(),
        known: Mutex::default(),
        entered: Semaphore::new(0),
        release: Semaphore::new(0),
    });
    let listener = bind(0).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let info = Info {
        sweep_schedule: "30 1 * * * *".into(),
        ..Info::default()
    };
    tokio::spawn(serve(listener, script.clone(), info, Host::default()));
    Served { port, script }
}

impl Served {
    /// Opens a connection and sends one request.
    pub async fn send(&self, line: &str, headers: &str, body: &[u8]) -> TcpStream {
        let headers = format!("Host: 127.0.0.1\r\nConnection: close\r\n{headers}");
        self.send_as_it_is(line, &headers, body).await
    }

    /// The same with these headers and no others.
    pub async fn send_as_it_is(&self, line: &str, headers: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let head = format!("{line} HTTP/1.1\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        stream
    }

    pub async fn ask(&self, line: &str) -> Answered {
        answer(self.send(line, "", b"").await).await
    }

    /// Fires as the host does: chunked, without a length, in several pieces.
    pub async fn fire(&self, body: &str) -> Answered {
        answer(self.firing(body).await).await
    }

    pub async fn firing(&self, body: &str) -> TcpStream {
        self.calling("/sweep", body).await
    }

    /// A message of the queue, as the host hands it on.
    pub async fn hand(&self, path: &str, message: Value) -> Answered {
        let metadata = json!({ "DequeueCount": "\"2\"", "Id": "\"m1\"", "sys": { "MethodName": "workspace" } });
        let body = json!({ "Data": { "message": message }, "Metadata": metadata });
        answer(self.calling(path, &body.to_string()).await).await
    }

    pub async fn calling(&self, path: &str, body: &str) -> TcpStream {
        let headers = format!(
            "User-Agent: Azure-Functions-Host/4.1048.200\r\nX-Azure-Functions-InvocationId: {ID}\r\n\
             traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n\
             Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
        );
        let mut chunks = Vec::new();
        for chunk in body.as_bytes().chunks(7) {
            chunks.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            chunks.extend(chunk);
            chunks.extend(b"\r\n");
        }
        chunks.extend(b"0\r\n\r\n");
        self.send(&format!("POST {path}"), &headers, &chunks).await
    }

    pub async fn entered(&self) {
        self.script.entered.acquire().await.unwrap().forget();
    }

    /// The messages that were handed on.
    pub fn queued(&self) -> Vec<QueueRequest> {
        self.script.queued.lock().unwrap().clone()
    }

    pub fn requests(&self) -> Vec<SweepRequest> {
        self.script.requests.lock().unwrap().clone()
    }
}

pub async fn answer(mut stream: TcpStream) -> Answered {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
    Answered {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_lowercase(),
        body: serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {body:?}")),
    }
}

pub fn invocation(timer: Value) -> String {
    let sys =
        json!({ "MethodName": "sweep", "UtcNow": "2026-11-23T19:05:00.0042Z", "RandGuid": "r" });
    json!({ "Data": { "timer": timer }, "Metadata": { "sys": sys } }).to_string()
}

pub fn timer(past_due: bool) -> Value {
    json!({
        "Schedule": { "AdjustForDST": true },
        "ScheduleStatus": {
            "Last": "0001-01-01T00:00:00",
            "LastUpdated": "0001-01-01T00:00:00",
            "Next": "2026-11-23T19:10:00+00:00"
        },
        "IsPastDue": past_due
    })
}
