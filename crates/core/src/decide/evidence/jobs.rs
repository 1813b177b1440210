//! The jobs of a machine: what runs, and what ran within the time that is asked about.

use super::{Finding, Remembered, Says, Source, clock};
use crate::observe::Job;
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
    let mut undated = 0;
    for job in over {
        match job.changed_at.filter(|at| *at <= now) {
            Some(at) if ended.is_none_or(|(latest, _)| at > latest) => {
                ended = Some((at, &job.name));
            }
            Some(_) => {}
            None => {
                undated += usize::from(job.created_at.is_none());
                // One without any time was there at the look before, if no more of them are there now.
                let submitted = memory.no_job_at.zip(job.created_at);
                let known = match job.created_at {
                    Some(_) => submitted.is_some_and(|(look, created)| created <= look),
                    None => memory.no_job_at.is_some() && undated <= memory.undated,
                };
                match known {
                    true => before = true,
                    false => after = true,
                }
            }
        }
    }
    if after || memory.no_job_at.is_none() {
        memory.no_job_at = Some(now);
        memory.undated = undated;
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

    fn says(here: &[Job], memory: &mut Remembered, now: i64) -> Says {
        let here: Vec<&Job> = here.iter().collect();
        jobs(&here, memory, at(100), at(now)).says
    }

    fn quiet(from: i64, to: i64) -> Says {
        Says::Quiet {
            from: at(from),
            to: at(to),
        }
    }

    #[test]
    fn an_active_job_is_work_and_an_ended_one_was() {
        let mut memory = Remembered::default();
        for status in [
            "Running",
            "Queued",
            "Preparing",
            "Finalizing",
            "Unknown",
            "A new word",
        ] {
            let here = [job("Completed", 110, Some(120)), job(status, 130, None)];
            assert_eq!(
                says(&here, &mut memory, 200),
                Says::Work(at(200)),
                "{status}"
            );
        }
        let here = [
            job("Completed", 110, Some(150)),
            job("Failed", 50, Some(60)),
        ];
        assert_eq!(says(&here, &mut memory, 200), quiet(150, 200));
        assert_eq!(says(&[], &mut memory, 200), quiet(100, 200));
    }

    #[test]
    fn one_that_ended_nobody_knows_when_had_ended_by_the_look_after_it() {
        let mut memory = Remembered::default();
        let mut here = vec![job("Completed", 110, None)];
        assert_eq!(says(&here, &mut memory, 200), quiet(200, 200));
        assert_eq!(says(&here, &mut memory, 230), quiet(200, 230));
        // A second one came and went between two looks.
        here.push(job("Completed", 240, None));
        assert_eq!(says(&here, &mut memory, 260), quiet(260, 260));
        assert_eq!(says(&here, &mut memory, 330), quiet(260, 330));
    }
}
