//! What is written down: the ledger's records, and the saved state that a sweep leaves for the next.
//!
//! Both are read for years: every document carries a schema version, and a reader takes every version from 1 on. What
//! a reader does not know, it keeps: records of a newer kind whole, and newer fields of a workspace's and a resource's state.

mod changing;
mod interval;
mod inventory;
mod ledger;
mod notice;
mod number;
mod observation;
mod operation;
mod parked;
mod personal_hold;
mod quota_seen;
mod reason;
mod refused;
mod resource;
mod schema;
mod started_again;
mod state;
mod tags_seen;
mod timer;
mod unread;
mod use_day;
mod work;

pub use changing::Changing;
pub use interval::{
    Benefit, Cause, Closed, Interval, IntervalKind, MAX_HORIZON, OffAnyway, PricePart,
    PricePerHour, cost,
};
pub use inventory::{Inventory, InventoryItem, NotAllowed, NotRead, Requests, WarmNodes};
pub use ledger::{Filed, NewerRecord, Record, RecordError, What};
pub use notice::{NoticeGiven, NoticeOwed, OwedAbout, Said, ToldBy, ToldOf, ToldOutcome};
pub use number::NumberSeen;
pub use observation::{By, Observation, ObservedHold};
pub use operation::{
    Ended, ExternalOperation, FIRST_OBSERVATION, OperationOutcome, OwnOperation, SKEW,
};
pub use parked::{Least, Parked};
pub use personal_hold::{Door, PersonalHold};
pub use quota_seen::QuotaSeen;
pub use reason::{Action, Reason};
pub use refused::Refused;
pub use resource::{Resource, owner};
pub use schema::SCHEMA;
pub use started_again::StartedAgain;
pub(crate) use state::ONE_DAY;
pub use state::{HoldSeen, KeptOn, ResourceState, UNUSED_AT_FIRST, UnusedStarts, WorkspaceState};
pub use tags_seen::TagsSeen;
pub use timer::{TimerAnswer, TimerSet};
pub use unread::{HoldsUnread, JobsUnread};
pub use use_day::{ChangedBy, PowerChange, UseDay, UseSeen, Worked};
pub use work::{Quiet, WorkState};
