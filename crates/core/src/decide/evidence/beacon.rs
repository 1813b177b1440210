//! What a beacon's document proves of the resource that wrote it, and of no other.

use super::finding::{Finding, Proof, clock};
use crate::kinds::evidence::Source;
use crate::observe::beacon::{Document, SourceState, Watched};
use crate::policy::Limits;
use chrono::{DateTime, TimeDelta, Utc};

/// A document older than this many of its periods proves nothing about now.
const FRESH: i32 = 3;
/// The resource's clock and Lamplighter's may differ by this much.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// Bytes a second, in and out: more is work, such as a download left running.
const NETWORK: f64 = 1_000_000.0;

/// Judges the document found under the name of the resource with the ARM id `compute`.
/// `has_gpu`: a document that found no GPU is then blind to it.
pub fn beacon(
    document: &Document,
    compute: &str,
    (limits, has_gpu): (Limits, bool),
    now: DateTime<Utc>,
) -> Finding {
    let unknown = |why: String| Finding::unknown(Source::Beacon, why);
    if let Some(why) = unusable(document, compute, now) {
        return unknown(why);
    }
    let at = document.at.min(now);
    let work = document
        .sources
        .iter()
        .filter_map(|source| last_work(source, limits, at));
    let work = work.max_by_key(|(when, _)| *when);
    // Work that goes on now is work, whatever could not be checked.
    if let Some((when, text)) = &work
        && *when >= at
    {
        return Finding::new(Source::Beacon, Proof::Work(*when), text.clone());
    }
    if let Some(why) = blind(document, has_gpu) {
        return unknown(why);
    }
    quiet(document, work, now)
}

/// Why the document proves nothing about this resource now, if it does not.
fn unusable(document: &Document, compute: &str, now: DateTime<Utc>) -> Option<String> {
    if !document.compute.eq_ignore_ascii_case(compute) {
        return Some("its document names another compute, and is refused".into());
    }
    if document.at > now + SKEW {
        let of = clock(document.at, now);
        return Some(format!("its document is of {of}, which is not yet"));
    }
    let stale = document.at + document.every * FRESH < now;
    stale.then(|| format!("silent since {}", clock(document.at, now)))
}

/// What the document could not see, if anything.
fn blind(document: &Document, has_gpu: bool) -> Option<String> {
    let mut sources = document.sources.iter();
    if let Some(source) = sources.find(|source| source.state == SourceState::Unknown) {
        let detail = short(&source.detail);
        return Some(format!("{} could not be checked: {detail}", source.name));
    }
    let absent = |source: &Watched| source.name == "gpu" && source.state == SourceState::Absent;
    let no_gpu = has_gpu && document.sources.iter().any(absent);
    no_gpu.then(|| "it found no GPU, and the instance has one".into())
}

/// The time without work up to the document's own: since the last work it knows of, or since it began to watch.
fn quiet(
    document: &Document,
    work: Option<(DateTime<Utc>, String)>,
    now: DateTime<Utc>,
) -> Finding {
    let to = document.at.min(now);
    let (from, last) = match work {
        // What was observed once may have gone on until the next time.
        Some((when, text)) if when + document.every > document.since => {
            ((when + document.every).min(to), format!("; last {text}"))
        }
        _ => (document.since, String::new()),
    };
    let text = format!(
        "no session, kernel or load from {} to {}{last}",
        clock(from, now),
        clock(to, now)
    );
    Finding::new(Source::Beacon, Proof::Quiet { from, to }, text)
}

/// The latest moment of work that a source knows of, described.
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
        let text = format!(
            "{} {:.1} {unit} at {} (limit {limit} {unit})",
            source.name,
            peak.value,
            clock(peak.at, at)
        );
        Some((peak.at.min(at), text))
    });
    let active = match (source.state, source.last_active) {
        (SourceState::Active, _) => Some(at),
        // Its last moment is this one, which could not be checked.
        (SourceState::Unknown, _) => None,
        (_, last) => last.map(|last| last.min(at)),
    };
    let active = active.map(|when| {
        let detail = match source.state {
            SourceState::Active if !source.detail.is_empty() => {
                format!(" ({})", short(&source.detail))
            }
            _ => String::new(),
        };
        (
            when,
            format!("{}{detail} at {}", source.name, clock(when, at)),
        )
    });
    peak.into_iter().chain(active).max_by_key(|(when, _)| *when)
}

/// A resource's own text, of bounded length and without control characters.
fn short(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::beacon::read;
    use serde_json::{Value, json};

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c";

    /// A quiet resource's document of 10:00, with `change` made to it.
    fn proof(change: impl Fn(&mut Value)) -> Proof {
        finding(change).proof
    }

    fn finding(change: impl Fn(&mut Value)) -> Finding {
        let source = |name: &str| json!({"name": name, "state": "quiet", "lastActive": "2026-11-23T08:10:00Z", "detail": ""});
        let mut document = json!({
            "version": 1,
            "compute": ID.to_uppercase(),
            "at": "2026-11-23T10:00:00Z",
            "everySeconds": 300,
            "since": "2026-11-23T07:00:00Z",
            "sources": crate::observe::beacon::SOURCES.map(source),
        });
        change(&mut document);
        match read(document.to_string().as_bytes()) {
            Ok(document) => beacon(&document, ID, (Limits::default(), false), at("10:04")),
            Err(why) => Finding::unknown(Source::Beacon, why.to_string()),
        }
    }

    fn at(time: &str) -> DateTime<Utc> {
        let text = format!("2026-11-23T{time}:00Z");
        text.parse().unwrap_or_else(|_| panic!("a time"))
    }

    #[test]
    fn a_quiet_instance_is_quiet_since_its_last_work() {
        let quiet = Proof::Quiet {
            from: at("08:15"),
            to: at("10:00"),
        };
        assert_eq!(proof(|_| {}), quiet);
        let watched = Proof::Quiet {
            from: at("09:30"),
            to: at("10:00"),
        };
        assert_eq!(
            proof(|d| d["since"] = json!("2026-11-23T09:30:00Z")),
            watched
        );
    }

    #[test]
    fn a_session_or_a_load_is_work() {
        let now = Proof::Work(at("10:00"));
        assert_eq!(proof(|d| d["sources"][0]["state"] = json!("active")), now);
        let peaks = json!([{"at": "2026-11-23T09:20:00Z", "value": 40.0}, {"at": "2026-11-23T10:00:00Z", "value": 5.0}]);
        assert_eq!(proof(|d| d["sources"][5]["peaks"] = peaks.clone()), now);
        // Below the limit since 09:20.
        let calm = json!([{"at": "2026-11-23T09:20:00Z", "value": 40.0}, {"at": "2026-11-23T10:00:00Z", "value": 4.9}]);
        let quiet = Proof::Quiet {
            from: at("09:25"),
            to: at("10:00"),
        };
        assert_eq!(proof(|d| d["sources"][5]["peaks"] = calm.clone()), quiet);
        let download = json!([{"at": "2026-11-23T10:00:00Z", "value": 2e6}]);
        assert_eq!(proof(|d| d["sources"][7]["peaks"] = download.clone()), now);
    }

    #[test]
    fn what_is_not_whole_fresh_or_its_own_is_unknown() {
        type Change = fn(&mut Value);
        let changes: [(Change, &str); 10] = [
            (
                |d| d["compute"] = json!(ID.replace("/c", "/d")),
                "another compute",
            ),
            (|d| d["at"] = json!("2026-11-23T09:48:00Z"), "silent since"),
            (|d| d["at"] = json!("2026-11-23T10:07:00Z"), "not yet"),
            (|d| d["sources"][3]["state"] = json!("unknown"), "jupyter"),
            (|d| d["sources"] = json!([]), "nothing of ssh"),
            (|d| d["version"] = json!(2), "version 2"),
            (|d| d["everySeconds"] = json!(86_400), "everySeconds"),
            (|d| d["since"] = json!("2026-11-23T11:00:00Z"), "since"),
            (
                |d| d["since"] = json!("-262143-01-01T00:00:00Z"),
                "no time of these days",
            ),
            (|d| *d = json!("no document"), "no such document"),
        ];
        for (change, why) in changes {
            let finding = finding(change);
            assert_eq!(finding.proof, Proof::Unknown, "{finding}");
            assert!(finding.text.contains(why), "{finding}");
        }
    }

    #[test]
    fn work_now_counts_though_another_source_failed() {
        let found = proof(|d| {
            d["sources"][3]["state"] = json!("unknown");
            d["sources"][2]["state"] = json!("active");
        });
        assert_eq!(found, Proof::Work(at("10:00")));
    }
}
