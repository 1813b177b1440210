//! A channel for notices that answers as it is told to.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// What the next post is answered with; where nothing is told, it is accepted.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Refuse(u16),
    /// 429, and how many seconds to wait.
    TooMany(u64),
    /// No answer at all.
    Hang,
}

#[derive(Default)]
struct Told {
    answers: VecDeque<Answer>,
    /// What every post is answered with, once `answers` are used up.
    always: Option<Answer>,
    /// Every body that came in, and whether it was accepted.
    heard: Vec<(Value, bool)>,
}

/// A webhook on this computer.
pub struct Hook {
    pub url: String,
    told: Arc<Mutex<Told>>,
    server: JoinHandle<()>,
}

impl Hook {
    pub async fn start() -> Hook {
        let told: Arc<Mutex<Told>> = Arc::default();
        let app = Router::new()
            .route("/hook", post(answer))
            .with_state(told.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("it serves");
        });
        let url = format!("http://{address}/hook");
        Hook { url, told, server }
    }

    /// Answers the next posts so, one after another.
    pub fn next(&self, answers: &[Answer]) {
        self.told().answers.extend(answers);
    }

    /// Answers all posts so from now on; `None`: accepts them.
    pub fn always(&self, answer: Option<Answer>) {
        self.told().always = answer;
    }

    /// How many posts came in.
    pub fn posts(&self) -> usize {
        self.told().heard.len()
    }

    /// The bodies that were accepted.
    pub fn accepted(&self) -> Vec<Value> {
        let told = self.told();
        let accepted = told.heard.iter().filter(|(_, accepted)| *accepted);
        accepted.map(|(body, _)| body.clone()).collect()
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().expect("no panic")
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(told): State<Arc<Mutex<Told>>>,
    body: axum::Json<Value>,
) -> (StatusCode, HeaderMap) {
    let answer = {
        let mut told = told.lock().expect("no panic");
        let answer = told.answers.pop_front().or(told.always);
        told.heard.push((body.0, answer.is_none()));
        answer
    };
    let mut headers = HeaderMap::new();
    let status = match answer {
        None => StatusCode::OK,
        Some(Answer::Refuse(status)) => StatusCode::from_u16(status).expect("a status"),
        Some(Answer::TooMany(seconds)) => {
            headers.insert(header::RETRY_AFTER, seconds.into());
            StatusCode::TOO_MANY_REQUESTS
        }
        Some(Answer::Hang) => std::future::pending().await,
    };
    (status, headers)
}
