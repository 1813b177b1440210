//! The jobs of a resource: what runs, and what ran within the time that is asked about.

use super::finding::{Finding, Proof, clock};
use crate::kinds::evidence::Source;
use crate::observe::Job;
use crate::record::WorkState;
use chrono::{DateTime, Utc};

/// What the jobs on a resource prove; `here` is all of them. `since`: it was started then. Notes the observation in
/// `state`, for where Azure does not say when a job ended: a job that was submitted before an observation that found
/// none active had ended by then.
pub fn jobs(
    here: &[&Job],
    state: &mut WorkState,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Finding {
    let finding = |proof, text| Finding::new(Source::Jobs, proof, text);
    if let Some(job) = here.iter().find(|job| job.is_active()) {
        state.no_job_at = None;
        let status = job.status.as_deref().unwrap_or("of no known status");
        let text = format!("{} on it is {status}", job.name);
        return finding(Proof::Work(now), text);
    }
    let over = Over::among(here, state, now);
    if over.after || state.no_job_at.is_none() {
        state.no_job_at = Some(now);
        state.undated = over.undated;
    }
    if over.after {
        let text = "none is active, but when the last one ended is not known";
        return finding(Proof::Quiet { from: now, to: now }, text.into());
    }
    let observed = state.no_job_at.filter(|_| over.before);
    let from = [Some(since), over.ended.map(|(at, _)| at), observed];
    let from = from.into_iter().flatten().max().unwrap_or(now).min(now);
    let text = match over.ended.filter(|(at, _)| *at == from) {
        Some((at, name)) => format!("none is active; {name} ended at {}", clock(at, now)),
        None => format!("none since {}", clock(from, now)),
    };
    finding(Proof::Quiet { from, to: now }, text)
}

/// What is known of the jobs that are over.
#[derive(Default)]
struct Over<'a> {
    /// The latest end that Azure tells, and whose it was.
    ended: Option<(DateTime<Utc>, &'a str)>,
    /// One ended at an unknown time before the observation that the state knows.
    before: bool,
    /// One ended at an unknown time that may be after it.
    after: bool,
    /// How many have no time at all.
    undated: usize,
}

impl<'a> Over<'a> {
    fn among(here: &[&'a Job], state: &WorkState, now: DateTime<Utc>) -> Over<'a> {
        let mut over = Over::default();
        for job in here.iter().filter(|job| job.is_over()) {
            match job.changed_at.filter(|at| *at <= now) {
                Some(at) if over.ended.is_none_or(|(latest, _)| at > latest) => {
                    over.ended = Some((at, &job.name));
                }
                Some(_) => {}
                None => {
                    over.undated += usize::from(job.created_at.is_none());
                    match over.had_ended(job, state) {
                        true => over.before = true,
                        false => over.after = true,
                    }
                }
            }
        }
        over
    }

    /// Whether this job, which is counted already, had ended by the observation that the state knows.
    fn had_ended(&self, job: &Job, state: &WorkState) -> bool {
        match job.created_at {
            Some(created) => state.no_job_at.is_some_and(|observed| created <= observed),
            // One without any time was there at that observation, if no more of them are there now.
            None => state.no_job_at.is_some() && self.undated <= state.undated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn job(status: &str, created: i64, changed: Option<i64>) -> Job {
        Job {
            name: "train".into(),
            display_name: None,
            status: Some(status.into()),
            compute_id: None,
            created_at: Some(at(created)),
            changed_at: changed.map(at),
        }
    }

    fn proof(here: &[Job], state: &mut WorkState, now: i64) -> Proof {
        let here: Vec<&Job> = here.iter().collect();
        jobs(&here, state, at(100), at(now)).proof
    }

    fn quiet(from: i64, to: i64) -> Proof {
        Proof::Quiet {
            from: at(from),
            to: at(to),
        }
    }

    #[test]
    fn an_active_job_is_work_and_an_ended_one_was() {
        let mut state = WorkState::default();
        for status in [
            "NotStarted",
            "Starting",
            "Provisioning",
            "Preparing",
            "Queued",
            "Running",
            "Finalizing",
            "CancelRequested",
            "NotResponding",
            "Paused",
            "Unknown",
            "A new word",
        ] {
            let here = [job("Completed", 110, Some(120)), job(status, 130, None)];
            assert_eq!(
                proof(&here, &mut state, 200),
                Proof::Work(at(200)),
                "{status}"
            );
        }
        let here = [
            job("Completed", 110, Some(150)),
            job("Failed", 50, Some(60)),
        ];
        assert_eq!(proof(&here, &mut state, 200), quiet(150, 200));
        assert_eq!(proof(&[], &mut state, 200), quiet(100, 200));
    }

    #[test]
    fn one_that_ended_nobody_knows_when_had_ended_by_the_observation_after_it() {
        let mut state = WorkState::default();
        let mut here = vec![job("Completed", 110, None)];
        assert_eq!(proof(&here, &mut state, 200), quiet(200, 200));
        assert_eq!(proof(&here, &mut state, 230), quiet(200, 230));
        // A second one came and went between two observations.
        here.push(job("Completed", 240, None));
        assert_eq!(proof(&here, &mut state, 260), quiet(260, 260));
        assert_eq!(proof(&here, &mut state, 330), quiet(260, 330));
    }
}
