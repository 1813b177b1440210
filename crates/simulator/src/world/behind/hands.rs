//! What somebody outside of any plan can set about these resources, and what is noted of them.

use super::target::Target;
use crate::world::record::{Event, What};
use crate::world::simulation::World;
use crate::world::usage::UseKind;
use serde::Deserialize;

/// What can be set of a resource. What is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Setting {
    /// So many of the next starts come to nothing for lack of capacity.
    pub fail_starts: Option<u32>,
    /// Starts of a virtual machine are refused for lack of quota.
    pub no_quota: Option<bool>,
    /// Somebody else changes a managed cluster for so many seconds.
    pub updating_seconds: Option<u32>,
}

impl World {
    /// Sets something about a resource. False where its kind has no such thing.
    pub(crate) fn set_behind(&mut self, on: Target, setting: &Setting) -> bool {
        match on {
            Target::Vm(vm) if setting.updating_seconds.is_none() => {
                let own = &mut self.behind.vms[vm];
                own.starts_to_fail = setting.fail_starts.unwrap_or(own.starts_to_fail);
                own.no_quota = setting.no_quota.unwrap_or(own.no_quota);
                true
            }
            Target::Aks(cluster) if setting.no_quota.is_none() => {
                let own = &mut self.behind.clusters[cluster];
                own.starts_to_fail = setting.fail_starts.unwrap_or(own.starts_to_fail);
                let free = own.operation.is_none();
                if let Some(seconds) = setting.updating_seconds.filter(|_| free) {
                    self.update_aks(cluster, seconds);
                }
                free || setting.updating_seconds.is_none()
            }
            _ => false,
        }
    }

    /// The resource that a fleet file's `group/name` or an ARM id names, in any case.
    pub(crate) fn find_behind(&self, name: &str) -> Option<Target> {
        self.behind
            .with_id(name)
            .or_else(|| self.behind.named(name))
    }

    pub(in crate::world) fn note_behind(&mut self, on: Target, what: What) {
        self.note_behind_as(on, what, None);
    }

    pub(in crate::world) fn note_behind_as(
        &mut self,
        on: Target,
        what: What,
        kind: Option<UseKind>,
    ) {
        let place = self.behind.place(on);
        let event = Event {
            at: self.now,
            id: place.id.clone(),
            instance: place.reference.clone(),
            what,
            kind,
            index: None,
        };
        self.record.push(event);
    }
}
