//! Where a resource is, and what is written on it.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What every resource of Azure's has.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Its ARM id.
    pub id: String,
    /// `group/name`, as fleet files name it.
    pub reference: String,
    /// The last part of its id.
    pub name: String,
    /// Its resource group's place in the world.
    pub group: usize,
    pub subscription: usize,
    pub location: String,
    pub tags: BTreeMap<String, String>,
    /// When somebody last changed it.
    pub modified: DateTime<Utc>,
}
