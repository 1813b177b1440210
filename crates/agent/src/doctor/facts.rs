//! What was seen, before anything is made of it.

use crate::ledger::{LedgerError, Trial};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::{AzureError, PriceProblem};
use lamplighter_core::observe::{Subscription, Workspace};
use lamplighter_core::policy::Calendar;
use lamplighter_core::replay::Replay;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that was asked, with the answer.
pub struct Facts {
    pub now: DateTime<Utc>,
    /// The app has only just started, so that an earlier sweep may lie far back.
    pub starting: bool,
    pub token: Result<(), AzureError>,
    pub ledger: LedgerFacts,
    pub calendars: Arc<BTreeMap<String, Calendar>>,
    /// How many beacons there are; `None`: none are asked for.
    pub beacons: Option<Result<usize, LedgerError>>,
    /// `None`: nobody asked.
    pub prices: Option<Result<(), PriceProblem>>,
    /// `None`: there was no token to ask with.
    pub azure: Option<AzureFacts>,
}

/// What is known of the ledger.
pub struct LedgerFacts {
    /// Without its SAS.
    pub place: String,
    /// It is opened with a token of the identity.
    pub takes_token: bool,
    pub tried: Trial,
    pub last_sweep: Result<Option<DateTime<Utc>>, LedgerError>,
}

/// What Azure Resource Manager and the metrics' hosts answered.
pub struct AzureFacts {
    /// Those that the identity sees.
    pub seen: Result<Vec<Subscription>, AzureError>,
    /// How far Azure's time is ahead of ours; `None`: no answer has told.
    pub clock: Option<TimeDelta>,
    /// How many subscriptions a sweep goes through.
    pub swept: usize,
    /// The first of them.
    pub places: Vec<PlaceFacts>,
    /// What the metrics' host of each region answered.
    pub metrics: Vec<(String, Result<(), AzureError>)>,
    /// What would happen until the morning in the workspaces that were looked at; `None`: not played.
    pub tonight: Option<Tonight>,
}

/// One subscription.
pub struct PlaceFacts {
    pub subscription: String,
    /// Its workspaces, as far as the settings take them.
    pub workspaces: Result<Vec<Workspace>, AzureError>,
    /// Azure's word for the registration of machine learning.
    pub registration: Result<String, AzureError>,
    /// By right, as the role names it.
    pub rights: Vec<(&'static str, Tried)>,
    /// Those of the other kinds that are enabled.
    pub of_kinds: Vec<OfKind>,
}

/// What came of trying a right of a kind other than the instance, in one place.
pub struct OfKind {
    /// The kind's name.
    pub kind: &'static str,
    pub action: &'static str,
    /// The name of the subscription, workspace or resource.
    pub at: String,
    pub tried: Tried,
}

/// What came of trying a right.
pub enum Tried {
    Given,
    Missing,
    /// There was nothing to try it on.
    Nowhere,
    /// It would have to be used to be tried, and Azure does not show whether it is given.
    Unshown,
    Unknown(AzureError),
}

/// What would be done until the morning.
pub struct Tonight {
    pub until: DateTime<Utc>,
    /// So many workspaces were looked at, of so many.
    pub looked_at: usize,
    pub workspaces: usize,
    pub played: Result<Replay, String>,
    /// The governed instances whose cores are free for others while they are stopped, as `workspace/name`.
    pub releasing: Vec<String>,
}
