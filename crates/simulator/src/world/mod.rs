//! The simulated world: a discrete-event state machine with its own clock. Synchronous, deterministic, and
//! it knows nothing of HTTP.
//!
//! Time moves only by [`World::advance_to`]; between two calls nothing happens. All instants are whole
//! seconds of UTC.

mod act;
mod beacon;
mod bill;
mod civil;
mod estate;
mod idle;
mod job;
pub(in crate) mod load;
mod machine;
pub(in crate) mod native;
mod people;
mod plan;
mod record;
mod status;
mod uses;

pub use act::{Operation, OperationStatus, Refusal};
pub use bill::{Bill, MachineBill};
pub use estate::{Estate, Group, PROVIDER, Subscription, Workspace};
pub use job::{Job, NewJob};
pub use machine::{LastOperation, Machine};
pub use record::{Act, By, Event, What};
pub use status::JobStatus;
pub use uses::{AtWork, UseKind};
pub(in crate) use uses::{Use, User};

use super::fleet::{Fleet, JobsShowAs, PriceBook, State};
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How long Azure takes, in simulated seconds.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub start_seconds: i64,
    pub stop_seconds: i64,
    pub restart_seconds: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            start_seconds: 180,
            stop_seconds: 90,
            restart_seconds: 150,
        }
    }
}

/// A fleet, living.
#[derive(Debug)]
pub struct World {
    pub(super) fleet: Arc<Fleet>,
    pub(super) estate: Estate,
    pub(super) machines: Vec<Machine>,
    pub(super) jobs: Vec<Job>,
    pub(super) prices: PriceBook,
    timing: Timing,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
    /// What will happen, in order of time and then of planning.
    ahead: BTreeMap<(DateTime<Utc>, u64), Happening>,
    planned: u64,
    operations: HashMap<String, Operation>,
    operations_begun: u64,
    /// Counts up with every change of any job.
    pub(super) jobs_version: u64,
    /// For each person, the minutes after which they notice a machine that is out today.
    reactions: Vec<i64>,
    record: Vec<Event>,
    /// Machines whose beacon has written since somebody last asked.
    beacons: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Happening {
    Plan {
        person: usize,
        date: NaiveDate,
    },
    Arrive {
        person: usize,
        machine: usize,
    },
    Leave {
        person: usize,
        machine: usize,
        stops: bool,
    },
    React {
        machine: usize,
    },
    JobDue {
        person: usize,
        habit: usize,
        date: NaiveDate,
        minutes: u32,
    },
    JobEnd {
        job: usize,
    },
    Settle {
        operation: String,
    },
    /// A machine found between two states gets where it was going.
    Rest {
        machine: usize,
        state: State,
    },
    Native {
        machine: usize,
        schedule: usize,
    },
    Idle {
        machine: usize,
        epoch: u64,
    },
    /// The beacon looks: by its timer, or because somebody logged in.
    Beacon {
        machine: usize,
        boot: DateTime<Utc>,
        by_timer: bool,
    },
}

impl World {
    /// A world that begins at `start` (cut to whole seconds), in the fleet's initial states.
    pub fn new(fleet: Arc<Fleet>, start: DateTime<Utc>, timing: Timing) -> World {
        let start = start.trunc_subsecs(0);
        let (estate, machines) = Estate::of(&fleet, start);
        let mut world = World {
            prices: PriceBook::of(&fleet),
            estate,
            machines,
            jobs: Vec::new(),
            timing,
            start,
            now: start,
            ahead: BTreeMap::new(),
            planned: 0,
            operations: HashMap::new(),
            operations_begun: 0,
            jobs_version: 0,
            reactions: vec![5; fleet.people.len()],
            record: Vec::new(),
            beacons: Vec::new(),
            fleet,
        };
        world.wake_machines();
        world.wake_people();
        world
    }

    fn wake_machines(&mut self) {
        for machine in 0..self.machines.len() {
            let state = self.machines[machine].state;
            self.note(
                machine,
                What::State {
                    from: None,
                    to: state,
                },
            );
            let (seconds, rest) = match state {
                State::Starting => (self.timing.start_seconds, Some(State::Running)),
                State::Restarting => (self.timing.restart_seconds, Some(State::Running)),
                State::Stopping => (self.timing.stop_seconds, Some(State::Stopped)),
                _ => (0, None),
            };
            if let Some(state) = rest {
                let at = self.start + chrono::TimeDelta::seconds(seconds);
                self.plan_at(at, Happening::Rest { machine, state });
            }
            for schedule in 0..self.machines[machine].spec.schedules.len() {
                self.plan_native(machine, schedule);
            }
            self.plan_idle(machine);
            self.begin_beacon(machine);
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// When the world began.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// Plays everything up to and including `to`. An instant in the past changes nothing.
    pub fn advance_to(&mut self, to: DateTime<Utc>) {
        let to = to.trunc_subsecs(0);
        while let Some(next) = self.ahead.first_entry() {
            if next.key().0 > to {
                break;
            }
            let ((at, _), happening) = next.remove_entry();
            self.now = self.now.max(at);
            self.play(happening);
        }
        self.now = self.now.max(to);
    }

    fn play(&mut self, happening: Happening) {
        match happening {
            Happening::Plan { person, date } => self.plan_day(person, date),
            Happening::Arrive { person, machine } => self.arrive(person, machine),
            Happening::Leave {
                person,
                machine,
                stops,
            } => self.leave(person, machine, stops),
            Happening::React { machine } => self.react(machine),
            Happening::JobDue {
                person,
                habit,
                date,
                minutes,
            } => self.job_due(person, habit, date, minutes),
            Happening::JobEnd { job } => self.end_job(job),
            Happening::Settle { operation } => self.settle(&operation),
            Happening::Rest { machine, state } => {
                if !self.machines[machine].deleted {
                    self.machines[machine].last_operation.status = Some("Succeeded".into());
                    self.come_to_rest(machine, state);
                }
            }
            Happening::Native { machine, schedule } => self.fire_native(machine, schedule),
            Happening::Idle { machine, epoch } => self.fire_idle(machine, epoch),
            Happening::Beacon {
                machine,
                boot,
                by_timer,
            } => self.beacon_due(machine, boot, by_timer),
        }
    }

    /// Everything that truly happened, in order.
    pub fn record(&self) -> &[Event] {
        &self.record
    }

    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(&id.to_lowercase())
    }

    /// The machine of a fleet file's `workspace/machine`, or of an ARM id; in any case.
    pub fn find(&self, name: &str) -> Option<usize> {
        let found = self
            .estate
            .machine(name)
            .or_else(|| self.estate.machine_with_id(name))?;
        self.machines[found].exists().then_some(found)
    }

    /// Replaces the tags of what a reference (`workspace/machine`) or an ARM id names: a machine, a workspace or
    /// a resource group. False where there is none.
    pub fn set_tags(&mut self, on: &str, tags: BTreeMap<String, String>) -> bool {
        if let Some(machine) = self.find(on) {
            self.machines[machine].tags = tags;
            self.touch(machine);
            return true;
        }
        self.estate.set_tags(on, tags)
    }

    /// The state as Azure shows it.
    pub fn state(&self, machine: usize) -> State {
        let found = &self.machines[machine];
        let job = found.state == State::Running
            && found
                .running_jobs
                .iter()
                .any(|job| self.jobs[*job].kind() == UseKind::Job);
        if job && self.fleet.jobs_show_as == JobsShowAs::JobRunning {
            State::JobRunning
        } else {
            found.state
        }
    }

    fn plan_at(&mut self, at: DateTime<Utc>, happening: Happening) {
        self.planned += 1;
        self.ahead
            .insert((at.max(self.now), self.planned), happening);
    }

    fn set_state(&mut self, machine: usize, to: State) {
        let from = Some(self.machines[machine].state);
        self.machines[machine].state = to;
        self.machines[machine].keep_stretch(to, self.now);
        self.touch(machine);
        self.note(machine, What::State { from, to });
    }

    /// Something that a caller can see has changed.
    fn touch(&mut self, machine: usize) {
        let found = &mut self.machines[machine];
        found.version += 1;
        found.modified_on = self.now;
    }

    fn note(&mut self, machine: usize, what: What) {
        self.note_use(machine, what, None);
    }

    fn note_use(&mut self, machine: usize, what: What, kind: Option<UseKind>) {
        let found = &self.machines[machine];
        self.record.push(Event {
            at: self.now,
            id: found.id.clone(),
            machine: found.reference.clone(),
            what,
            kind,
            index: machine,
        });
    }
}

/// A GUID made of what it names, so that a world's ids are the same every time.
pub(in crate) fn guid(seed: u64, kind: u64, number: u64) -> String {
    let mut dice =
        fastrand::Rng::with_seed(seed ^ (kind << 56) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (high, low) = (dice.u64(..), dice.u64(..));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// A number made of a text, the same in every build.
pub(in crate) fn number_of(text: &str) -> u64 {
    text.bytes().fold(0, |sum: u64, byte| {
        sum.wrapping_mul(131).wrapping_add(byte.into())
    })
}
