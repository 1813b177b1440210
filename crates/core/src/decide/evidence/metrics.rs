//! Azure's metrics: a resource is quiet for as long as every minute has a sample and all lie below the limits.

use super::finding::{Finding, Proof, clock};
use crate::kinds::evidence::Source;
use crate::observe::{Load, Sample, Span};
use crate::policy::Limits;
use chrono::{DateTime, TimeDelta, Utc};

/// Samples arrive late: the newest may be this old, and a quiet time still counts as lasting until it.
pub const LATE: TimeDelta = TimeDelta::minutes(10);
/// Azure's clock and Lamplighter's may differ by this much.
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
    let load = load.map(|load| known_by(load, now));
    let Some(load) = load.filter(|load| !load.cpu.is_empty() || !load.gpu.is_empty()) else {
        let text = "no sample of it (Azure measures a resource while a run is on it)";
        return Finding::new(Source::Metrics, Proof::Nothing, text.into());
    };
    let gauges = [
        Gauge {
            name: "CPU",
            samples: &load.cpu,
            limit: limits.cpu.as_f64(),
        },
        Gauge {
            name: "GPU",
            samples: &load.gpu,
            limit: limits.gpu.as_f64(),
        },
    ];
    let gauges = &gauges[..1 + usize::from(has_gpu)];
    let busy = gauges.iter().filter_map(Gauge::busy);
    let busy = busy.max_by_key(|busy| busy.at);
    match (Measured::by_all(gauges, span, now), busy) {
        (Ok(measured), Some(busy)) if busy.at + span.step > measured.from => {
            after_work(&measured, &busy, length, span, now)
        }
        (Ok(measured), _) => measured.quiet(now),
        // Minutes are missing, and still a sample of work is work.
        (Err(_), Some(busy)) => busy.work(span, now),
        (Err(gauge), None) => gauge.unknown(now),
    }
}

/// The samples of the past: one of the future was measured by a clock that tells nothing about now.
fn known_by(load: &Load, now: DateTime<Utc>) -> Load {
    let past = |samples: &[Sample]| -> Vec<Sample> {
        let past = samples.iter().filter(|sample| sample.at <= now + SKEW);
        past.copied().collect()
    };
    Load {
        cpu: past(&load.cpu),
        gpu: past(&load.gpu),
    }
}

/// The samples of one kind of load, and the limit from which on it counts as work.
struct Gauge<'a> {
    name: &'static str,
    samples: &'a [Sample],
    limit: f64,
}

/// The latest sample that shows work.
struct Busy {
    at: DateTime<Utc>,
    name: &'static str,
    value: f64,
    limit: f64,
}

impl Gauge<'_> {
    fn busy(&self) -> Option<Busy> {
        let mut samples = self.samples.iter();
        let last = samples.rfind(|sample| sample.maximum >= self.limit)?;
        Some(Busy {
            at: last.at,
            name: self.name,
            value: last.maximum,
            limit: self.limit,
        })
    }

    /// The highest load below the limit since `begin`, described.
    fn highest(&self, begin: DateTime<Utc>) -> String {
        let (name, limit) = (self.name, self.limit);
        let most = self
            .samples
            .iter()
            .filter(|sample| sample.at >= begin)
            .map(|sample| sample.maximum)
            .filter(|value| *value < limit)
            .fold(0.0, f64::max);
        format!("{name} at most {most:.1} % (limit {limit} %)")
    }

    /// Too few samples of this load, or too old ones.
    fn unknown(&self, now: DateTime<Utc>) -> Finding {
        let name = self.name;
        let text = match self.samples.last() {
            None => format!("no {name} sample of it"),
            Some(last) => format!(
                "its last {name} sample is of {}, more than {} min ago",
                clock(last.at, now),
                LATE.num_minutes()
            ),
        };
        Finding::unknown(Source::Metrics, text)
    }
}

impl Busy {
    fn work(&self, span: Span, now: DateTime<Utc>) -> Finding {
        let text = format!(
            "{} {:.1} % at {} (limit {} %)",
            self.name,
            self.value,
            clock(self.at, now),
            self.limit
        );
        let until = (self.at + span.step).min(now);
        Finding::new(Source::Metrics, Proof::Work(until), text)
    }
}

/// The time for which every load has all its samples.
struct Measured {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// The highest loads in it, described.
    highest: String,
}

impl Measured {
    /// The time that all of them cover; or the first that has no recent sample.
    fn by_all<'a>(
        gauges: &'a [Gauge<'a>],
        span: Span,
        now: DateTime<Utc>,
    ) -> Result<Measured, &'a Gauge<'a>> {
        let (mut from, mut to) = (span.from, now);
        let mut highest = Vec::new();
        for gauge in gauges {
            let (begin, end) = covered(gauge.samples, span.step, now).ok_or(gauge)?;
            from = from.max(begin);
            to = to.min(end);
            highest.push(gauge.highest(begin));
        }
        Ok(Measured {
            from,
            to,
            highest: highest.join(", "),
        })
    }

    /// No sample shows work.
    fn quiet(&self, now: DateTime<Utc>) -> Finding {
        let (from, to) = (self.from, self.to);
        let text = format!(
            "{} in every sample from {} to {}",
            self.highest,
            clock(from, now),
            clock(to, now)
        );
        Finding::new(Source::Metrics, Proof::Quiet { from, to }, text)
    }
}

/// There was work within the measured time: quiet since then, if that is `length` ago.
fn after_work(
    measured: &Measured,
    busy: &Busy,
    length: TimeDelta,
    span: Span,
    now: DateTime<Utc>,
) -> Finding {
    let (from, to) = (busy.at + span.step, measured.to);
    if to - from < length {
        return busy.work(span, now);
    }
    let text = format!(
        "{} from {} to {}; before it {} {:.1} %",
        measured.highest,
        clock(from, now),
        clock(to, now),
        busy.name,
        busy.value
    );
    Finding::new(Source::Metrics, Proof::Quiet { from, to }, text)
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
