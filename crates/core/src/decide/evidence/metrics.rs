//! Azure's metrics: a resource is quiet where every minute of a time has a sample and all lie below the limits.

use super::finding::{Finding, Proof, clock};
use crate::kinds::evidence::Source;
use crate::observe::{Load, Sample, Span};
use crate::policy::Limits;
use chrono::{DateTime, TimeDelta, Utc};

/// Samples arrive late; the newest may be so old, and a quiet time still counts as lasting until it.
pub const LATE: TimeDelta = TimeDelta::minutes(10);
/// Azure's clock and ours may differ by this much.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// No longer time is asked for: Azure keeps metrics for 93 days, and half a million samples help nobody.
const LONGEST: TimeDelta = TimeDelta::days(30);

/// The time that could prove `length` without work; `None` where no metrics reach back so far.
pub fn span(length: TimeDelta, now: DateTime<Utc>) -> Option<Span> {
    let step = match length {
        _ if length <= TimeDelta::hours(6) => TimeDelta::minutes(1),
        _ if length <= TimeDelta::days(3) => TimeDelta::minutes(5),
        _ if length <= LONGEST => TimeDelta::hours(1),
        _ => return None,
    };
    // Samples begin at whole steps.
    let seconds = step.num_seconds();
    let whole = |at: DateTime<Utc>| {
        DateTime::from_timestamp(at.timestamp().div_euclid(seconds) * seconds, 0).unwrap_or(at)
    };
    Some(Span {
        from: whole(now - length - LATE - step),
        to: whole(now),
        step,
    })
}

/// What metrics prove of a resource, `None` standing for no samples at all. `has_gpu`: its GPUs count too.
/// `length`: the time without work that `span` could prove.
pub fn metrics(
    load: Option<&Load>,
    has_gpu: bool,
    limits: Limits,
    (length, span): (TimeDelta, Span),
    now: DateTime<Utc>,
) -> Finding {
    let finding = |proof, text| Finding::new(Source::Metrics, proof, text);
    // What is of the future was measured by a clock that says nothing of now.
    let known = load.map(|load| {
        let past = |samples: &[Sample]| -> Vec<Sample> {
            let past = samples.iter().filter(|sample| sample.at <= now + SKEW);
            past.copied().collect()
        };
        Load {
            cpu: past(&load.cpu),
            gpu: past(&load.gpu),
        }
    });
    let load = known.as_ref();
    let Some(load) = load.filter(|load| !load.cpu.is_empty() || !load.gpu.is_empty()) else {
        let words = "no sample of it (Azure measures a resource while a run is on it)";
        return finding(Proof::Nothing, words.into());
    };
    let kinds = [
        ("CPU", &load.cpu, limits.cpu.as_f64()),
        ("GPU", &load.gpu, limits.gpu.as_f64()),
    ];
    let kinds = &kinds[..1 + usize::from(has_gpu)];
    let busy = kinds.iter().filter_map(|(name, samples, limit)| {
        let last = samples.iter().rfind(|sample| sample.maximum >= *limit)?;
        Some((last.at, *name, last.maximum, *limit))
    });
    let busy = busy.max_by_key(|(at, ..)| *at);
    let mut from = span.from;
    let mut to = now;
    let mut highest = Vec::new();
    for (name, samples, limit) in kinds {
        let covered = covered(samples, span.step, now);
        let Some((begin, end)) = covered else {
            return unproved(busy, name, samples, span, now);
        };
        from = from.max(begin);
        to = to.min(end);
        let most = samples
            .iter()
            .filter(|sample| sample.at >= begin)
            .map(|sample| sample.maximum)
            .filter(|value| value < limit)
            .fold(0.0, f64::max);
        highest.push(format!("{name} at most {most:.1} % (limit {limit} %)"));
    }
    if let Some((at, name, value, limit)) = busy
        && at + span.step > from
    {
        from = at + span.step;
        if to - from >= length {
            let words = format!(
                "{} from {} to {}; before it {name} {value:.1} %",
                highest.join(", "),
                clock(from, now),
                clock(to, now)
            );
            return finding(Proof::Quiet { from, to }, words);
        }
        let words = format!(
            "{name} {value:.1} % at {} (limit {limit} %)",
            clock(at, now)
        );
        return finding(Proof::Work((at + span.step).min(now)), words);
    }
    let words = format!(
        "{} in every sample from {} to {}",
        highest.join(", "),
        clock(from, now),
        clock(to, now)
    );
    finding(Proof::Quiet { from, to }, words)
}

/// Some minutes are not known: that is work where a sample shows work, and unknown else.
fn unproved(
    busy: Option<(DateTime<Utc>, &str, f64, f64)>,
    name: &str,
    samples: &[Sample],
    span: Span,
    now: DateTime<Utc>,
) -> Finding {
    if let Some((at, name, value, limit)) = busy {
        let words = format!(
            "{name} {value:.1} % at {} (limit {limit} %)",
            clock(at, now)
        );
        return Finding::new(
            Source::Metrics,
            Proof::Work((at + span.step).min(now)),
            words,
        );
    }
    let words = match samples.last() {
        None => format!("no {name} sample of it"),
        Some(last) => format!(
            "its last {name} sample is of {}, more than {} min ago",
            clock(last.at, now),
            LATE.num_minutes()
        ),
    };
    Finding::unknown(Source::Metrics, words)
}

/// The time up to the newest sample that has one for each step, if that is new enough.
fn covered(
    samples: &[Sample],
    step: TimeDelta,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let newest = samples.last()?;
    // A step that is not over yet is known as far as it was measured.
    let minutes = step.num_minutes().unsigned_abs().min(newest.count);
    let end = newest.at + TimeDelta::minutes(minutes.min(60) as i64);
    if end + LATE < now {
        return None;
    }
    let mut begin = newest.at;
    for sample in samples.iter().rev().skip(1) {
        // A step of several minutes must hold as many samples; the newest may not be over yet.
        let whole = sample.count >= step.num_minutes().unsigned_abs();
        if begin - sample.at > step || !whole {
            break;
        }
        begin = sample.at;
    }
    Some((begin, end.min(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_428_000 + minute * 60, 0).unwrap_or_default()
    }

    /// Samples of every minute from -75 up to the one before `to`, but for `except`.
    fn load(to: i64, except: &[i64], peaks: &[(i64, f64)]) -> Load {
        let minutes = (-75..to).filter(|minute| !except.contains(minute));
        let sample = |minute: i64| Sample {
            at: at(minute),
            maximum: peaks
                .iter()
                .find(|(when, _)| *when == minute)
                .map_or(1.5, |(_, value)| *value),
            count: 1,
        };
        Load {
            cpu: minutes.map(sample).collect(),
            gpu: vec![],
        }
    }

    fn proof(load: &Load, gpu: bool) -> Proof {
        let now = at(0);
        let span = span(TimeDelta::minutes(60), now);
        let span = span.unwrap_or_else(|| panic!("an hour is not too long"));
        let asked = (TimeDelta::minutes(60), span);
        metrics(Some(load), gpu, Limits::default(), asked, now).proof
    }

    #[test]
    fn every_minute_below_the_limit_is_quiet_up_to_the_newest_sample() {
        let quiet = Proof::Quiet {
            from: at(-71),
            to: at(-3),
        };
        assert_eq!(proof(&load(-3, &[], &[]), false), quiet);
    }

    #[test]
    fn a_gap_begins_the_quiet_time_anew() {
        let quiet = Proof::Quiet {
            from: at(-19),
            to: at(-3),
        };
        assert_eq!(proof(&load(-3, &[-20], &[]), false), quiet);
    }

    #[test]
    fn a_high_sample_is_work_also_where_others_are_missing() {
        let work = Proof::Work(at(-29));
        assert_eq!(proof(&load(-3, &[], &[(-30, 5.0)]), false), work);
        assert_eq!(proof(&load(-20, &[-25], &[(-30, 80.0)]), false), work);
    }

    #[test]
    fn work_before_the_idle_time_is_over() {
        let quiet = Proof::Quiet {
            from: at(-63),
            to: at(-3),
        };
        assert_eq!(proof(&load(-3, &[], &[(-64, 80.0)]), false), quiet);
        let work = Proof::Work(at(-62));
        assert_eq!(proof(&load(-3, &[], &[(-63, 80.0)]), false), work);
    }

    #[test]
    fn work_before_the_proved_time_is_over() {
        let quiet = Proof::Quiet {
            from: at(-19),
            to: at(-3),
        };
        assert_eq!(proof(&load(-3, &[-20], &[(-40, 80.0)]), false), quiet);
    }

    #[test]
    fn old_samples_missing_gpu_samples_and_none_prove_nothing() {
        assert_eq!(proof(&load(-11, &[], &[]), false), Proof::Unknown);
        assert_eq!(proof(&load(-3, &[], &[]), true), Proof::Unknown);
        assert_eq!(proof(&Load::default(), false), Proof::Nothing);
    }

    #[test]
    fn a_longer_step_must_be_full() {
        let now = at(0);
        let five = span(TimeDelta::hours(12), now).unwrap_or_else(|| panic!("half a day"));
        let sample = |minute: i64, count| Sample {
            at: at(minute),
            maximum: 1.0,
            count,
        };
        let mut load = Load {
            cpu: (-150..0).map(|step| sample(step * 5, 5)).collect(),
            gpu: vec![],
        };
        load.cpu[100].count = 4;
        load.cpu[149].count = 2;
        let from = load.cpu[101].at;
        let asked = (TimeDelta::hours(12), five);
        let proof = metrics(Some(&load), false, Limits::default(), asked, now).proof;
        // Two minutes of the newest step are measured.
        let to = at(-3);
        assert_eq!(proof, Proof::Quiet { from, to });
    }
}
