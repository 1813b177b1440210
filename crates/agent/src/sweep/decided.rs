//! Decide: an observed resource, what is known of the work on it, and what follows.

use super::attached;
use super::observe::{FoundHolds, Observed};
use super::pass::Pass;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::evidence::{self, Source, Sum};
use lamplighter_core::decide::{Case, Decision, Evidence, Finding, Jobs, decide};
use lamplighter_core::kinds::{Kind, rest};
use lamplighter_core::observe::{Compute, Job};
use lamplighter_core::policy::{Idle, Limits};
use lamplighter_core::record::{Action, Reason, Record, What, WorkState};
use lamplighter_core::schedule::Power;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::time::Instant;

/// What a sweep's decisions have in common.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// `LEASE`: how long a start by hand outside windows stands.
    pub lease: TimeDelta,
    /// `START_AHEAD`: how much before its edge a start begins at most.
    pub start_ahead: TimeDelta,
    /// `NOTICE_REQUIRED`: how much longer a stop waits of which nobody could be told.
    pub notice_required: TimeDelta,
    /// `HOLD_LIMIT`: how long people's holds keep a resource on at most.
    pub hold_limit: TimeDelta,
    /// `WATCH_USE`: whether evidence is asked for where nothing is decided by it.
    pub watch_use: bool,
    pub now: DateTime<Utc>,
}

impl Terms {
    pub fn of(pass: &Pass<'_>) -> Terms {
        // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
        let lease = TimeDelta::from_std(pass.context.settings.lease);
        Terms {
            lease: lease.unwrap_or(TimeDelta::hours(4)),
            start_ahead: pass.context.settings.start_ahead(),
            notice_required: pass.context.settings.notice_required(),
            hold_limit: pass.context.settings.hold_limit(),
            watch_use: pass.context.settings.watch_use && !pass.options.dry_run,
            now: pass.options.now,
        }
    }
}

/// All jobs of a workspace; or why their list did not come in full.
pub type JobsRead = Result<Vec<Job>, Unread>;

/// The jobs of a workspace as far as they are known, and the computes of which any are of interest.
pub struct KnownJobs {
    /// Names and ids in lower case, hashed: one more that fits by chance is of no harm.
    here: HashSet<u64>,
    /// The ids, in lower case, of the computes that some of them are attached as.
    pub attached: Vec<String>,
    /// What decisions go by; `None`: not asked for.
    pub read: Option<JobsRead>,
    /// What the latest last look before an action showed, and when.
    pub looked: Option<(JobsRead, Instant)>,
}

impl KnownJobs {
    /// None are known yet.
    pub fn of(computes: &[Compute]) -> KnownJobs {
        let kinds = computes.iter();
        let acted_on = kinds.filter(|compute| Kind::of(compute).known().is_some());
        let names = acted_on.flat_map(Compute::known_to_jobs);
        KnownJobs {
            here: names.map(hash).collect(),
            attached: attached::names(computes.iter()),
            read: None,
            looked: None,
        }
    }

    /// Why a list of them did not come in full, where one did not.
    pub fn unread(&self) -> Option<&str> {
        let looked = self.looked.as_ref().map(|(read, _)| read);
        let failed = [looked, self.read.as_ref()].into_iter().flatten();
        failed
            .filter_map(|read| read.as_ref().err())
            .map(|unread| unread.why.as_str())
            .next()
    }

    /// Whether a job may be on one of the computes.
    pub fn wants(&self, job: &Job) -> bool {
        let on = job.compute_id.as_deref();
        on.is_some_and(|on| self.here.contains(&hash(on)))
    }
}

/// As [`Job::is_on`] compares: ASCII in any case.
fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.to_ascii_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// Why a list of jobs did not come in full.
pub struct Unread {
    pub why: String,
    /// See [`Jobs::Unknown`].
    pub accepted: bool,
}

/// What has been asked about the work on a resource.
#[derive(Clone)]
pub struct Work {
    pub jobs: Jobs,
    pub evidence: Evidence,
    /// When each job on it was submitted, as far as the jobs were asked for.
    pub jobs_submitted: Vec<DateTime<Utc>>,
    /// Evidence of work by which nothing is decided.
    pub watched: Vec<Finding>,
}

impl Work {
    pub const NOT_ASKED: Work = Work {
        jobs: Jobs::NotAsked,
        evidence: Evidence::NotAsked,
        jobs_submitted: Vec::new(),
        watched: Vec::new(),
    };
}

/// What this sweep has decided and done already about a resource.
pub enum Done {
    /// It was looked at once more.
    Looked(Box<Looked>),
    /// It was left alone before that. Of the many that may be left, no more is held than this.
    Left { reason: Reason, why: Arc<str> },
}

pub struct Looked {
    decision: Decision,
    work: Work,
    evidence: WorkState,
}

/// A resource with the decision on it.
pub struct Decided {
    pub observed: Observed,
    pub work: Work,
    pub decision: Decision,
    pub(super) terms: Terms,
}

impl Decided {
    /// As messages name it.
    pub fn name(&self) -> String {
        let resource = &self.observed.resource;
        format!("{}/{}", resource.workspace, resource.name)
    }

    /// The decision by what is known now.
    pub fn by(observed: Observed, work: Work, terms: Terms) -> Decided {
        let decision = decide(&Case {
            reading: &observed.reading,
            compute: &observed.compute,
            jobs: &work.jobs,
            evidence: &work.evidence,
            beacon: observed.beacon,
            saved_state: &observed.state,
            lease: terms.lease,
            start_ahead: terms.start_ahead,
            notice_required: terms.notice_required,
            now: terms.now,
        });
        Decided {
            observed,
            work,
            decision,
            terms,
        }
    }

    /// The time without work to ask evidence for, and the loads that count as none, where evidence could change the
    /// decision, or later ones.
    pub fn wants_evidence(&self) -> Option<(TimeDelta, Limits)> {
        if self.work.evidence != Evidence::NotAsked {
            return None;
        }
        if let Some(run) = self.decision.asks_use {
            return Some((run, self.limits().unwrap_or_default()));
        }
        if !self.decision.asks_evidence {
            return None;
        }
        match self.observed.reading.policy.idle.as_ref()?.value {
            Idle::Off => None,
            // Lengths in tags are a year at most.
            Idle::After { length, limits } => Some((TimeDelta::from_std(length).ok()?, limits)),
        }
    }

    /// The loads that count as none.
    pub fn limits(&self) -> Option<Limits> {
        match self.observed.reading.policy.idle.as_ref()?.value {
            Idle::Off => None,
            Idle::After { limits, .. } => Some(limits),
        }
    }

    /// Whether evidence has just shown that nobody works on it.
    pub fn is_quiet(&self) -> bool {
        let Evidence::Asked(findings) = &self.work.evidence else {
            return false;
        };
        let sum = evidence::sum(&self.observed.resource.kind, findings);
        matches!(sum, Sum::Quiet { .. })
    }

    /// Whether its stop waits for the jobs on it.
    pub fn jobs_delay(&self) -> bool {
        let kind = self.observed.resource.kind.known();
        kind.is_some_and(|kind| kind.jobs_delay())
    }

    /// Whether knowing the jobs could change the decision.
    pub fn wants_jobs(&self) -> bool {
        let stops = self.decision.action == Action::Stop;
        // An owner is told of a stop for want of work only where jobs agree that there is none.
        let told =
            self.decision.reason == Reason::Notice && self.work.evidence != Evidence::NotAsked;
        self.jobs_delay() && (stops || told) && self.work.jobs == Jobs::NotAsked
    }

    /// Whether a person's hold that is not known yet could change the decision, or what its owner hears, or has Azure's own
    /// timer, which is about to fire, put off.
    pub fn wants_holds(&self) -> bool {
        let stops = matches!(self.decision.action, Action::Stop | Action::Wait);
        let near = self.work.evidence != Evidence::NotAsked;
        let on = rest(&self.observed.compute) == Some(Power::On);
        on && (stops || near || self.decision.notice.is_some())
    }

    /// The decision with what people have asked for, as far as that could be read.
    pub fn with_holds(self, found: FoundHolds) -> Decided {
        let Decided {
            mut observed,
            work,
            terms,
            ..
        } = self;
        observed.take_holds(&found.found, terms.hold_limit, terms.now);
        observed.holds_unread(found.unread, terms.now);
        Decided::by(observed, work, terms)
    }

    /// The decision with what metrics and beacons prove. Only the jobs can complete a time without work.
    pub fn with_evidence(self, findings: Vec<Finding>) -> Decided {
        let Decided {
            mut observed,
            mut work,
            terms,
            ..
        } = self;
        let kind = &observed.resource.kind;
        if let Sum::Work(_) = evidence::sum(kind, &findings) {
            observed.state.evidence.take_in(kind, &findings);
        }
        work.evidence = Evidence::Asked(findings);
        Decided::by(observed, work, terms)
    }

    /// The decision with what the beacon says now, in the place of what it said before.
    pub fn with_beacon(self, finding: Finding) -> Decided {
        let Decided {
            mut observed,
            mut work,
            terms,
            ..
        } = self;
        if let Evidence::Asked(findings) = &mut work.evidence {
            findings.retain(|known| known.source != finding.source);
            findings.push(finding);
            let kind = &observed.resource.kind;
            observed.state.evidence.take_in(kind, findings);
        }
        Decided::by(observed, work, terms)
    }

    /// The decision with all jobs of the workspace, in the place of what was known of them.
    pub fn with_jobs(self, jobs: &JobsRead) -> Decided {
        let Decided {
            mut observed,
            mut work,
            terms,
            ..
        } = self;
        work.jobs = match jobs {
            Ok(jobs) => {
                let here = || jobs.iter().filter(|job| job.is_on(&observed.compute));
                work.jobs_submitted = here().filter_map(|job| job.created_at).collect();
                Jobs::Known(here().filter(|job| job.is_active()).cloned().collect())
            }
            Err(unread) => Jobs::Unknown {
                why: unread.why.clone(),
                accepted: unread.accepted,
            },
        };
        if let Evidence::Asked(findings) = &mut work.evidence {
            findings.retain(|known| known.source != Source::Jobs);
            findings.push(evidence_of_jobs(&mut observed, jobs, terms.now));
            let kind = &observed.resource.kind;
            observed.state.evidence.take_in(kind, findings);
        }
        Decided::by(observed, work, terms)
    }

    /// The decision with what its kind has against a stop, where it has something.
    pub fn guarded(mut self, why: Option<String>) -> Decided {
        let Some(why) = why else {
            return self;
        };
        self.observed.compute.by_kind.no_stop = Some(why);
        Decided::by(self.observed, self.work, self.terms)
    }

    /// The decision after one more reading of the same compute.
    pub fn again(self, pass: &Pass<'_>, compute: Compute) -> Decided {
        let observed = self.observed.again(pass, compute);
        Decided::by(observed, self.work, self.terms)
    }

    /// The resource left alone after all.
    pub fn left_instead(self, reason: Reason, why: &str) -> Decided {
        let decision = self.decision.left_instead(reason, why);
        Decided { decision, ..self }
    }

    /// What this sweep has decided and done already about this resource, laid over a later observation of it.
    pub fn with_done(self, done: &Done) -> Decided {
        let looked = match done {
            Done::Looked(looked) => looked,
            Done::Left { reason, why } if self.action_due().is_some() => {
                return self.left_instead(*reason, why);
            }
            Done::Left { .. } => return self,
        };
        let mut observed = self.observed;
        observed.state.evidence = looked.evidence.clone();
        Decided {
            observed,
            work: looked.work.clone(),
            decision: looked.decision.clone(),
            ..self
        }
    }

    /// What is kept of it once it has been looked at, and acted on or not.
    pub fn looked(self) -> Done {
        Done::Looked(Box::new(Looked {
            evidence: self.observed.state.evidence,
            work: self.work,
            decision: self.decision,
        }))
    }

    /// The action that the decision demands, unless the policy only wants it reported.
    pub fn action_due(&self) -> Option<Action> {
        let acts = matches!(self.decision.action, Action::Stop | Action::Start);
        (acts && !self.decision.dry_run).then_some(self.decision.action)
    }

    /// A record about the resource.
    pub fn record(&self, id: String, at: DateTime<Utc>, what: What) -> Record {
        Record::new(id, at, Some(self.observed.resource.clone()), what)
    }
}

/// What the jobs prove, where evidence is what the decision hangs on.
fn evidence_of_jobs(observed: &mut Observed, jobs: &JobsRead, now: DateTime<Utc>) -> Finding {
    let since = observed.state.on_since().unwrap_or(now);
    match jobs {
        Ok(jobs) => {
            let here = jobs.iter().filter(|job| job.is_on(&observed.compute));
            let here: Vec<&Job> = here.collect();
            evidence::jobs(&here, &mut observed.state.evidence, since, now)
        }
        Err(unread) => Finding::unknown(Source::Jobs, unread.why.clone()),
    }
}
