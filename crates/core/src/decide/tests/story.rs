//! An instance whose story a test tells: its tags, what Azure shows of it, and what sweeps have saved.

use crate::decide::evidence::{Finding, Proof, Source};
use crate::decide::observation::observation;
use crate::decide::{
    Action, Case, Decision, Evidence, Jobs, Presence, Reason, decide, remember, see_hold,
};
use crate::kinds::Kind;
use crate::kinds::instance::imagined;
use crate::observe::{Compute, ComputeState, LastOperation, Tags};
use crate::policy::{Defaults, Layers, Policy, Reading};
use crate::record::{Observation, OwnOperation, ResourceState};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

pub struct Story {
    pub tags: Tags,
    pub compute: Compute,
    pub saved_state: ResourceState,
    pub jobs: Jobs,
    pub evidence: Evidence,
    pub beacon: Presence,
}

pub fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z")
        .parse()
        .expect("a time in a test")
}

/// An instance with these tags, which someone started on Monday the 23rd at 07:00.
pub fn resource(tags: &[(&str, &str)]) -> Story {
    let tags = tags
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let compute = Compute {
        id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/m".into(),
        name: "m".into(),
        ..imagined(ComputeState::Running)
    };
    let story = Story {
        tags,
        compute,
        saved_state: ResourceState::default(),
        jobs: Jobs::Known(vec![]),
        evidence: Evidence::NotAsked,
        beacon: Presence::Absent,
    };
    story.did("Start", "23T07:00", "User")
}

impl Story {
    pub fn state(mut self, state: &str) -> Story {
        self.compute.state = ComputeState::from(state.to_string());
        self
    }

    pub fn did(mut self, name: &str, time: &str, trigger: &str) -> Story {
        self.compute.last_operation = Some(LastOperation {
            name: name.into(),
            time: at(time),
            status: Some("Succeeded".into()),
            trigger: Some(trigger.into()),
        });
        self
    }

    pub fn no_operation(mut self) -> Story {
        self.compute.last_operation = None;
        self
    }

    pub fn jobs(mut self, jobs: Jobs) -> Story {
        self.jobs = jobs;
        self
    }

    /// A sweep has asked for evidence, and these are its findings.
    pub fn knows(mut self, findings: Vec<Finding>) -> Story {
        let kind = Kind::of(&self.compute);
        self.saved_state.evidence.take_in(&kind, &findings);
        self.evidence = Evidence::Asked(findings);
        self
    }

    /// One observation at `now`, as a sweep makes it.
    pub fn observe(&mut self, now: &str) -> Decision {
        remember(&mut self.saved_state, &self.compute, at(now));
        let policy = self.reading().policy;
        see_hold(&mut self.saved_state, &self.compute, &policy, true, at(now));
        self.decide(now)
    }

    /// What the ledger would keep of an observation at `now`.
    pub fn observation(&self, now: &str) -> Option<Observation> {
        let (policy, state) = (Policy::default(), &self.saved_state);
        observation(&self.compute, &policy, state, at(now))
    }

    pub fn reading(&self) -> Reading {
        let defaults = Defaults {
            zone: crate::tz::named("Europe/Lisbon").expect("a zone"),
            ..Defaults::default()
        };
        let empty = Tags::new();
        let layers = Layers {
            compute_name: "m",
            compute: &self.tags,
            workspace: &empty,
            resource_group: &empty,
        };
        crate::policy::read(&layers, &defaults)
    }

    pub fn decide(&self, now: &str) -> Decision {
        self.decide_at(at(now))
    }

    pub fn decide_at(&self, now: DateTime<Utc>) -> Decision {
        decide(&Case {
            reading: &self.reading(),
            compute: &self.compute,
            jobs: &self.jobs,
            evidence: &self.evidence,
            beacon: self.beacon,
            saved_state: &self.saved_state,
            lease: TimeDelta::hours(4),
            start_ahead: TimeDelta::minutes(15),
            notice_required: TimeDelta::zero(),
            now,
        })
    }

    /// Does what was decided, as a sweep does; Azure accepts it at once.
    pub fn act(&mut self, decision: &Decision, now: &str) {
        let power = if decision.action == Action::Stop {
            Power::Off
        } else {
            Power::On
        };
        self.saved_state.push_operation(OwnOperation {
            id: now.into(),
            power,
            reason: decision.reason,
            cause: decision.cause.expect("an action has a cause"),
            requested_at: at(now),
            claimed_until: at(now) + TimeDelta::minutes(5),
            extra: false,
            value: None,
            from: None,
            settles_within: None,
            unneeded_start: None,
            text: None,
            accepted_at: Some(at(now)),
            ended: None,
        });
    }
}

pub const IDLE: (&str, &str) = ("lamp-idle", "60m");
pub const OFFICE: (&str, &str) = ("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon");

pub fn is(decision: &Decision, action: Action, reason: Reason) {
    assert_eq!(
        (decision.action, decision.reason),
        (action, reason),
        "{decision:?}"
    );
}

pub fn finding(source: Source, proof: Proof) -> Finding {
    Finding {
        source,
        proof,
        text: format!("{proof:?}"),
        load: None,
    }
}

pub fn quiet(source: Source, from: &str, to: &str) -> Finding {
    let (from, to) = (at(from), at(to));
    finding(source, Proof::Quiet { from, to })
}
