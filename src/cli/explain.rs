//! `lamplighter explain`.

use super::given::{Given, is_id};
use super::{Outcome, block_on, print, settings};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use lamplighter_core::observe::{Compute, State};
use lamplighter_core::decide::{Case, Decision, Evidence, Jobs, MachineMemory, Presence, remember};
use lamplighter_core::explain::{self, Answer, Ask, Parts};
use lamplighter_core::policy::{Defaults, Layers, Reading, read};
use lamplighter_core::schedule::{Desired, Power, wall};
use lamplighter_agent::settings::Settings;
use std::fmt::Write;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// A compute's ARM id, or tags such as 'lamp-schedule=Mon-Fri 08:00-19:00' (of the layers above:
    /// workspace:name=value, group:name=value)
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    what: Vec<String>,
    /// Read cases as JSON lines from stdin, and write one JSON line for each
    #[arg(long)]
    batch: bool,
    /// Any instant, past or future, instead of now: RFC 3339, or a date and a time in the schedule's zone
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// What counts as now (RFC 3339): for a simulator whose clock runs elsewhere
    #[arg(long, value_name = "TIME", value_parser = super::instant)]
    pub(super) now: Option<DateTime<Utc>>,
    /// The compute's name, where tags are given: for tags addressed to it
    #[arg(long, default_value = "compute")]
    name: String,
    /// The compute's state, where tags are given, such as Running; without it both states at rest are answered
    #[arg(long)]
    state: Option<State>,
    /// JSON instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Exit 1 where a tag cannot be read, a line is malformed, or the compute is not seen.
pub fn run(args: Args) -> Outcome {
    let settings = settings()?;
    if args.batch {
        return batch(Ask::Explain, &settings);
    }
    match &args.what[..] {
        [id] if is_id(id) => super::explain_live::run(settings, id, &args),
        what => tags(&args, &settings, &Given::parse(what)?),
    }
}

/// Answers the JSON lines of stdin on stdout. Exit 1 where one is malformed or a tag cannot be read.
pub(super) fn batch(ask: Ask, settings: &Settings) -> Outcome {
    let defaults = block_on(super::defaults(settings, Utc::now()))??;
    let mut from = std::io::BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let mut to = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let done = explain::batch(ask, &mut from, &mut to, settings, defaults)
        .and_then(|done| to.flush().map(|()| done));
    match done {
        Ok(done) => Ok(ExitCode::from(u8::from(
            done.malformed + done.unreadable > 0,
        ))),
        // A reader that has gone away, such as `head`, has what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(format!("the cases could not be read or answered: {error}")),
    }
}

/// The zone in which a time without an offset is read.
pub(super) fn zone(reading: &Reading, defaults: &Defaults) -> Tz {
    let schedule = reading.policy.schedule.as_ref();
    schedule.map_or(defaults.zone, |schedule| schedule.value.zone)
}

/// `2026-11-24T02:00:00Z`, `2026-11-24 02:00` or `2026-11-24`; the latter two on the wall in `zone`.
pub(super) fn instant(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];
    let times = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let date = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    let local = times.or_else(date).ok_or_else(|| {
        format!("--at '{text}' is no time: expected RFC 3339, such as 2026-11-23T19:05:00Z, or 2026-11-24 02:00")
    })?;
    let minutes = local.signed_duration_since(local.date().and_hms_opt(0, 0, 0).unwrap_or(local));
    let minutes = u16::try_from(minutes.num_minutes()).unwrap_or(0);
    wall::instant(zone, local.date(), minutes, wall::Repeat::First)
        .ok_or_else(|| format!("--at '{text}' lies outside the calendar"))
}

/// Explains tags of a machine that need not exist.
fn tags(args: &Args, settings: &Settings, given: &Given) -> Outcome {
    let defaults = block_on(super::defaults(settings, Utc::now()))??;
    let reading = given.read(&args.name, &defaults);
    let now = match &args.at {
        Some(text) => instant(text, zone(&reading, &defaults))?,
        None => args.now.unwrap_or_else(Utc::now),
    };
    let desired = explain::desired(&reading, now);
    let states = match &args.state {
        Some(state) => vec![state.clone()],
        None => vec![State::Running, State::Stopped],
    };
    let judged: Vec<(State, Decision)> = states
        .into_iter()
        .map(|state| {
            let decision = judge(settings, args, &reading, &desired, state.clone(), now);
            (state, decision)
        })
        .collect();
    let text = match (args.json, args.state.is_some()) {
        (true, known) => {
            let unknown = explain::judge(&case(settings, &reading, now).as_case(), false);
            let decision = judged
                .first()
                .filter(|_| known)
                .map_or(&unknown, |(_, one)| one);
            json(&explain::answer(None, &reading, &desired, decision))?
        }
        (false, _) => {
            let mut out = headline(&desired, &reading, &defaults, now);
            for (state, decision) in &judged {
                let _ = writeln!(
                    out,
                    "{:9} {} ({}{}): {}",
                    format!("{state}:"),
                    decision.action,
                    decision.reason,
                    if decision.dry_run { ", dry run" } else { "" },
                    decision.text
                );
            }
            out + &policy(&reading)
        }
    };
    print(&text)?;
    Ok(ExitCode::from(u8::from(!reading.errors.is_empty())))
}

/// What a case is made of, for a machine that need not exist.
struct Imagined<'a> {
    reading: &'a Reading,
    compute: Compute,
    memory: MachineMemory,
    lease: TimeDelta,
    now: DateTime<Utc>,
}

impl Imagined<'_> {
    fn as_case(&self) -> Case<'_> {
        Case {
            reading: self.reading,
            compute: &self.compute,
            jobs: &Jobs::NotAsked,
            evidence: &Evidence::NotAsked,
            beacon: Presence::Absent,
            memory: &self.memory,
            lease: self.lease,
            now: self.now,
        }
    }
}

fn case<'a>(settings: &Settings, reading: &'a Reading, now: DateTime<Utc>) -> Imagined<'a> {
    Imagined {
        reading,
        compute: Compute::imagined(State::Running),
        memory: MachineMemory::default(),
        // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
        lease: TimeDelta::from_std(settings.lease).unwrap_or(TimeDelta::hours(4)),
        now,
    }
}

/// As a sweep would decide that saw the machine before its schedule's last edge, since when nobody has touched it.
fn judge(
    settings: &Settings,
    args: &Args,
    reading: &Reading,
    desired: &Desired,
    state: State,
    now: DateTime<Utc>,
) -> Decision {
    let mut imagined = case(settings, reading, now);
    imagined.compute = Compute {
        name: args.name.clone(),
        ..Compute::imagined(state)
    };
    let before = desired.since.map_or(now, |edge| edge.at) - TimeDelta::days(1);
    remember(&mut imagined.memory, &imagined.compute, before);
    explain::judge(&imagined.as_case(), true)
}

pub(super) fn json(answer: &Answer<'_>) -> Result<String, String> {
    let text = serde_json::to_string_pretty(answer).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

/// `At Mon 23 Nov 19:30 WET: off since …; on from …`.
pub(super) fn headline(
    desired: &Desired,
    reading: &Reading,
    defaults: &Defaults,
    now: DateTime<Utc>,
) -> String {
    let zone = zone(reading, defaults);
    let word = |power| match power {
        Power::On => "on",
        Power::Off => "off",
    };
    let mut out = format!("{}: ", wall::shown(now, zone));
    match desired.power {
        None => out.push_str("the schedule has no opinion"),
        Some(power) => {
            let _ = write!(out, "the schedule wants it {}", word(power));
        }
    }
    if let Some(edge) = desired.since {
        let _ = write!(out, " since {}", wall::shown(edge.at, zone));
    }
    if let Some(edge) = desired.next {
        let _ = write!(
            out,
            ", {} from {}",
            word(edge.power),
            wall::shown(edge.at, zone)
        );
    }
    out + "\n"
}

/// The policy with its layers, and what cannot be read.
pub(super) fn policy(reading: &Reading) -> String {
    let mut out = String::new();
    let parts = Parts(&reading.policy).shown();
    if !parts.is_empty() {
        out.push_str("policy:\n");
    }
    for (name, value, layer) in parts {
        let _ = writeln!(out, "  {name:10} {value} ({layer})");
    }
    for error in &reading.errors {
        let _ = writeln!(out, "{error}");
    }
    out
}

/// What the tags of a live machine say.
pub(super) fn reading(seen: &lamplighter_core::snapshot::Seen, defaults: &Defaults) -> Reading {
    let layers = Layers {
        compute_name: &seen.compute,
        compute: &seen.tags,
        workspace: &seen.workspace_tags,
        resource_group: &seen.resource_group_tags,
    };
    read(&layers, defaults)
}
