//! `lamplighter explain TAG=VALUE…`: a resource that need not exist.

use super::args::Args;
use super::text;
use super::time::{instant, zone};
use crate::cli::given::Given;
use crate::cli::{CliResult, block_on, defaults, lease, print};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::settings::Settings;
use lamplighter_core::decide::{Case, Decision, Evidence, Jobs, Presence, remember};
use lamplighter_core::explain;
use lamplighter_core::kinds::instance::imagined;
use lamplighter_core::observe::{Compute, ComputeState};
use lamplighter_core::policy::Reading;
use lamplighter_core::record::ResourceState;
use lamplighter_core::schedule::Desired;
use std::fmt::Write;
use std::process::ExitCode;

/// Explains tags of a resource that need not exist.
pub fn run(args: &Args, settings: &Settings, given: &Given) -> CliResult {
    let defaults = block_on(defaults(settings, Utc::now()))??;
    let reading = given.read(&args.of, &defaults);
    let now = match &args.at {
        Some(text) => instant(text, zone(&reading, &defaults))?,
        None => args.now.unwrap_or_else(Utc::now),
    };
    let desired = explain::desired(&reading, now);
    let states = match &args.state {
        Some(state) => vec![state.clone()],
        None => vec![ComputeState::Running, ComputeState::Stopped],
    };
    let judged: Vec<(ComputeState, Decision)> = states
        .into_iter()
        .map(|state| {
            let decision = judge(settings, args, &reading, &desired, state.clone(), now);
            (state, decision)
        })
        .collect();
    let answer = match (args.json, args.state.is_some()) {
        (true, known) => {
            let unknown = explain::judge(&case(settings, &reading, now).as_case(), false);
            let decision = judged
                .first()
                .filter(|_| known)
                .map_or(&unknown, |(_, one)| one);
            text::json(&explain::explanation(None, &reading, &desired, decision))?
        }
        (false, _) => {
            let mut out = text::schedule(&desired, &reading, &defaults, now);
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
            out + &text::policy(&reading) + &text::time_zones()
        }
    };
    print(&answer)?;
    Ok(ExitCode::from(u8::from(!reading.errors.is_empty())))
}

/// What a case is made of, for a resource that need not exist.
struct Imagined<'a> {
    reading: &'a Reading,
    compute: Compute,
    saved_state: ResourceState,
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
            saved_state: &self.saved_state,
            lease: self.lease,
            start_ahead: TimeDelta::zero(),
            notice_required: TimeDelta::zero(),
            now: self.now,
        }
    }
}

fn case<'a>(settings: &Settings, reading: &'a Reading, now: DateTime<Utc>) -> Imagined<'a> {
    Imagined {
        reading,
        compute: imagined(ComputeState::Running),
        saved_state: ResourceState::default(),
        lease: lease(settings),
        now,
    }
}

/// As a sweep would decide that saw the resource before its schedule's last edge, since when nobody has touched it.
fn judge(
    settings: &Settings,
    args: &Args,
    reading: &Reading,
    desired: &Desired,
    state: ComputeState,
    now: DateTime<Utc>,
) -> Decision {
    let mut nobodys = case(settings, reading, now);
    nobodys.compute = Compute {
        name: args.of.name.clone(),
        ..imagined(state)
    };
    let before = desired.since.map_or(now, |edge| edge.at) - TimeDelta::days(1);
    remember(&mut nobodys.saved_state, &nobodys.compute, before);
    explain::judge(&nobodys.as_case(), true)
}
