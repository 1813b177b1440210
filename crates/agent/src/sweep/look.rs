//! One machine in one sweep: what was seen, what its policy says, what we remember, and what follows.

use super::discover::Place;
use super::{Context, Options};
use lamplighter_core::observe::{Compute, Job, State};
use lamplighter_core::decide::evidence::{self, Source, Sum};
use lamplighter_core::decide::{
    Act, Action, Case, Decision, Evidence, Finding, Found, Jobs, MachineMemory, Presence, Reason,
    decide, remember,
};
use lamplighter_core::record::{Machine, Record, What};
use lamplighter_core::policy::{self, Idle, Layers, Limits, Reading};
use lamplighter_core::savings::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

pub struct Look {
    pub compute: Compute,
    pub machine: Machine,
    pub reading: Reading,
    pub memory: MachineMemory,
    pub jobs: Jobs,
    pub evidence: Evidence,
    pub beacon: Presence,
    /// All that this look found out, across re-reads.
    pub found: Vec<Found>,
    /// The part of `found` whose consequences for intervals are still to be drawn.
    pub fresh: Vec<Found>,
    /// The intervals that this look opened, still without a price.
    pub opened: Vec<Interval>,
    /// Headline money of the intervals that this look closed.
    pub saved: Decimal,
    /// The act that this sweep has claimed.
    pub claim: Option<String>,
    /// What this sweep is to set Azure's own idle timer to.
    pub timer: Option<std::time::Duration>,
    pub decision: Decision,
    /// When each job on this machine was submitted, as far as the jobs were asked for.
    jobs_submitted: Vec<DateTime<Utc>>,
    /// What is to be written before anything is acted on.
    pub records: Vec<Record>,
    lease: TimeDelta,
    now: DateTime<Utc>,
}

impl Look {
    pub fn new(
        context: &Context,
        options: &Options,
        place: &Place,
        compute: Compute,
        memory: MachineMemory,
        beacon: Presence,
    ) -> Look {
        let mut reading = policy::read(
            &Layers {
                compute_name: &compute.name,
                compute: &compute.tags,
                workspace: &place.workspace.tags,
                resource_group: &place.resource_group_tags,
            },
            &context.settings.defaults,
        );
        let safety = &context.settings.safety;
        if !safety.acts_in(&place.workspace.subscription) {
            reading.observed(safety.observed_by());
        }
        let machine = Machine {
            id: compute.id.to_lowercase(),
            compute: compute.name.clone(),
            workspace: place.workspace.name.clone(),
            owner: owner(&reading, &compute),
            vm_size: compute.vm_size.clone(),
            location: compute.location.clone(),
        };
        // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
        let lease = TimeDelta::from_std(context.settings.lease).unwrap_or(TimeDelta::hours(4));
        let decision = Decision::leave(Reason::NoOpinion, String::new());
        let mut look = Look {
            compute,
            machine,
            reading,
            memory,
            jobs: Jobs::NotAsked,
            evidence: Evidence::NotAsked,
            beacon,
            found: Vec::new(),
            fresh: Vec::new(),
            opened: Vec::new(),
            saved: Decimal::ZERO,
            claim: None,
            timer: None,
            decision,
            jobs_submitted: Vec::new(),
            records: Vec::new(),
            lease,
            now: options.now,
        };
        look.take_in();
        look
    }

    /// Takes in what the compute shows now, and decides.
    fn take_in(&mut self) {
        if self.compute.compute_type.as_deref() == Some("ComputeInstance") {
            let found = remember(&mut self.memory, &self.compute, self.now);
            self.fresh.extend(found);
        }
        // A job that Azure shows is work, whatever the list of jobs says of it later.
        if self.compute.state == State::JobRunning && self.reading.policy.idle.is_some() {
            let known = &mut self.memory.evidence;
            known.work_at = Some(self.now);
            known.work = Some("state JobRunning".into());
            known.quiet = None;
        }
        self.decide_again();
    }

    fn decide_again(&mut self) {
        self.decision = decide(&Case {
            reading: &self.reading,
            compute: &self.compute,
            jobs: &self.jobs,
            evidence: &self.evidence,
            beacon: self.beacon,
            memory: &self.memory,
            lease: self.lease,
            now: self.now,
        });
    }

    /// The time without work to look for, and the loads that count as none, where evidence could change the decision.
    pub fn wants_evidence(&self) -> Option<(TimeDelta, Limits)> {
        let asked = self.evidence != Evidence::NotAsked;
        if asked || !self.decision.asks_evidence {
            return None;
        }
        match self.reading.policy.idle.as_ref()?.value {
            Idle::Off => None,
            // Lengths in tags are a year at most.
            Idle::After { length, limits } => Some((TimeDelta::from_std(length).ok()?, limits)),
        }
    }

    /// The loads that count as none.
    pub fn limits(&self) -> Option<Limits> {
        match self.reading.policy.idle.as_ref()?.value {
            Idle::Off => None,
            Idle::After { limits, .. } => Some(limits),
        }
    }

    /// Takes in what the beacon says now, in the place of what it said before.
    pub fn hear_again(&mut self, finding: Finding) {
        if let Evidence::Asked(findings) = &mut self.evidence {
            findings.retain(|known| known.source != finding.source);
            findings.push(finding);
            self.memory.evidence.take_in(findings);
        }
        self.decide_again();
    }

    /// Takes in what metrics and beacons say. Only the jobs can complete a time without work.
    pub fn learn_evidence(&mut self, findings: Vec<Finding>) {
        if let Sum::Work(_) = evidence::sum(&findings) {
            self.memory.evidence.take_in(&findings);
        }
        self.evidence = Evidence::Asked(findings);
        self.decide_again();
    }

    /// What the jobs say of work, where evidence is what the decision hangs on.
    fn learn_work_of_jobs(&mut self, jobs: &Result<Vec<Job>, (String, bool)>) {
        let Evidence::Asked(findings) = &mut self.evidence else {
            return;
        };
        let memory = &mut self.memory;
        let since = memory.on_since().unwrap_or(self.now);
        findings.push(match jobs {
            Ok(jobs) => {
                let here = jobs.iter().filter(|job| job.is_on(&self.compute));
                let here: Vec<&Job> = here.collect();
                evidence::jobs(&here, &mut memory.evidence, since, self.now)
            }
            Err((why, _)) => Finding::unknown(Source::Jobs, why.clone()),
        });
        memory.evidence.take_in(findings);
    }

    /// Whether knowing the jobs could change the decision.
    pub fn wants_jobs(&self) -> bool {
        let stops = self.decision.action == Action::Stop;
        // An owner is told of a stop for want of work only where jobs agree that there is none.
        let told = self.decision.reason == Reason::Notice && self.evidence != Evidence::NotAsked;
        (stops || told) && self.jobs == Jobs::NotAsked
    }

    /// Takes in all jobs of the workspace.
    pub fn learn_jobs(&mut self, jobs: &Result<Vec<Job>, (String, bool)>) {
        if let Ok(jobs) = jobs {
            let here = jobs.iter().filter(|job| job.is_on(&self.compute));
            self.jobs_submitted = here.filter_map(|job| job.created_at).collect();
        }
        self.jobs = match jobs {
            Ok(jobs) => {
                let here = jobs.iter().filter(|job| job.is_on(&self.compute));
                Jobs::Known(here.filter(|job| job.is_active()).cloned().collect())
            }
            Err((why, passing)) => Jobs::Unknown {
                why: why.clone(),
                passing: *passing,
            },
        };
        self.learn_work_of_jobs(jobs);
        self.decide_again();
    }

    /// The first job known to have been submitted to this machine after `since`: a sign of use.
    pub fn first_job_after(&self, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.jobs_submitted
            .iter()
            .copied()
            .filter(|at| *at > since)
            .min()
    }

    /// Leaves the machine alone after all.
    pub fn hold_back(&mut self, reason: Reason, why: &str) {
        self.decision = self.decision.held_back(reason, why);
    }

    /// Looks at a fresher reading of the same compute.
    pub fn refresh(&mut self, compute: Compute) {
        self.compute = compute;
        self.take_in();
    }

    /// The act that the decision demands, unless the policy only wants it said.
    pub fn act_due(&self) -> Option<Action> {
        let act = matches!(self.decision.action, Action::Stop | Action::Start);
        (act && !self.decision.dry_run).then_some(self.decision.action)
    }

    pub fn record(&self, id: String, at: DateTime<Utc>, what: What) -> Record {
        Record {
            id,
            at,
            machine: Some(self.machine.clone()),
            what,
        }
    }

    /// The act that this sweep has claimed, if it has.
    pub fn claimed(&self) -> Option<&Act> {
        self.memory
            .last_act()
            .filter(|act| self.claim.as_ref() == Some(&act.id))
    }
}

/// The owner tag of any layer, else whoever created the machine.
pub(crate) fn owner(reading: &Reading, compute: &Compute) -> Option<String> {
    let tag = reading
        .policy
        .owner
        .as_ref()
        .map(|owner| owner.value.clone());
    tag.or_else(|| compute.created_by.clone())
}
