//! How busy an instance is, minute by minute: computed only when asked for, and the same whenever it is.

use super::job::Job;
use super::simulation::World;
use super::usage::{Use, User};
use crate::fleet::load::Load;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gauge {
    /// Per cent.
    Cpu,
    /// Per cent.
    Memory,
    /// Per cent, of the busiest.
    Gpu,
    /// Megabytes a minute.
    Network,
}

impl Gauge {
    /// As Azure's metrics call it.
    pub fn metric(self) -> &'static str {
        match self {
            Gauge::Cpu => "CpuUtilizationPercentage",
            Gauge::Memory => "CpuMemoryUtilizationPercentage",
            Gauge::Gpu => "GpuUtilizationPercentage",
            Gauge::Network => "NetworkInputMegabytes",
        }
    }
}

/// Somebody busy has one burst in each of these, so that any ten minutes hold one whole.
const BURST_EVERY_MINUTES: i64 = 5;

/// The dice of one thing at one minute, or of its number.
pub(super) fn dice(seed: u64, name: &str, number: i64) -> Rng {
    let bytes = name.bytes().chain(number.to_le_bytes());
    let hash = bytes.fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    Rng::with_seed(hash)
}

fn between(dice: &mut Rng, from: f64, to: f64) -> f64 {
    from + dice.f64() * (to - from)
}

fn minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

/// The whole minute that an instant lies in.
pub(crate) fn minute_of(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(minute(at) * 60, 0).unwrap_or(at)
}

impl World {
    /// Whether the sample of an instance's minute was lost.
    pub(crate) fn is_gap(&self, instance: usize, at: DateTime<Utc>) -> bool {
        self.is_gap_of(&self.instances[instance].reference, at)
    }

    /// The same of anything with a name.
    pub(crate) fn is_gap_of(&self, name: &str, at: DateTime<Utc>) -> bool {
        let gaps = self.fleet.metrics.gaps.0;
        gaps > 0.0 && dice(self.fleet.seed ^ 0x6a, name, minute(at)).f64() < gaps
    }

    /// What a gauge of a running instance shows in the minute that begins at `at`, of these uses.
    pub(crate) fn load<'a>(
        &self,
        instance: usize,
        gauge: Gauge,
        at: DateTime<Utc>,
        uses: impl IntoIterator<Item = &'a Use>,
    ) -> f64 {
        let found = &self.instances[instance];
        if gauge == Gauge::Gpu && !found.has_gpu() {
            return 0.0;
        }
        let quiet = quiet_load(self.fleet.seed, &found.reference, gauge, at);
        let end = at + TimeDelta::minutes(1);
        let highest = uses
            .into_iter()
            .filter(|one| one.touches(at, end))
            .map(|one| match one.user {
                User::Person(person) => {
                    let name = &self.fleet.people[person].name;
                    work_load(self.fleet.seed, name, one.load, gauge, at)
                }
                User::Run(run) => run_load(&self.jobs[run], gauge, at),
            })
            .fold(quiet, f64::max);
        rounded(highest)
    }
}

/// What a gauge shows of a machine, by its name, on which nothing is at work.
pub(crate) fn quiet_load(seed: u64, reference: &str, gauge: Gauge, at: DateTime<Utc>) -> f64 {
    let mut dice = dice(seed ^ gauge as u64, reference, minute(at));
    match gauge {
        Gauge::Cpu => between(&mut dice, 0.2, 2.0),
        Gauge::Memory => between(&mut dice, 8.0, 12.0),
        Gauge::Gpu => 0.0,
        Gauge::Network => between(&mut dice, 0.01, 0.05),
    }
}

/// What a person's work costs a machine in a minute.
pub(crate) fn work_load(seed: u64, name: &str, load: Load, gauge: Gauge, at: DateTime<Utc>) -> f64 {
    let minute = minute(at);
    let block = minute.div_euclid(BURST_EVERY_MINUTES);
    let burst = dice(seed ^ 0xb0, name, block).i64(0..BURST_EVERY_MINUTES);
    let bursts = load == Load::Busy && minute.rem_euclid(BURST_EVERY_MINUTES) == burst;
    let mut dice = dice(seed ^ 0xb1 ^ gauge as u64, name, minute);
    let (from, to) = match (gauge, load, bursts) {
        (Gauge::Cpu, Load::Light, _) => (0.3, 2.9),
        (Gauge::Cpu, _, true) => (35.0, 95.0),
        (Gauge::Cpu, _, false) => (0.5, 12.0),
        (Gauge::Memory, Load::Light, _) => (10.0, 15.0),
        (Gauge::Memory, ..) => (20.0, 45.0),
        (Gauge::Gpu, _, true) => (10.0, 70.0),
        (Gauge::Gpu, ..) => (0.0, 0.0),
        (Gauge::Network, Load::Light, _) => (0.02, 0.2),
        (Gauge::Network, ..) => (0.1, 1.5),
    };
    between(&mut dice, from, to)
}

/// A believable load of a run: steady by run, wavering by minute.
pub(crate) fn run_load(job: &Job, gauge: Gauge, at: DateTime<Utc>) -> f64 {
    let seed = job
        .name
        .bytes()
        .chain(gauge.metric().bytes())
        .fold(7u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
    let (mut steady, mut wavering) = (
        Rng::with_seed(seed),
        Rng::with_seed(seed ^ at.timestamp() as u64),
    );
    let load = match (job.load, gauge) {
        _ if !job.loads(at) => 0.0,
        (Load::Light, Gauge::Memory) => 10.0 + wavering.f64() * 3.0,
        (Load::Light, Gauge::Network) => wavering.f64() * 0.2,
        (Load::Light, _) => 0.2 + wavering.f64() * 2.7,
        (Load::Busy, _) => 60.0 + steady.f64() * 20.0 + wavering.f64() * 18.0,
    };
    rounded(load)
}

fn rounded(load: f64) -> f64 {
    (load * 100.0).round() / 100.0
}
