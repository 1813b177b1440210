//! What a beacon's document proves of the machine that wrote it, and of no other.

use super::{Finding, Says, Source, clock};
use crate::beacon::{Document, Seen, Watched};
use crate::policy::Limits;
use chrono::{DateTime, TimeDelta, Utc};

/// Older than so many of its periods, a document says nothing of now.
const FRESH: i32 = 3;
/// The machine's clock and ours may differ by this much.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// Bytes a second, in and out: more is work, such as a download left running.
const NETWORK: f64 = 1_000_000.0;

/// Judges the document found under the name of the machine with the ARM id `compute`.
pub fn beacon(document: &Document, compute: &str, limits: Limits, now: DateTime<Utc>) -> Finding {
    let unknown = |words: String| Finding::unknown(Source::Beacon, words);
    if !document.compute.eq_ignore_ascii_case(compute) {
        return unknown("its document names another compute, and is refused".into());
    }
    if document.at > now + SKEW {
        return unknown(format!(
            "its document is of {}, which is not yet",
            clock(document.at, now)
        ));
    }
    if document.at + document.every * FRESH < now {
        return unknown(format!("silent since {}", clock(document.at, now)));
    }
    let at = document.at.min(now);
    let work = document
        .sources
        .iter()
        .filter_map(|source| last_work(source, limits, at));
    let work = work.max_by_key(|(when, _)| *when);
    // What is at work now needs no look at what could not be looked at.
    if let Some((when, words)) = &work
        && *when >= at
    {
        return Finding::new(Source::Beacon, Says::Work(*when), words.clone());
    }
    let blind = document
        .sources
        .iter()
        .find(|source| source.state == Seen::Unknown);
    if let Some(source) = blind {
        return unknown(format!(
            "{} could not be looked at: {}",
            source.name,
            short(&source.detail)
        ));
    }
    let (from, last) = match work {
        Some((when, words)) if when > document.since => (when, format!("; last {words}")),
        _ => (document.since, String::new()),
    };
    let words = format!(
        "no session, kernel or load from {} to {}{last}",
        clock(from, now),
        clock(at, now)
    );
    Finding::new(Source::Beacon, Says::Quiet { from, to: at }, words)
}

/// The latest moment of work that a source knows, with words for it.
fn last_work(
    source: &Watched,
    limits: Limits,
    at: DateTime<Utc>,
) -> Option<(DateTime<Utc>, String)> {
    let limit = match source.name.as_str() {
        "cpu" => Some((limits.cpu.as_f64(), "%")),
        "gpu" => Some((limits.gpu.as_f64(), "%")),
        "network" => Some((NETWORK, "bytes/s")),
        _ => None,
    };
    let peak = limit.and_then(|(limit, unit)| {
        let peak = source.last_at(limit)?;
        let words = format!(
            "{} {:.1} {unit} at {} (limit {limit} {unit})",
            source.name,
            peak.value,
            clock(peak.at, at)
        );
        Some((peak.at.min(at), words))
    });
    let active = match (source.state, source.last_active) {
        (Seen::Active, _) => Some(at),
        // Its last moment is this look, which failed.
        (Seen::Unknown, _) => None,
        (_, last) => last.map(|last| last.min(at)),
    };
    let active = active.map(|when| {
        let detail = match source.state {
            Seen::Active if !source.detail.is_empty() => format!(" ({})", short(&source.detail)),
            _ => String::new(),
        };
        (
            when,
            format!("{}{detail} at {}", source.name, clock(when, at)),
        )
    });
    peak.into_iter().chain(active).max_by_key(|(when, _)| *when)
}

/// A machine's own words, of bounded length and without control characters.
fn short(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(100).collect()
}
