//! A managed cluster is stopped and started, and others change it.

use super::happening::AksHappening;
use crate::kinds::aks::calls::AksCall;
use crate::kinds::aks::refusal::AksRefusal;
use crate::kinds::aks::rules::allow;
use crate::kinds::aks::state::{AksPower, Progress};
use crate::world::behind::Target;
use crate::world::happening::Happening;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;

impl World {
    /// Asks for a stop or a start; what comes back is the operation's id.
    ///
    /// # Errors
    /// The cluster does not allow it, as Azure would tell; the refusal is in the record.
    pub(crate) fn ask_aks(
        &mut self,
        cluster: usize,
        call: AksCall,
        by: By,
    ) -> Result<String, AksRefusal> {
        let own = &self.behind.clusters[cluster];
        if let Err(refusal) = allow(call, &own.spec, own.condition()) {
            let code = refusal.code().to_owned();
            let call = call.as_str().to_owned();
            self.note_behind(Target::Aks(cluster), What::PowerRefused { call, by, code });
            return Err(refusal);
        }
        let (operation, due) = self.begin_arm(Target::Aks(cluster), call.takes());
        let during = self.on_aks(cluster);
        self.note_behind(
            Target::Aks(cluster),
            What::PowerRequested {
                call: call.as_str().to_owned(),
                by: by.clone(),
                operation: operation.clone(),
                during,
            },
        );
        let now = self.now;
        let own = &mut self.behind.clusters[cluster];
        own.operation = Some(operation.clone());
        if call == AksCall::Stop {
            own.stop_began = Some(now);
        }
        self.set_progress(cluster, call.passing());
        if call == AksCall::Stop {
            self.kill_pods(cluster, &by);
            self.kill_jobs_on(Target::Aks(cluster), &by);
        }
        let happening = AksHappening::Settle {
            cluster,
            call,
            operation: operation.clone(),
        };
        self.plan_at(due, Happening::Aks(happening));
        Ok(operation)
    }

    pub(super) fn settle_aks(&mut self, cluster: usize, call: AksCall, operation: &str) {
        let own = &mut self.behind.clusters[cluster];
        own.operation = None;
        let fails = call == AksCall::Start && own.starts_to_fail > 0;
        if fails {
            own.starts_to_fail -= 1;
            let code = own.spec.fails_with.clone();
            let message = format!(
                "Starting the managed cluster failed: {code}. Its nodes could not be allocated."
            );
            self.end_arm(operation, Some((code.clone(), message)));
            let call = call.as_str().to_owned();
            self.note_behind(Target::Aks(cluster), What::PowerFailed { call, code });
            self.set_progress(cluster, Progress::Failed);
            return;
        }
        self.end_arm(operation, None);
        self.set_aks_power(cluster, call.leads_to());
        self.set_progress(cluster, Progress::Succeeded);
        if call == AksCall::Start {
            self.schedule_pods(cluster);
        }
    }

    /// Somebody else changes it: it is `Updating` for so long, and refuses meanwhile.
    pub(crate) fn update_aks(&mut self, cluster: usize, seconds: u32) {
        let own = &mut self.behind.clusters[cluster];
        own.updates += 1;
        let update = own.updates;
        self.set_progress(cluster, Progress::Updating);
        let at = self.now + TimeDelta::seconds(seconds.into());
        let done = AksHappening::Updated { cluster, update };
        self.plan_at(at, Happening::Aks(done));
    }

    pub(super) fn updated_aks(&mut self, cluster: usize, update: u64) {
        let own = &self.behind.clusters[cluster];
        if own.updates == update && own.progress == Progress::Updating {
            self.set_progress(cluster, Progress::Succeeded);
        }
    }

    fn set_progress(&mut self, cluster: usize, to: Progress) {
        let now = self.now;
        let own = &mut self.behind.clusters[cluster];
        own.progress = to;
        own.place.modified = now;
        self.count_nodes(cluster);
    }

    fn set_aks_power(&mut self, cluster: usize, to: AksPower) {
        let now = self.now;
        let own = &mut self.behind.clusters[cluster];
        let from = own.power;
        own.power = to;
        match to {
            AksPower::Running => own.ran.push((now, None)),
            AksPower::Stopped => {
                if let Some((_, end @ None)) = own.ran.last_mut() {
                    *end = Some(now);
                }
            }
        }
        let what = What::Power {
            from: Some(from.as_str().to_owned()),
            to: to.as_str().to_owned(),
        };
        self.note_behind(Target::Aks(cluster), what);
    }

    /// Tells the bill how many nodes each pool has.
    fn count_nodes(&mut self, cluster: usize) {
        let own = &self.behind.clusters[cluster];
        let there = own.has_nodes();
        let counts: Vec<(usize, u32)> = own
            .lines
            .iter()
            .zip(&own.spec.pools)
            .map(|(line, pool)| (*line, if there { pool.nodes() } else { 0 }))
            .collect();
        for (line, count) in counts {
            self.count(line, count);
        }
    }
}
