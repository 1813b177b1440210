//! A workspace whose pass waits for evidence: of which resources it is wanted.

use super::complete::Complete;
use super::decided::Decided;
use super::evidence::Want;
use super::pass::Pass;
use super::report::PassReport;
use chrono::TimeDelta;
use lamplighter_core::decide::Finding;
use lamplighter_core::observe::Compute;
use lamplighter_core::policy::Limits;
use std::collections::BTreeMap;

/// What came of a pass so far.
pub enum PassOutcome<'a> {
    Done(PassReport),
    /// The decision on some resource hangs on evidence that has not been asked for. Nothing has been done yet.
    Waits(Waiting<'a>),
}

/// A workspace as it was observed, while evidence is asked for.
pub struct Waiting<'a> {
    pub pass: &'a Pass<'a>,
    pub report: PassReport,
    pub computes: Vec<Compute>,
    /// The list of computes came whole.
    pub complete: Complete,
    pub wanted: Vec<Wanted>,
}

/// A resource of which evidence is asked, by its place in the list.
pub struct Wanted {
    index: usize,
    length: TimeDelta,
    limits: Limits,
    /// Its decision hangs on that; else it is only watched.
    pub decides: bool,
}

/// What evidence proves, by id in lower case.
pub type Gathered = BTreeMap<String, Vec<Finding>>;

impl Waiting<'_> {
    pub fn wants(&self) -> impl Iterator<Item = Want<'_>> {
        self.wanted.iter().map(|wanted| {
            let compute = &self.computes[wanted.index];
            Want {
                target: self.pass.target,
                compute,
                beacon: self.pass.beacons.of(compute),
                length: wanted.length,
                limits: wanted.limits,
            }
        })
    }

    /// Takes as many findings as [`Waiting::wants`] named resources.
    pub fn take_evidence(&self, findings: &mut impl Iterator<Item = Vec<Finding>>) -> Gathered {
        let ids = self.wanted.iter();
        let ids = ids.map(|wanted| self.computes[wanted.index].id.to_lowercase());
        ids.zip(findings).collect()
    }
}

/// The resources whose decision hangs on evidence, and those that are only watched. `begin`: the place of the first in the list.
pub fn wanted(begin: usize, decided: &[Decided]) -> Vec<Wanted> {
    let wanted = decided.iter().enumerate().filter_map(|(index, one)| {
        let decides = one.wants_evidence();
        let (length, limits) = decides.or_else(|| one.wants_watching())?;
        Some(Wanted {
            index: begin + index,
            length,
            limits,
            decides: decides.is_some(),
        })
    });
    wanted.collect()
}

/// The decisions with what was gathered, where that is still wanted: meanwhile another sweep may have learnt more.
pub fn with_evidence(decided: Vec<Decided>, gathered: &Gathered) -> Vec<Decided> {
    let learn = |one: Decided| match gathered.get(&one.observed.lower_id()) {
        Some(findings) if one.wants_evidence().is_some() => one.with_evidence(findings.clone()),
        Some(findings) if one.wants_watching().is_some() => one.with_watched(findings.clone()),
        _ => one,
    };
    decided.into_iter().map(learn).collect()
}
