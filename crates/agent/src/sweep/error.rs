//! Why a sweep could not do its work at all.

use super::message_error::MessageError;
use crate::ledger::LedgerError;
use lamplighter_azure::AzureError;

/// One workspace that fails does not fail the sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error("no subscription could be read: {0}")]
    NoSubscription(AzureError),
    #[error("the identity sees no subscription; grant it a role, or set SUBSCRIPTIONS")]
    NothingVisible,
    #[error("the ledger cannot be written, so nothing is stopped or started: {0}")]
    Ledger(LedgerError),
    #[error("not one of {count} workspaces could be read; the first error: {first}")]
    NoWorkspace { count: usize, first: String },
    /// How far it is off, in words.
    #[error("{0}")]
    Clock(String),
    #[error(transparent)]
    Message(MessageError),
    /// Of a pass that a message asked for.
    #[error("it panicked: {0}")]
    Panicked(String),
    #[error("{id} was not found: {why}")]
    NotFound { id: String, why: String },
}
