//! Storage queues over REST, as Azurite serves them on this computer.

use crate::error::{MessageError, QueueError};
use crate::sas::{VERSION, sas};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use std::time::Duration;

/// What a queue's name ends in where its failed messages go.
pub(crate) const POISON: &str = "-poison";

/// The queues of one emulated account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queues {
    client: reqwest::Client,
    /// `http://127.0.0.1:PORT/devstoreaccount1`
    endpoint: String,
    signed: String,
}

/// A message that was handed out.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Message {
    pub message_id: String,
    pub pop_receipt: String,
    pub insertion_time: String,
    pub expiration_time: String,
    pub time_next_visible: String,
    /// How often it has been handed out, this time included.
    pub dequeue_count: u32,
    /// Base64, as the extension bundle writes and expects it.
    #[serde(default)]
    pub message_text: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "QueueMessage", default)]
    messages: Vec<Message>,
}

impl Message {
    /// The text that was put on the queue; what is no Base64 or no UTF-8 is an error, and such a message is poison.
    pub fn text(&self) -> Result<String, MessageError> {
        let bytes = BASE64_STANDARD.decode(self.message_text.trim())?;
        Ok(String::from_utf8(bytes)?)
    }
}

/// The longest message text, in bytes.
const LONGEST: usize = 64 * 1024;

impl Queues {
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn at(endpoint: &str) -> Queues {
        // Azurite closes a connection that nobody used for 5 s. A message whose answer is lost in that moment is nobody's.
        let client = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(2));
        Queues {
            client: client.build().unwrap_or_default(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            signed: sas("q", "rwdlacup"),
        }
    }

    /// Makes the queue where it is missing.
    pub async fn create(&self, queue: &str) -> Result<(), QueueError> {
        self.send(Method::PUT, queue, "", None).await.map(|_| ())
    }

    /// Puts bytes on the queue.
    pub async fn put(&self, queue: &str, bytes: &[u8]) -> Result<(), QueueError> {
        let text = BASE64_STANDARD.encode(bytes);
        if text.len() > LONGEST {
            return Err(QueueError::TooLong {
                queue: queue.to_owned(),
                length: bytes.len(),
            });
        }
        self.put_text(queue, &text).await
    }

    /// Puts a text on the queue as somebody does who does not know of Base64.
    pub async fn put_text(&self, queue: &str, text: &str) -> Result<(), QueueError> {
        let text = quick_xml::escape::escape(text);
        let body = format!("<QueueMessage><MessageText>{text}</MessageText></QueueMessage>");
        let path = format!("{queue}/messages");
        self.send(Method::POST, &path, "", Some(body))
            .await
            .map(|_| ())
    }

    /// Takes up to `count` messages, which nobody else gets for so long.
    pub async fn take(
        &self,
        queue: &str,
        count: u32,
        lease: Duration,
    ) -> Result<Vec<Message>, QueueError> {
        let query = format!(
            "numofmessages={}&visibilitytimeout={}&",
            count.min(32),
            lease.as_secs().max(1)
        );
        let text = self
            .send(Method::GET, &format!("{queue}/messages"), &query, None)
            .await?;
        match quick_xml::de::from_str::<List>(&text) {
            Ok(list) => Ok(list.messages),
            Err(error) => Err(QueueError::List {
                queue: queue.to_owned(),
                error,
            }),
        }
    }

    /// Deletes a message; one that somebody else has got meanwhile is theirs.
    pub async fn delete(&self, queue: &str, message: &Message) -> Result<(), QueueError> {
        let (path, query) = receipt(queue, message);
        self.send(Method::DELETE, &path, &query, None)
            .await
            .map(|_| ())
    }

    /// Gives a message back, to be handed out after so long.
    pub async fn give_back(
        &self,
        queue: &str,
        message: &Message,
        after: Duration,
    ) -> Result<(), QueueError> {
        let (path, query) = receipt(queue, message);
        let query = format!("{query}visibilitytimeout={}&", after.as_secs());
        self.send(Method::PUT, &path, &query, None)
            .await
            .map(|_| ())
    }

    /// About how many messages there are, those that are worked on included.
    pub async fn count(&self, queue: &str) -> Result<u64, QueueError> {
        let answer = self
            .answer(Method::GET, queue, "comp=metadata&", None)
            .await?;
        let count = answer.headers().get("x-ms-approximate-messages-count");
        let count = count.and_then(|count| count.to_str().ok()?.parse().ok());
        count.ok_or_else(|| QueueError::NoCount(queue.to_owned()))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &str,
        body: Option<String>,
    ) -> Result<String, QueueError> {
        let answer = self.answer(method, path, query, body).await?;
        answer
            .text()
            .await
            .map_err(|error| unreachable(path, error))
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        query: &str,
        body: Option<String>,
    ) -> Result<reqwest::Response, QueueError> {
        let deletes = method == Method::DELETE || method == Method::PUT;
        let url = format!("{}/{path}?{query}{}", self.endpoint, self.signed);
        let request = self
            .client
            .request(method, url)
            .header("x-ms-version", VERSION);
        let request = match body {
            Some(body) => request.body(body),
            None => request.header("content-length", "0"),
        };
        let answer = request.send().await;
        let answer = answer.map_err(|error| unreachable(path, error))?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            // Made already, or handed out anew to somebody else: as good as done.
            StatusCode::CONFLICT | StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST if deletes => {
                Ok(answer)
            }
            status => {
                let text = answer.text().await.unwrap_or_default();
                let text: String = text.chars().take(300).collect();
                Err(QueueError::Refused {
                    path: path.to_owned(),
                    status,
                    text,
                })
            }
        }
    }
}

/// The URL holds a signature, and is not shown.
fn unreachable(path: &str, error: reqwest::Error) -> QueueError {
    QueueError::Unreachable {
        path: path.to_owned(),
        error: error.without_url(),
    }
}

fn receipt(queue: &str, message: &Message) -> (String, String) {
    let receipt: String =
        url::form_urlencoded::byte_serialize(message.pop_receipt.as_bytes()).collect();
    (
        format!("{queue}/messages/{}", message.message_id),
        format!("popreceipt={receipt}&"),
    )
}
