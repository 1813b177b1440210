//! Autoscale holds capacity between two numbers, and brings back within a minute what anyone else makes of it.

use super::happening::EndpointHappening;
use super::shape::Autoscale;
use crate::world::happening::Happening;
use crate::world::load::minute_of;
use crate::world::record::{By, What};
use crate::world::simulation::World;
use chrono::TimeDelta;

/// How long it takes to notice.
const NOTICES_IN_SECONDS: i64 = 45;

impl World {
    /// Something that autoscale looks at has changed.
    pub(super) fn wake_autoscale(&mut self, deployment: usize) {
        let settings = self.autoscales.iter().enumerate();
        let own: Vec<usize> = settings
            .filter(|(_, setting)| setting.enabled && setting.deployment == deployment)
            .map(|(place, _)| place)
            .collect();
        for setting in own {
            let at = self.now + TimeDelta::seconds(NOTICES_IN_SECONDS);
            let evaluate = EndpointHappening::Evaluate { setting };
            self.plan_at(at, Happening::Endpoint(evaluate));
        }
    }

    pub(super) fn evaluate(&mut self, setting: usize) {
        let own = &self.autoscales[setting];
        if !own.enabled {
            return;
        }
        let deployment = own.deployment;
        let now = self.deployments[deployment].capacity;
        let wanted = self.autoscaled(own, now);
        if wanted != now && self.deployments[deployment].state.is_settled() {
            // A refusal is in the record.
            let _ = self.scale_deployment(deployment, wanted.into(), By::Autoscale);
        }
    }

    /// What it wants in place of a capacity.
    fn autoscaled(&self, setting: &Autoscale, capacity: u32) -> u32 {
        let wanted = match setting.spec.requests_per_instance {
            None => capacity,
            Some(each) => {
                let requests = self.requests_at(setting.deployment, minute_of(self.now));
                (requests / f64::from(each.max(1))).ceil() as u32
            }
        };
        wanted.clamp(setting.minimum, setting.maximum.max(setting.minimum))
    }

    /// Changes a setting.
    pub(crate) fn set_autoscale(
        &mut self,
        setting: usize,
        enabled: Option<bool>,
        range: (Option<u32>, Option<u32>),
        by: By,
    ) {
        let own = &mut self.autoscales[setting];
        own.minimum = range.0.unwrap_or(own.minimum);
        own.maximum = range.1.unwrap_or(own.maximum);
        let was = own.enabled;
        own.enabled = enabled.unwrap_or(was);
        let (id, name, is) = (own.id.clone(), own.spec.name.clone(), own.enabled);
        let deployment = own.deployment;
        if was != is {
            let what = What::Changed {
                setting: "enabled".into(),
                from: was.into(),
                to: is.into(),
                by,
                during: Vec::new(),
            };
            self.note_other(id, name, what);
        }
        self.wake_autoscale(deployment);
    }

    /// The setting with a name, or on a deployment (`workspace/endpoint/deployment`), or with an ARM id; in any case.
    pub(crate) fn find_autoscale(&self, name: &str) -> Option<usize> {
        self.autoscales.iter().position(|setting| {
            let target = &self.deployments[setting.deployment].reference;
            [&setting.spec.name, target, &setting.id]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        })
    }
}
