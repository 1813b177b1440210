//! When a resource was used, or may have been: what is not proved to be without work counts as use.

use super::seen::Seen;
use super::span::{Span, joined, without};
use crate::kinds::evidence::Source;
use crate::record::ChangedBy;
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// Evidence comes once an hour. What lies between two looks that show no work, or between the last one and the end of the
/// run, is taken to be without work if it is no longer than this.
const BETWEEN: TimeDelta = TimeDelta::minutes(75);
/// Whoever is seen at work came within so long before.
const COMES: TimeDelta = TimeDelta::hours(2);
/// Work that was seen at one moment lasts for at least so long.
const MOMENT: TimeDelta = TimeDelta::minutes(5);

/// Why a time counts as use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// A job ran.
    Job,
    /// A beacon or metrics showed work, or somebody had just started it.
    Work,
    /// It was on, and nothing tells whether anybody worked.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    pub span: Span,
    pub need: Need,
}

/// When it was used, or may have been, in order and apart.
pub fn needs(seen: &Seen) -> Vec<Needed> {
    let jobs = worked(seen, |source| source == Source::Jobs);
    let work = worked(seen, |source| source != Source::Jobs);
    let mut needs = Vec::new();
    for run in &seen.on {
        let quiet = quiet_in(seen, *run, &jobs, &work);
        for piece in without(*run, &quiet) {
            label(seen, (*run, piece), (&jobs, &work), &mut needs);
        }
    }
    known_by_what_follows(needs)
}

/// Between a look that shows no work and one that does somebody came: so short a time before known use is use, too, and
/// not unknown.
fn known_by_what_follows(needs: Vec<Needed>) -> Vec<Needed> {
    let mut known: Vec<Needed> = Vec::with_capacity(needs.len());
    for mut one in needs.into_iter().rev() {
        let next = known
            .last_mut()
            .filter(|next| next.span.from == one.span.to);
        if one.need == Need::Unknown && one.span.to - one.span.from <= COMES && next.is_some() {
            one.need = Need::Work;
        }
        match next.filter(|next| next.need == one.need) {
            Some(next) => next.span.from = one.span.from,
            None => known.push(one),
        }
    }
    known.reverse();
    known
}

fn worked(seen: &Seen, which: impl Fn(Source) -> bool) -> Vec<Span> {
    let wanted = seen.work.iter().filter(|worked| which(worked.source));
    // Work is seen where it ends, and began before.
    joined(
        wanted
            .map(|worked| Span::new(worked.from - MOMENT, worked.to.max(worked.from + MOMENT)))
            .collect(),
    )
}

/// The times of a run that are proved to be without work, with what lies between two looks.
fn quiet_in(seen: &Seen, run: Span, jobs: &[Span], work: &[Span]) -> Vec<Span> {
    let cut = |spans: &[Span]| -> Vec<Span> {
        let first = spans.partition_point(|span| span.to <= run.from);
        let inside = spans[first..].iter().take_while(|span| span.from < run.to);
        inside.filter_map(|span| span.within(run)).collect()
    };
    let busy = joined(cut(jobs).into_iter().chain(cut(work)).collect());
    let proved = cut(&seen.quiet).into_iter();
    let mut quiet: Vec<Span> = proved.flat_map(|span| without(span, &busy)).collect();
    let ends: Vec<DateTime<Utc>> = quiet
        .iter()
        .skip(1)
        .map(|next| next.from)
        .chain([run.to])
        .collect();
    for (span, end) in quiet.iter_mut().zip(ends) {
        let between = Span::new(span.to, end);
        let worked = busy.iter().any(|busy| busy.within(between).is_some());
        if !worked && end - span.to <= BETWEEN && end > span.to {
            span.to = end;
        }
    }
    // What Lamplighter or Azure started is not used before somebody comes.
    let by_person = seen.by(Power::On, run.from);
    if let Some(first) = quiet.first_mut()
        && matches!(by_person, Some(ChangedBy::Lamplighter | ChangedBy::Azure))
        && first.from - run.from <= BETWEEN
        && busy.first().is_none_or(|busy| busy.from >= first.from)
    {
        first.from = run.from;
    }
    joined(quiet)
}

/// What a piece of a run that is not without work counts as.
fn label(
    seen: &Seen,
    (run, piece): (Span, Span),
    (jobs, work): (&[Span], &[Span]),
    needs: &mut Vec<Needed>,
) {
    let started = piece.from == run.from
        && piece.to - piece.from <= BETWEEN
        && seen.by(Power::On, run.from) == Some(ChangedBy::Person);
    let mut edges = vec![piece.from, piece.to];
    for span in jobs.iter().chain(work) {
        edges.extend([span.from, span.to].iter().filter(|at| piece.holds(**at)));
    }
    edges.sort();
    edges.dedup();
    for edge in edges.windows(2) {
        let span = Span::new(edge[0], edge[1]);
        let among = |spans: &[Span]| spans.iter().any(|one| one.holds(span.from));
        let need = match () {
            () if among(jobs) => Need::Job,
            () if among(work) || started => Need::Work,
            () => Need::Unknown,
        };
        match needs
            .last_mut()
            .filter(|last| last.need == need && last.span.to == span.from)
        {
            Some(last) => last.span.to = span.to,
            None => needs.push(Needed { span, need }),
        }
    }
}
