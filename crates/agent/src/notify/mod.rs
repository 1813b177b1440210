//! Messages to owners: what they are told before a stop, and how it reaches them.
//!
//! A notice is always a log line and a ledger record. Where `NOTICE_WEBHOOK` is set it is posted there too, in
//! the format of Azure's own auto-shutdown webhook, which Logic Apps and chat flows already handle: every value
//! a string.

mod message;
mod notice;
mod notifier;
mod told;

pub use message::Message;
pub use notice::{About, Notice};
pub use notifier::{Notifier, NotifyError};
pub use told::{Outcome, Told};
