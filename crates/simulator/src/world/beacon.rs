//! The beacon on an instance: when it samples, and what its script would write.

use super::beacon_document::{Document, document};
use super::happening::Happening;
use super::load::{Gauge, minute_of};
use super::simulation::World;
use super::usage::Use;
use super::watch::Watch;
use crate::kinds::instance::spec::BeaconFault;
use crate::kinds::instance::state::InstanceState;
use chrono::{DateTime, TimeDelta, Utc};

impl World {
    /// The instance has booted: a beacon that is installed there begins to watch.
    pub(super) fn begin_beacon(&mut self, instance: usize) {
        let found = &mut self.instances[instance];
        let silent = found.spec.beacon_fault == Some(BeaconFault::Silent) && found.watch.is_some();
        if !found.spec.beacon || found.state != InstanceState::Running || silent {
            return;
        }
        found.watch = Some(Box::new(Watch::new(self.now)));
        self.plan_beacon(instance, self.now, true);
    }

    /// Somebody logged in: the beacon samples at once.
    pub(super) fn beacon_now(&mut self, instance: usize) {
        self.plan_beacon(instance, self.now, false);
    }

    fn plan_beacon(&mut self, instance: usize, at: DateTime<Utc>, by_timer: bool) {
        if let Some(watch) = &self.instances[instance].watch {
            let boot = watch.since;
            self.plan_at(
                at,
                Happening::Beacon {
                    instance,
                    boot,
                    by_timer,
                },
            );
        }
    }

    /// The beacon's moment, unless its instance was stopped meanwhile.
    pub(super) fn beacon_due(&mut self, instance: usize, boot: DateTime<Utc>, by_timer: bool) {
        let found = &self.instances[instance];
        let Some(watch) = found.watch.as_ref().filter(|watch| watch.since == boot) else {
            return;
        };
        let silent = found.spec.beacon_fault == Some(BeaconFault::Silent);
        if found.deleted
            || found.state != InstanceState::Running
            || (silent && watch.sampled.is_some())
        {
            return;
        }
        self.sample(instance);
        if by_timer {
            let next = self.now + TimeDelta::seconds(self.fleet.beacon_seconds.into());
            self.plan_beacon(instance, next, true);
        }
    }

    fn sample(&mut self, instance: usize) {
        let now = self.now;
        let Some(mut watch) = self.instances[instance].watch.take() else {
            return;
        };
        let from = watch.sampled.unwrap_or(now);
        watch.cpu.add(now, self.mean(instance, Gauge::Cpu, from));
        watch.gpu.add(now, self.mean(instance, Gauge::Gpu, from));
        // From megabytes a minute to bytes a second.
        let bytes = self.mean(instance, Gauge::Network, from) * 1e6 / 60.0;
        watch.network.add(now, bytes.round());
        watch.sampled = Some(now);
        watch.document = document(&Document {
            instance: &self.instances[instance],
            watch: &watch,
            now,
            every_seconds: self.fleet.beacon_seconds,
        });
        self.instances[instance].watch = Some(watch);
        if !self.beacons.contains(&instance) {
            self.beacons.push(instance);
        }
    }

    /// The mean of a gauge over the minutes since the last sample.
    fn mean(&self, instance: usize, gauge: Gauge, from: DateTime<Utc>) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        let first = minute_of(from);
        let uses = &self.instances[instance].uses;
        let near: Vec<&Use> = uses
            .iter()
            .filter(|one| one.touches(first, self.now))
            .collect();
        let mut at = first;
        while at < self.now || count == 0.0 {
            sum += self.load(instance, gauge, at, near.iter().copied());
            count += 1.0;
            at += TimeDelta::minutes(1);
        }
        (sum / count * 10.0).round() / 10.0
    }

    /// The documents written since somebody last asked, the latest of each instance: ARM id and text.
    pub(crate) fn take_beacons(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.beacons)
            .into_iter()
            .filter_map(|instance| {
                let found = &self.instances[instance];
                let watch = found.watch.as_ref()?;
                Some((found.id.clone(), watch.document.clone()))
            })
            .collect()
    }
}
