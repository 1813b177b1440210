//! Stretches of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Span {
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Span {
        Span { from, to }
    }

    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }

    /// The part of it that lies in another, if any does.
    pub fn within(&self, other: Span) -> Option<Span> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from < to).then_some(Span { from, to })
    }
}

/// In order, and those that touch as one.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut().filter(|last| span.from <= last.to) {
            Some(last) => last.to = last.to.max(span.to),
            None => joined.push(span),
        }
    }
    joined
}

/// What is left of a stretch without these, which are in order and apart.
pub(super) fn without(whole: Span, away: &[Span]) -> Vec<Span> {
    let (mut from, mut left) = (whole.from, Vec::new());
    let first = away.partition_point(|span| span.to <= whole.from);
    for span in away[first..].iter().take_while(|span| span.from < whole.to) {
        if from < span.from {
            left.push(Span::new(from, span.from));
        }
        from = from.max(span.to);
    }
    if from < whole.to {
        left.push(Span::new(from, whole.to));
    }
    left
}

/// All of them together, in seconds.
pub fn seconds<'a>(spans: impl IntoIterator<Item = &'a Span>) -> i64 {
    let lengths = spans
        .into_iter()
        .map(|span| (span.to - span.from).num_seconds());
    lengths.sum()
}
