//! The world, and what is kept of it for answering quickly.

use crate::world::job_status::JobStatus;
use crate::world::operation::OperationStatus;
use crate::world::simulation::World;
use chrono::{DateTime, Utc};

/// A job's status, since when, and its JSON then.
type JobBody = ((JobStatus, DateTime<Utc>), String);

/// Items a page of ARM's lists has, and of the price API's.
const USUAL_PAGE: usize = 100;
const USUAL_PRICE_PAGE: usize = 1_000;

/// The world and the answers that were made of it.
pub(crate) struct Stage {
    pub world: World,
    /// Each compute's JSON with the version that it was written from.
    pub(super) bodies: Vec<Option<(u64, String)>>,
    /// Each cluster's.
    pub(super) cluster_bodies: Vec<Option<(u64, String)>>,
    /// Each job's JSON with the status that it was written in.
    pub(super) job_bodies: Vec<Option<JobBody>>,
    pub(super) cluster_job_bodies: Vec<Option<JobBody>>,
    pub(super) page_size: usize,
    pub(super) price_page_size: usize,
    /// Simulated seconds per real second; `None` where the clock is moved by hand.
    speed: Option<f64>,
}

impl Stage {
    pub fn new(world: World, page_size: Option<usize>, speed: Option<f64>) -> Stage {
        Stage {
            bodies: vec![None; world.instances.len()],
            cluster_bodies: vec![None; world.clusters.len()],
            job_bodies: Vec::new(),
            cluster_job_bodies: Vec::new(),
            world,
            page_size: page_size.unwrap_or(USUAL_PAGE),
            price_page_size: page_size.unwrap_or(USUAL_PRICE_PAGE),
            speed,
        }
    }

    /// Real seconds after which a caller may ask about an operation again.
    pub(super) fn retry_after(&self, operation: &str) -> u64 {
        let found = self.world.operation(operation);
        self.retry_at(found.map(|operation| (operation.status, operation.due)))
    }

    /// The same for a change of a value.
    pub(super) fn retry_after_change(&self, change: &str) -> u64 {
        let found = self.world.change(change);
        self.retry_at(found.map(|change| (change.status, change.due)))
    }

    fn retry_at(&self, operation: Option<(OperationStatus, DateTime<Utc>)>) -> u64 {
        let left = match operation {
            Some((OperationStatus::InProgress, due)) => {
                (due - self.world.now()).num_seconds().max(0)
            }
            _ => 0,
        };
        self.retry_in(left)
    }

    /// Real seconds after which a caller may ask again about what takes so many simulated ones.
    pub(super) fn retry_in(&self, left: i64) -> u64 {
        let real = self.speed.map_or(1.0, |speed| left as f64 / speed);
        real.ceil().clamp(1.0, 15.0) as u64
    }
}
