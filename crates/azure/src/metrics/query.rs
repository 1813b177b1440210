//! What metrics are asked for, cut into calls that Azure takes.

use super::read::{CPU, GPU};
use chrono::{DateTime, SecondsFormat, Utc};
use lamplighter_core::duration;
use lamplighter_core::observe::{Span, Workspace};
use std::time::Duration;

const NAMESPACE: &str = "Microsoft.MachineLearningServices/workspaces";
/// What the batch call takes.
const WORKSPACES: usize = 50;
/// Computes named in one call: the filter stands in the URL.
const COMPUTES: usize = 50;
/// Azure gives no more than this many series unless told.
const LEAST_TOP: usize = 10;

/// One compute whose load is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub workspace: &'a Workspace,
    pub compute: &'a str,
    pub span: Span,
}

/// How a call names the time that it asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimeRange {
    /// Its two ends, and the filter without `$`: the batch call.
    Ends,
    /// As one `timespan`: the call to one workspace.
    Whole,
}

/// The query of one call: from the earliest begin of all that is asked for to the latest end.
pub(super) fn query(all: &[Asked<'_>], range: TimeRange) -> Vec<(&'static str, String)> {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let from = all.iter().map(|one| one.span.from).min();
    let to = all.iter().map(|one| one.span.to).max();
    let (from, to) = (
        from.map(text).unwrap_or_default(),
        to.map(text).unwrap_or_default(),
    );
    let mut query = match range {
        TimeRange::Ends => vec![
            ("starttime", from),
            ("endtime", to),
            ("filter", filter(all)),
        ],
        TimeRange::Whole => vec![
            ("timespan", format!("{from}/{to}")),
            ("$filter", filter(all)),
        ],
    };
    let step = all.first().map_or(60, |one| one.span.step.num_seconds());
    let step = Duration::from_secs(step.unsigned_abs());
    query.extend([
        ("interval", duration::iso(step)),
        ("metricnamespace", NAMESPACE.to_owned()),
        ("metricnames", format!("{CPU},{GPU}")),
        ("aggregation", "maximum,count".to_owned()),
        ("top", all.len().max(LEAST_TOP).to_string()),
    ]);
    query
}

fn filter(all: &[Asked<'_>]) -> String {
    let mut names: Vec<String> = all
        .iter()
        .map(|one| format!("ComputeName eq '{}'", one.compute.replace('\'', "''")))
        .collect();
    names.sort();
    names.dedup();
    names.join(" or ")
}

/// Cuts what is asked into calls that Azure takes.
pub(super) fn chunks(asked: &[Asked<'_>], all: &[usize]) -> Vec<Vec<usize>> {
    let mut sorted = all.to_vec();
    sorted.sort_by_key(|index| (asked[*index].workspace.id.as_str(), *index));
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let (mut workspaces, mut last) = (0, "");
    for index in sorted {
        let id = asked[index].workspace.id.as_str();
        let more = workspaces + usize::from(id != last);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < COMPUTES && more <= WORKSPACES => {
                chunk.push(index);
                workspaces = more;
            }
            _ => {
                chunks.push(vec![index]);
                workspaces = 1;
            }
        }
        last = id;
    }
    chunks
}
