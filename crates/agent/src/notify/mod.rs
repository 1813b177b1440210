//! Messages to owners: what they are told before a stop, and how it reaches them.
//!
//! A notice is always a log line and a ledger record. Where `NOTICE_WEBHOOK` is set it is posted there too, in
//! the format of Azure's own auto-shutdown webhook, which Logic Apps and chat flows already handle: every value
//! a string.

mod notice;
mod notifier;

pub use notice::Notice;
pub use notifier::{Notifier, NotifyError};
