//! The jobs of a machine: what runs, and what ran within the time that is asked about.

use super::{Finding, Remembered, Says, Source, clock};
use crate::azure::model::Job;
use chrono::{DateTime, Utc};

/// What the jobs on a machine say, all of whose jobs `here` is. `since`: it was lit then. Takes note of the look in
/// `memory`, for where Azure does not say when a job ended: one that was submitted before a look that found none
/// active had ended by then.
pub fn jobs(
    here: &[&Job],
    memory: &mut Remembered,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Finding {
    let say = |says, words| Finding::new(Source::Jobs, says, words);
    if let Some(job) = here.iter().find(|job| job.is_active()) {
        memory.no_job_at = None;
        let status = job.status.as_deref().unwrap_or("of no known status");
        let words = format!("{} on it is {status}", job.name);
        return say(Says::Work(now), words);
    }
    // Paused and not started ones are neither active nor over.
    let over = here.iter().filter(|job| job.is_over());
    let mut ended: Option<(DateTime<Utc>, &str)> = None;
    // Some ended at an unknown time: before the look that `memory` knows, or perhaps after it.
    let (mut before, mut after) = (false, false);
    for job in over {
        match job.changed_at {
            Some(at) if ended.is_none_or(|(latest, _)| at > latest) => {
                ended = Some((at, &job.name));
            }
            Some(_) => {}
            None => {
                let known = memory.no_job_at.zip(job.created_at);
                match known.is_some_and(|(look, created)| created <= look) {
                    true => before = true,
                    false => after = true,
                }
            }
        }
    }
    if after || memory.no_job_at.is_none() {
        memory.no_job_at = Some(now);
    }
    if after {
        let words = "none is active, but when the last one ended is not known";
        return say(Says::Quiet { from: now, to: now }, words.into());
    }
    let looked = memory.no_job_at.filter(|_| before);
    let from = [Some(since), ended.map(|(at, _)| at), looked];
    let from = from.into_iter().flatten().max().unwrap_or(now).min(now);
    let words = match ended.filter(|(at, _)| *at == from) {
        Some((at, name)) => format!("none is active; {name} ended at {}", clock(at, now)),
        None => format!("none since {}", clock(from, now)),
    };
    say(Says::Quiet { from, to: now }, words)
}
