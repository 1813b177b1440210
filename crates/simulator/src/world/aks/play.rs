//! Managed clusters wake, and what is planned for them happens.

use super::happening::AksHappening;
use crate::civil::at_minute;
use crate::kinds::aks::money;
use crate::kinds::aks::spec::Tier;
use crate::kinds::aks::state::AksPower;
use crate::world::behind::Target;
use crate::world::day_plan::draw_hours;
use crate::world::happening::Happening;
use crate::world::metered::{Charge, Metered};
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::{NaiveDate, TimeDelta};

impl World {
    pub(in crate::world) fn wake_aks(&mut self) {
        for cluster in 0..self.behind.clusters.len() {
            let power = self.behind.clusters[cluster].power;
            let what = What::Power {
                from: None,
                to: power.as_str().to_owned(),
            };
            self.note_behind(Target::Aks(cluster), what);
            self.open_aks_lines(cluster);
            if power == AksPower::Running {
                let now = self.now;
                self.behind.clusters[cluster].ran.push((now, None));
            }
            let pods = self.behind.clusters[cluster].spec.pods.clone();
            for (pod, spec) in pods.into_iter().enumerate() {
                match &spec.hours {
                    None => self.want_pod(cluster, spec.namespace, spec.name, None),
                    Some(hours) => {
                        let date = hours.zone.0.date(self.start);
                        self.plan_pod_day(cluster, pod, date);
                    }
                }
            }
        }
    }

    fn open_aks_lines(&mut self, cluster: usize) {
        let own = self.behind.clusters[cluster].clone();
        let place = &own.place;
        let line = |what, charge| {
            Metered::new(
                &place.id,
                "aks",
                &place.reference,
                what,
                &place.location,
                charge,
            )
        };
        for pool in &own.spec.pools {
            let nodes = Charge::Machine {
                vm_size: pool.vm_size.clone(),
                os: pool.os_type,
                priority: pool.priority,
            };
            let count = if own.has_nodes() { pool.nodes() } else { 0 };
            let place = self.meter(line("nodes", nodes), count);
            self.behind.clusters[cluster].lines.push(place);
        }
        if own.spec.tier != Tier::Free {
            let per_hour = money::control_plane(own.spec.tier);
            self.meter(
                line("control plane", Charge::Flat { per_hour }).standing(),
                1,
            );
        }
        let per_hour = money::load_balancer();
        self.meter(
            line("load balancer", Charge::Flat { per_hour }).standing(),
            1,
        );
    }

    /// Draws a pod's day, and plans when to draw the next.
    fn plan_pod_day(&mut self, cluster: usize, pod: usize, date: NaiveDate) {
        let own = &self.behind.clusters[cluster];
        let spec = &own.spec.pods[pod];
        let Some(hours) = &spec.hours else {
            return;
        };
        let name = format!("{}/{}/{}", own.place.reference, spec.namespace, spec.name);
        let zone = hours.zone.0;
        let drawn = draw_hours(self.fleet.seed, &name, hours, date);
        if let Some((at, minutes)) = drawn.filter(|(at, _)| *at >= self.start) {
            let due = AksHappening::Due {
                cluster,
                pod,
                minutes,
            };
            self.plan_at(at, Happening::Aks(due));
        }
        let date = date + TimeDelta::days(1);
        let plan = AksHappening::Plan { cluster, pod, date };
        self.plan_at(at_minute(zone, date, 0), Happening::Aks(plan));
    }

    pub(in crate::world) fn play_aks(&mut self, happening: AksHappening) {
        match happening {
            AksHappening::Plan { cluster, pod, date } => self.plan_pod_day(cluster, pod, date),
            AksHappening::Due {
                cluster,
                pod,
                minutes,
            } => self.pod_due(cluster, pod, minutes),
            AksHappening::PodEnd { cluster, pod } => self.end_pod(cluster, pod),
            AksHappening::Settle {
                cluster,
                call,
                operation,
            } => self.settle_aks(cluster, call, &operation),
            AksHappening::Updated { cluster, update } => self.updated_aks(cluster, update),
        }
    }
}
