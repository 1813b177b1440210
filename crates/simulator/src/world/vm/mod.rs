//! Virtual machines, living: people come and go, and their power changes.
//!
//! `power` changes it, `people` come for it, and `play` is where time passes.

pub(crate) mod happening;
mod people;
mod play;
mod power;
pub(crate) mod session;

use super::behind::place::Place;
use super::instance::Stretch;
use crate::kinds::vm::body::VmView;
use crate::kinds::vm::power::Power;
use crate::kinds::vm::rules::Condition;
use crate::kinds::vm::spec::{CapacityCode, VmSpec};
use chrono::{DateTime, Utc};
use session::Session;

/// One virtual machine as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Vm {
    pub place: Place,
    pub spec: VmSpec,
    pub power: Power,
    /// Why its last start came to nothing.
    pub failed: Option<CapacityCode>,
    /// The operation under way.
    pub(super) operation: Option<String>,
    /// Whether the start under way has to find a host for it.
    pub(super) needs_host: bool,
    pub(super) starts_to_fail: u32,
    pub(super) no_quota: bool,
    /// Everybody who ever came for it, in the order of their coming.
    pub sessions: Vec<Session>,
    /// When it ran; the last stretch has no end while it runs.
    pub ran: Vec<Stretch>,
    /// The line of its bill that counts the machine itself.
    pub(super) line: usize,
    pub exists: bool,
}

impl Vm {
    pub(super) fn new(spec: &VmSpec, place: Place) -> Vm {
        Vm {
            power: spec.state.at_rest(),
            failed: None,
            operation: None,
            needs_host: false,
            starts_to_fail: spec.fail_starts,
            no_quota: spec.no_quota,
            sessions: Vec::new(),
            ran: Vec::new(),
            line: 0,
            exists: true,
            spec: spec.clone(),
            place,
        }
    }

    /// What decides whether a call is accepted now.
    pub(super) fn condition(&self) -> Condition<'_> {
        Condition {
            name: &self.place.name,
            power: self.power,
            busy: self.operation.is_some(),
            ephemeral_os_disk: self.spec.ephemeral_os_disk,
        }
    }

    /// As its answer shows it.
    pub fn view(&self) -> VmView<'_> {
        VmView {
            spec: &self.spec,
            power: self.power,
            failed: self.failed,
            since: self.place.modified,
        }
    }

    /// Who is at work on it at an instant.
    pub fn at_work(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Session> {
        self.sessions
            .iter()
            .rev()
            .filter(move |session| session.is_on(at))
    }
}
