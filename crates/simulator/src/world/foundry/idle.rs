//! Azure's own idle timer of a workbench: it begins whenever the last one leaves.

use super::happening::FoundryHappening;
use crate::duration;
use crate::kinds::workbench::calls::WorkbenchCall;
use crate::kinds::workbench::state::WorkbenchState;
use crate::world::happening::Happening;
use crate::world::record::By;
use crate::world::simulation::World;
use chrono::TimeDelta;

impl World {
    /// Who is on it, its state or its timer has changed: the idle time begins again or is void.
    pub(super) fn watch_container(&mut self, container: usize) {
        let now = self.now;
        let own = &mut self.foundry.containers[container];
        own.idle_epoch += 1;
        let busy = own.at_work(now).next().is_some();
        if !own.exists || own.state != WorkbenchState::Running || busy {
            return;
        }
        // The fleet's check and the hands' have read it once already.
        let after = own.idle_setting.as_deref().map(duration::read);
        if let Some(Ok(after)) = after
            && own.idle_timer_fires
        {
            let seconds = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
            let due =
                TimeDelta::try_seconds(seconds).and_then(|after| now.checked_add_signed(after));
            let epoch = own.idle_epoch;
            if let Some(due) = due {
                let idle = FoundryHappening::Idle { container, epoch };
                self.plan_at(due, Happening::Foundry(idle));
            }
        }
    }

    /// The timer fires, unless something happened since it was planned.
    pub(super) fn fire_container_idle(&mut self, container: usize, epoch: u64) {
        let own = &self.foundry.containers[container];
        if own.exists && own.idle_epoch == epoch && own.state == WorkbenchState::Running {
            // A refusal is in the record.
            drop(self.ask_container(container, WorkbenchCall::Stop, By::IdleTimer));
        }
    }
}
