//! A workspace whose pass waits for evidence: which machines it is wanted of, and what becomes of it.

use super::evidence::Want;
use super::look::Look;
use super::summary::Report;
use super::workspace::{Pass, by_name};
use lamplighter_core::observe::Compute;
use lamplighter_core::decide::Finding;
use lamplighter_core::policy::Limits;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// What came of a pass so far.
pub enum Outcome<'a> {
    Done(Report),
    /// The decision on some machine hangs on evidence that has not been asked for. Nothing has been done yet.
    Waits(Waiting<'a>),
}

/// A workspace as it was read, while evidence is asked for.
pub struct Waiting<'a> {
    pub pass: &'a Pass<'a>,
    pub report: Report,
    pub computes: Vec<Compute>,
    pub complete: bool,
    pub wanted: Vec<Wanted>,
}

/// A machine of which evidence is asked, by its place in the list.
pub struct Wanted {
    index: usize,
    length: TimeDelta,
    limits: Limits,
}

/// What evidence says, by compute name in lower case.
pub type Found = BTreeMap<String, Vec<Finding>>;

impl Waiting<'_> {
    pub fn wants(&self) -> impl Iterator<Item = Want<'_>> {
        self.wanted.iter().map(|wanted| {
            let compute = &self.computes[wanted.index];
            Want {
                place: self.pass.place,
                compute,
                beacon: self.pass.beacons.of(compute),
                length: wanted.length,
                limits: wanted.limits,
            }
        })
    }

    /// Takes as many findings as [`Waiting::wants`] named machines.
    pub fn take_evidence(&self, findings: &mut impl Iterator<Item = Vec<Finding>>) -> Found {
        let names = self
            .wanted
            .iter()
            .map(|wanted| self.computes[wanted.index].name.to_lowercase());
        names.zip(findings).collect()
    }
}

/// The machines whose decision hangs on evidence. A name that stands twice in the list counts once.
pub fn wanted(computes: &[Compute], looks: &[Look]) -> Vec<Wanted> {
    let by_name = by_name(looks);
    let mut seen = std::collections::HashSet::new();
    let wanted = computes.iter().enumerate().filter_map(|(index, compute)| {
        let name = compute.name.to_lowercase();
        let (length, limits) = by_name.get(&name)?.wants_evidence()?;
        seen.insert(name).then_some(Wanted {
            index,
            length,
            limits,
        })
    });
    wanted.collect()
}

pub fn learn_evidence(looks: &mut [Look], found: &Found) {
    for look in looks {
        // Only where it is still wanted: meanwhile another sweep may have learnt more.
        if look.wants_evidence().is_some()
            && let Some(findings) = found.get(&look.compute.name.to_lowercase())
        {
            look.learn_evidence(findings.clone());
        }
    }
}
