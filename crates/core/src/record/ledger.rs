//! The records of the ledger: what happened, once each, under a name made of what it is.

use crate::decide::{Act, Action, Ended, Reason, Seen};
use crate::policy::TagError;
use crate::savings::{Closed, Interval, PricePerHour};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One record. `id` is made of what it is, so that writing it twice is writing it once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub at: DateTime<Utc>,
    /// The machine; `None` for what concerns a whole sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    #[serde(flatten)]
    pub what: What,
}

/// The machine a record speaks of, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Machine {
    /// The compute's ARM id, lower case.
    pub id: String,
    pub compute: String,
    pub workspace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum What {
    /// A decision that differs from the one written before.
    Decision {
        action: Action,
        reason: Reason,
        text: String,
        dry_run: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<TagError>,
    },
    /// What a machine is seen to be, where that differs from what was written before.
    Seen {
        seen: Seen,
    },
    /// An act that we claimed and are about to send.
    Act {
        act: Act,
    },
    /// Azure's answer to it.
    Answer {
        act: String,
        power: Power,
        accepted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// How an act ended.
    Settlement {
        act: String,
        power: Power,
        reason: Reason,
        ended: Ended,
    },
    Opened {
        interval: Interval,
    },
    Closed {
        closed: Closed,
    },
    /// A price has changed while an interval of this size and region was open.
    Price {
        size: String,
        region: String,
        price: PricePerHour,
    },
    /// The machine is no longer there.
    Gone,
    /// Azure's own idle timer, set by us.
    Timer {
        /// Seconds.
        to: u64,
        accepted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A start of ours after which nobody worked on the machine until it was put out for want of work.
    Unneeded {
        /// The act.
        start: String,
    },
    /// Something about the machine does not work as it should.
    Warning {
        text: String,
    },
    /// Words to an owner.
    Notice {
        to: Option<String>,
        text: String,
        stop_at: DateTime<Utc>,
        delivered: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// One sweep's summary: of every one that did or found something, and once an hour of a quiet one.
    Sweep {
        summary: serde_json::Value,
    },
}
