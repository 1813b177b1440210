//! Messages to owners: what they are told before a stop, and how it reaches them.
//!
//! A notice is always a log line and a ledger record. A [`Notifier`] carries it further, over each channel that is
//! set: `channels/` has one file for each, which makes requests of a message and an outcome of an answer and touches
//! no network; `sender.rs` does that for all of them, and `pace.rs` keeps what a service asks of its callers.

mod channels;
mod message;
mod notice;
mod notifier;
mod pace;
mod sender;
#[cfg(test)]
mod tests;
mod told;

pub use channels::{
    EventGrid, Mail, NoticeChannels, SignedWebhook, SigningKeys, TeamsAuth, TeamsFlow,
};
pub use message::Message;
pub use notice::{About, Notice};
pub use notifier::{Notifier, NotifyError};
pub use told::{Outcome, Told};
