//! One post and its answer: the only place where notices meet the network.

use super::pace::LONGEST;
use super::told::Outcome;
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde_json::Value;
use std::error::Error;
use std::time::Duration;
use url::Url;

/// The longest to wait for one channel. Services answer within a second; one that hangs must leave time for the others.
pub(super) const WITHIN: Duration = Duration::from_secs(4);
/// No answer that says anything is longer.
const MOST: usize = 16 * 1024;

/// What is to be posted.
#[derive(Clone, Debug)]
pub(super) struct Post {
    /// It may hold a secret.
    pub url: Url,
    pub headers: Vec<(&'static str, String)>,
    content_type: &'static str,
    pub body: Vec<u8>,
    /// Of several that one message is: which it is, so that it is not repeated when another of them fails.
    pub key: Option<String>,
}

impl Post {
    pub fn json(url: &Url, body: &Value) -> Post {
        Post {
            url: url.clone(),
            headers: Vec::new(),
            content_type: "application/json",
            body: body.to_string().into_bytes(),
            key: None,
        }
    }

    pub fn keyed(self, key: &str) -> Post {
        Post {
            key: Some(key.to_owned()),
            ..self
        }
    }

    pub fn with(mut self, name: &'static str, value: String) -> Post {
        self.headers.push((name, value));
        self
    }

    pub fn of_type(self, content_type: &'static str) -> Post {
        Post {
            content_type,
            ..self
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub retry_after: Option<Duration>,
    /// Its beginning.
    pub body: String,
}

/// Why there was no answer, without where it was asked for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsent {
    #[error("a header is not text")]
    Header,
    #[error("its certificate is not trusted")]
    Certificate,
    #[error("it could not be reached: {0}")]
    Unreachable(std::io::ErrorKind),
    #[error("it could not be reached")]
    NoConnection,
    #[error("the connection failed")]
    Broken,
}

/// Posts, and waits for the answer.
///
/// # Errors
/// There was none.
pub(super) async fn send(
    client: &reqwest::Client,
    post: Post,
    token: Option<&str>,
) -> Result<Answer, Unsent> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(post.content_type));
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Unsent::Header);
    if let Some(token) = token {
        let mut token = value(&format!("Bearer {token}"))?;
        token.set_sensitive(true);
        headers.insert(AUTHORIZATION, token);
    }
    let mut request = client.post(post.url).headers(headers).body(post.body);
    for (name, text) in &post.headers {
        request = request.header(*name, value(text)?);
    }
    let mut answer = request.send().await.map_err(unsent)?;
    let status = answer.status().as_u16();
    let retry_after = retry_after(answer.headers(), Utc::now());
    let mut body = Vec::new();
    // Of a post that was taken nothing more is asked: what hangs after that would make it a failure, and come twice.
    while !answer.status().is_success()
        && body.len() < MOST
        && let Ok(Some(part)) = answer.chunk().await
    {
        body.extend_from_slice(&part[..part.len().min(MOST - body.len())]);
    }
    Ok(Answer {
        status,
        retry_after,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn unsent(error: reqwest::Error) -> Unsent {
    let mut cause: Option<&dyn Error> = error.source();
    let mut kind = None;
    let mut text = String::new();
    while let Some(inner) = cause {
        text = inner.to_string();
        kind = inner
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind)
            .or(kind);
        cause = inner.source();
    }
    match (text.contains("certificate"), kind) {
        (true, _) => Unsent::Certificate,
        (_, Some(kind)) => Unsent::Unreachable(kind),
        _ if error.is_connect() => Unsent::NoConnection,
        _ => Unsent::Broken,
    }
}

/// In seconds, or as a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            (until.with_timezone(&Utc) - now).to_std().ok()?
        }
    };
    Some(wait.min(LONGEST))
}

/// What most services' answers mean; `words` says what this one's status is about, where that is known.
pub(super) fn outcome(answer: &Answer, words: &str) -> Outcome {
    let status = StatusCode::from_u16(answer.status);
    let shown = status.map_or_else(|_| answer.status.to_string(), |status| status.to_string());
    let why = match answer.status {
        200..=299 => return Outcome::Accepted,
        // What a channel is told is not for others, whoever that is.
        307 | 308 => format!("it answered {shown}, and leads to another host"),
        300..=399 => {
            format!("it answered {shown}, which a post does not follow: set where it leads")
        }
        _ => {
            let known = (!words.is_empty()).then(|| words.to_owned());
            let said = known.or_else(|| code(&answer.body));
            let said = said.map(|said| format!(": {said}"));
            format!("it answered {shown}{}", said.unwrap_or_default())
        }
    };
    Outcome::Failed {
        why,
        after: answer.retry_after,
    }
}

/// The code of an error as Azure writes one; never its text, which may repeat what was sent.
fn code(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let code = body["error"]["code"].as_str()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let is_code = !code.is_empty() && code.len() <= 60 && code.chars().all(plain);
    is_code.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            retry_after: None,
            body: body.to_owned(),
        }
    }

    fn why(answer: &Answer, words: &str) -> String {
        match outcome(answer, words) {
            Outcome::Accepted => "accepted".to_owned(),
            Outcome::Failed { why, .. } => why,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_told_by_its_status_and_its_code_and_repeats_nothing() {
        for (status, body, said) in [
            (200, "ok", "accepted"),
            (202, "", "accepted"),
            (
                302,
                "",
                "it answered 302 Found, which a post does not follow: set where it leads",
            ),
            (
                307,
                "",
                "it answered 307 Temporary Redirect, and leads to another host",
            ),
            (
                401,
                r#"{"error":{"code":"DirectApiAuthorizationRequired","message":"sig=secret"}}"#,
                "it answered 401 Unauthorized: DirectApiAuthorizationRequired",
            ),
            (
                400,
                r#"{"error":{"code":"a b?sig=secret"}}"#,
                "it answered 400 Bad Request",
            ),
            (
                500,
                r#"{"error":"secret"}"#,
                "it answered 500 Internal Server Error",
            ),
            (799, "secret", "it answered 799 <unknown status code>"),
        ] {
            assert_eq!(why(&answer(status, body), ""), said);
        }
        assert_eq!(why(&answer(410, "x"), "gone"), "it answered 410 Gone: gone");
    }

    #[test]
    fn a_wait_is_read_in_seconds_and_as_a_date_and_is_never_longer_than_an_hour() {
        let now: DateTime<Utc> = "2026-11-23T18:45:00Z".parse().expect("a time");
        for (text, seconds) in [
            ("30", Some(30)),
            (" 30 ", Some(30)),
            ("Mon, 23 Nov 2026 18:46:00 GMT", Some(60)),
            ("Mon, 23 Nov 2026 18:44:00 GMT", None),
            ("999999999999", Some(3600)),
            ("-5", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            let wait = retry_after(&headers, now).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{text}");
        }
    }
}
