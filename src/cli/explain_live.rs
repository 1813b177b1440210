//! `lamplighter explain` of a machine in Azure: read, and nothing else.

use super::explain::{Args, headline, instant, json, policy, reading, zone};
use super::{Outcome, block_on, print};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use lamplighter_core::decide::{
    Act, Action, Case, Decision, Evidence, Finding, Outcome as Ending, Presence, Reason, Word,
    decide, remember,
};
use lamplighter_core::explain;
use lamplighter_agent::ledger::Ledger;
use lamplighter_core::record::{Record, What};
use lamplighter_core::policy::{Idle, Limits, Reading};
use lamplighter_core::replay::{Standing, stand};
use lamplighter_core::schedule::{Power, wall};
use lamplighter_agent::settings::Settings;
use lamplighter_core::snapshot::{self, Scope, Seen};
use lamplighter_agent::sweep::Context;
use std::fmt::Write;
use std::process::ExitCode;

/// A look ahead is played at this pace, as a sweep's.
const STEP: TimeDelta = TimeDelta::minutes(5);
/// The ledger is asked for what was decided this long before an instant of the past: decisions are written when they
/// change.
const BACK: TimeDelta = TimeDelta::days(14);
/// No look goes further ahead.
const AHEAD: TimeDelta = TimeDelta::days(366);

pub fn run(settings: Settings, id: &str, args: &Args) -> Outcome {
    let now = args.now.unwrap_or_else(Utc::now);
    let found = block_on(look(settings, id, args.at.as_deref(), now))??;
    let reading = &found.reading;
    let desired = explain::desired(reading, found.at);
    let text = match args.json {
        true => json(&explain::answer(
            Some(&found.seen.id),
            reading,
            &desired,
            &found.decision,
        ))?,
        false => {
            let defaults = &found.context.settings.defaults;
            let mut out = format!("{}\n", found.seen.id);
            out.push_str(&headline(&desired, reading, defaults, found.at));
            found.tell(&mut out, zone(reading, defaults));
            out + &policy(reading)
        }
    };
    print(&text)?;
    for problem in &found.problems {
        eprintln!("lamplighter: {problem}");
    }
    let unread = !reading.errors.is_empty() || !found.problems.is_empty();
    Ok(ExitCode::from(u8::from(unread)))
}

/// A machine at an instant.
struct Found {
    context: Context,
    seen: Seen,
    reading: Reading,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
    decision: Decision,
    /// Where `at` is not now.
    standing: Option<Standing>,
    /// What the ledger says was decided by then; only of the past.
    recorded: Option<Record>,
    problems: Vec<String>,
}

async fn look(
    settings: Settings,
    id: &str,
    at: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Found, String> {
    let context = Context::open_to_read(settings).await?;
    let (context, mut problems) = context.with_calendars(now).await;
    let scope = Scope::Compute(id.to_string());
    let taken = snapshot::take(&context, now, &scope).await;
    let taken = taken.map_err(|error| error.to_string())?;
    problems.extend(taken.problems);
    let seen = taken.machines.into_iter().next();
    let seen = seen.ok_or_else(|| format!("{id} was not seen"))?;
    let reading = reading(&seen, &context.settings.defaults);
    let at = match at {
        Some(text) => instant(text, zone(&reading, &context.settings.defaults))?,
        None => now,
    };
    if at > now + AHEAD {
        return Err(format!("--at is more than {} days ahead", AHEAD.num_days()));
    }
    let (mut decision, standing) = decided(&context, &seen, &reading, now, at);
    if decision.asks_evidence
        && standing.is_none()
        && let Some(idle) = idle_rule(&reading)
    {
        let findings = snapshot::work(&context, &seen, idle, now).await;
        let lease = lease(&context);
        decision = held_back(&seen, judge(&seen, &reading, at, lease, Some(findings)));
    }
    observed(&context, &seen, &mut decision);
    let recorded = match at < now {
        true => recorded(&context.ledger, &seen.id, at).await?,
        false => None,
    };
    Ok(Found {
        context,
        seen,
        reading,
        now,
        at,
        decision,
        standing,
        recorded,
        problems,
    })
}

/// Says so where the platform keeps Lamplighter from acting on this machine.
fn observed(context: &Context, seen: &Seen, decision: &mut Decision) {
    let safety = &context.settings.safety;
    let subscription = seen.id.split('/').nth(2).unwrap_or_default();
    if !safety.acts_in(subscription) {
        decision.dry_run = true;
        decision.evidence.push(match safety.observe {
            true => "LAMPLIGHTER_MODE=observe: nothing is acted on".to_owned(),
            false => "ACT_IN does not name its subscription: nothing is acted on".to_owned(),
        });
    }
}

/// What is decided at `at`, and where that is not now, how the machine stands then.
fn decided(
    context: &Context,
    seen: &Seen,
    reading: &Reading,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
) -> (Decision, Option<Standing>) {
    let lease = lease(context);
    let standing = match at == now {
        true => None,
        false => stand(seen, reading, now, at, (STEP, lease)),
    };
    let decision = match &standing {
        Some(standing) => standing.decision.clone(),
        None => judge(seen, reading, at, lease, None),
    };
    (held_back(seen, decision), standing)
}

fn lease(context: &Context) -> TimeDelta {
    // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
    TimeDelta::from_std(context.settings.lease).unwrap_or(TimeDelta::hours(4))
}

/// `lamp-idle`, where it is a length of time.
fn idle_rule(reading: &Reading) -> Option<(TimeDelta, Limits)> {
    match reading.policy.idle.as_ref()?.value {
        Idle::Off => None,
        Idle::After { length, limits } => Some((TimeDelta::from_std(length).ok()?, limits)),
    }
}

/// As in a sweep: what an unread layer may say is not known.
fn held_back(seen: &Seen, decision: Decision) -> Decision {
    let acts = matches!(decision.action, Action::Stop | Action::Start) && !decision.dry_run;
    match acts && !seen.tags_known {
        true => decision.held_back(
            Reason::TagsUnknown,
            "its resource group's tags could not be read",
        ),
        false => decision,
    }
}

/// As a sweep decides that sees the machine now.
fn judge(
    seen: &Seen,
    reading: &Reading,
    now: DateTime<Utc>,
    lease: TimeDelta,
    findings: Option<Vec<Finding>>,
) -> Decision {
    let (compute, mut memory) = (seen.compute(), seen.memory());
    remember(&mut memory, &compute, now);
    if let Some(findings) = &findings {
        memory.evidence.take_in(findings);
    }
    decide(&Case {
        reading,
        compute: &compute,
        jobs: &seen.jobs(),
        evidence: &findings.map_or(Evidence::NotAsked, Evidence::Asked),
        beacon: Presence::Absent,
        memory: &memory,
        lease,
        now,
    })
}

/// The decision that was in force at `at`, as the ledger has it.
async fn recorded(ledger: &Ledger, id: &str, at: DateTime<Utc>) -> Result<Option<Record>, String> {
    let id = id.to_lowercase();
    let read = ledger
        .records::<Record>(at - BACK, at + TimeDelta::seconds(1))
        .await
        .map_err(|error| error.to_string())?;
    let mut decisions = read.records.into_iter().filter(|record| {
        let here = record
            .machine
            .as_ref()
            .is_some_and(|machine| machine.id == id);
        here && matches!(record.what, What::Decision { .. })
    });
    Ok(decisions.next_back())
}

fn state_word(power: Power) -> &'static str {
    match power {
        Power::On => "on",
        Power::Off => "off",
    }
}

impl Found {
    fn tell(&self, out: &mut String, zone: Tz) {
        let shown = |at| wall::shown(at, zone);
        self.tell_state(out);
        let decision = &self.decision;
        let dry = if decision.dry_run { ", dry run" } else { "" };
        let _ = writeln!(
            out,
            "decision: {} ({}{dry}): {}",
            decision.action, decision.reason, decision.text
        );
        for evidence in &decision.evidence {
            let _ = writeln!(out, "evidence: {evidence}");
        }
        if let Some(warning) = &decision.warning {
            let _ = writeln!(out, "warning: {warning}");
        }
        if let Some(to) = decision.timer {
            let to = lamplighter_core::duration::print(to);
            let _ = writeln!(
                out,
                "Azure's idle timer: to be set to {to} by the next sweep"
            );
        }
        if let Some(Record {
            at,
            what:
                What::Decision {
                    action,
                    reason,
                    text,
                    ..
                },
            ..
        }) = &self.recorded
        {
            let _ = writeln!(
                out,
                "in the ledger, since {}: {action} ({reason}): {text}",
                shown(*at)
            );
        } else if self.at < self.now {
            let days = BACK.num_days();
            let _ = writeln!(
                out,
                "in the ledger: no decision about it in the {days} days before"
            );
        }
        self.tell_last(out, zone);
        if let Some(next) = decision.next {
            let what = next.desired.map_or("the schedule says anew", state_word);
            let _ = writeln!(out, "next change: {what} at {}", shown(next.at));
        }
    }

    fn tell_state(&self, out: &mut String) {
        let _ = match &self.standing {
            None => writeln!(out, "state: {}", self.seen.state),
            Some(standing) if self.at > self.now => writeln!(
                out,
                "state then: {}, if nobody touches it until then (now {})",
                state_word(standing.power),
                self.seen.state
            ),
            Some(standing) => writeln!(
                out,
                "state then: {}, by what is known now of its starts and stops",
                state_word(standing.power)
            ),
        };
    }

    /// Who had a word last, and what we did last.
    fn tell_last(&self, out: &mut String, zone: Tz) {
        let word = match &self.standing {
            Some(standing) => standing.word.as_ref(),
            None => self.seen.word.as_ref(),
        };
        let _ = match word {
            Some(word) => writeln!(out, "last word: {}", word_shown(word, zone)),
            None => writeln!(out, "last word: none known"),
        };
        let mut acts = self.seen.own_acts.iter().map(|act| act.act());
        if let Some(act) = acts.rfind(|act| act.requested_at <= self.at) {
            let _ = writeln!(out, "our last act: {}", act_shown(&act, zone));
        }
    }
}

fn word_shown(word: &Word, zone: Tz) -> String {
    let by = word.trigger.as_deref();
    let by = by
        .map(|by| format!(", triggered by {by}"))
        .unwrap_or_default();
    format!("{} at {}{by}", word.operation, wall::shown(word.at, zone))
}

fn act_shown(act: &Act, zone: Tz) -> String {
    let verb = match act.power {
        Power::On => "start",
        Power::Off => "stop",
    };
    let how = match act.ended.as_ref().map(|ended| ended.how) {
        Some(Ending::Settled) => "settled",
        Some(Ending::Failed) => "failed",
        Some(Ending::Overtaken) => "overtaken by somebody else",
        None => "not settled yet",
    };
    format!(
        "{verb} ({}) asked for at {}, {how}",
        act.reason,
        wall::shown(act.requested_at, zone)
    )
}
