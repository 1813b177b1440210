//! Why a message of the queue cannot be worked on.

/// A message that cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("the message is of version {0}, expected 1 or 2")]
    Version(serde_json::Value),
    #[error("the message cannot be read: {0}")]
    Fields(#[from] serde_json::Error),
    #[error("{0:?} is not a workspace's ARM id")]
    NotAWorkspace(String),
}
