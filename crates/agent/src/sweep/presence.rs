//! Which instances have a beacon.

use crate::beacons::{self, Beacons};
use lamplighter_core::decide::Presence;
use lamplighter_core::observe::Compute;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The list of beacons takes no longer than this: schedules do not wait for it.
const WITHIN: Duration = Duration::from_secs(30);
/// In one round, the list of beacons of one instance's first pass serves its next ones for so long.
const SERVES: Duration = Duration::from_secs(120);

/// The beacons as they could be listed.
pub enum BeaconList {
    /// `BEACONS` is not set.
    NotUsed,
    /// By name, see [`beacons::name`].
    Names(HashSet<String>),
    Failed(String),
}

impl BeaconList {
    pub async fn read(beacons: Option<&Beacons>, deadline: Instant) -> BeaconList {
        let Some(beacons) = beacons else {
            return BeaconList::NotUsed;
        };
        match timeout_at(deadline.min(Instant::now() + WITHIN), beacons.names()).await {
            Ok(Ok(names)) => BeaconList::Names(names),
            Ok(Err(error)) => BeaconList::Failed(error.to_string()),
            Err(_) => BeaconList::Failed("the list took too long".into()),
        }
    }

    /// What went wrong with the list.
    pub fn problem(&self) -> Option<String> {
        match self {
            BeaconList::Failed(why) => Some(format!(
                "the beacons could not be listed, so no resource counts as idle: {why}"
            )),
            BeaconList::NotUsed | BeaconList::Names(_) => None,
        }
    }

    pub fn of(&self, compute: &Compute) -> Presence {
        match self {
            BeaconList::NotUsed => Presence::Absent,
            BeaconList::Failed(_) => Presence::Unknown,
            BeaconList::Names(names) => {
                let named = beacons::name(&compute.id).is_some_and(|name| names.contains(&name));
                match named {
                    true => Presence::Present,
                    false => Presence::Absent,
                }
            }
        }
    }
}

/// The list of beacons of the round that this instance works on.
#[derive(Clone, Default)]
pub struct RoundBeacons(Arc<tokio::sync::Mutex<Option<Listed>>>);

struct Listed {
    round: String,
    at: Instant,
    list: Arc<BeaconList>,
}

impl RoundBeacons {
    /// The list for a pass of a round; this instance may have read it already.
    pub async fn get(
        &self,
        beacons: Option<&Beacons>,
        round: &str,
        deadline: Instant,
    ) -> Arc<BeaconList> {
        // Passes that come meanwhile wait for the one that reads.
        let mut latest = self.0.lock().await;
        if let Some(listed) = latest.as_ref()
            && listed.round == round
            && listed.at.elapsed() < SERVES
        {
            return listed.list.clone();
        }
        let list = Arc::new(BeaconList::read(beacons, deadline).await);
        // What could not be listed is asked for again.
        *latest = (!matches!(*list, BeaconList::Failed(_))).then(|| Listed {
            round: round.to_owned(),
            at: Instant::now(),
            list: list.clone(),
        });
        list
    }
}
