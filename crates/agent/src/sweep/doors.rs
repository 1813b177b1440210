//! How an owner keeps a resource on that is to be stopped: one sentence for each way that is open here.

use super::decided::Decided;
use super::pass::Pass;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{NoticeDue, Presence, scale_to};
use lamplighter_core::duration;
use lamplighter_core::record::Reason;
use lamplighter_core::schedule::{EdgeKind, Power};
use lamplighter_core::tz::Tz;

/// A hold that is proposed lasts so much longer than the resource would stay on.
const HELD_FOR: TimeDelta = TimeDelta::hours(4);

/// What its owner may do, before the stop or after it.
pub fn to_keep(pass: &Pass<'_>, decided: &Decided, due: &NoticeDue) -> Vec<String> {
    let mut ways = vec![hold(pass, decided, due.stop_at)];
    // A tag that holds it off is above what a person asks for.
    if pass.context.settings.takes_holds() && due.reason != Reason::HoldOff {
        ways.extend(on_it(decided));
        ways.extend(by_queue(pass, decided));
    }
    if due.reason == Reason::Idle {
        ways.push("Any work on it keeps it on, too.".into());
    }
    ways.extend(start(pass, decided, due));
    ways.push(earlier(pass));
    ways
}

fn hold(pass: &Pass<'_>, decided: &Decided, stop_at: DateTime<Utc>) -> String {
    let prefix = &pass.context.settings.defaults.prefix;
    let zone = decided.observed.reading.policy.zone.unwrap_or(Tz::UTC);
    let until = (stop_at + HELD_FOR).with_timezone(&zone);
    format!(
        "To keep it on, give it the tag {prefix}hold with the value: on until {}.",
        until.format("%Y-%m-%d %H:%M")
    )
}

/// On the instance itself, where its beacon hears of it.
fn on_it(decided: &Decided) -> Option<String> {
    let heard = decided.observed.beacon == Presence::Present;
    heard.then(|| "Or run on it, in a terminal: lamplighter keep 2h.".into())
}

/// By a message, where the platform has said that its people may write to the queue.
fn by_queue(pass: &Pass<'_>, decided: &Decided) -> Option<String> {
    let message = serde_json::json!({ "resource": decided.name(), "keep": "2h" });
    let open = pass.context.settings.hold_queue;
    open.then(|| format!("Or put a message on the queue holds: {message}."))
}

/// What a start by hand after the stop means.
fn start(pass: &Pass<'_>, decided: &Decided, due: &NoticeDue) -> Option<String> {
    let then = then(pass, decided, due.reason, due.stop_at)?;
    let by_hand = match decided.observed.compute.by_kind.scale {
        Some(_) => "Or scale it up by hand at any time after that",
        None => "Or start it by hand at any time after the stop",
    };
    Some(format!("{by_hand}: it then {then}."))
}

/// How one that was stopped for this reason is started again, and what that means.
pub fn to_start(pass: &Pass<'_>, decided: &Decided, reason: Reason) -> Option<String> {
    let then = then(pass, decided, reason, pass.options.now)?;
    let (observed, workspace) = (&decided.observed, &pass.target.workspace);
    let (compute, policy) = (&observed.compute, &observed.reading.policy);
    let to = scale_to(compute, policy, &observed.state, Power::On);
    let by_hand = observed
        .resource
        .kind
        .known()?
        .by_hand(workspace, compute, to);
    Some(format!("To start it again, {by_hand}. It then {then}."))
}

/// How one that scales is brought back by hand, where Lamplighter could not.
pub fn to_bring_back(pass: &Pass<'_>, decided: &Decided) -> Option<String> {
    let (observed, workspace) = (&decided.observed, &pass.target.workspace);
    let (compute, policy) = (&observed.compute, &observed.reading.policy);
    compute.by_kind.scale.as_ref()?;
    let kind = observed.resource.kind.known()?;
    let to = scale_to(compute, policy, &observed.state, Power::On);
    let by_hand = kind.by_hand(workspace, compute, to);
    Some(format!("To bring it back by hand, {by_hand}."))
}

/// How long one stays on that is started by hand.
fn then(pass: &Pass<'_>, decided: &Decided, reason: Reason, at: DateTime<Utc>) -> Option<String> {
    let policy = &decided.observed.reading.policy;
    Some(match reason {
        Reason::ScheduleOff | Reason::LeaseEnded => {
            let schedule = policy.schedule.as_ref()?;
            let edge = schedule.value.at(at).since;
            match edge.is_some_and(|edge| edge.kind == EdgeKind::Edge) {
                true => "stays on until its schedule changes again".to_owned(),
                false => {
                    let lease = duration::print(pass.context.settings.lease);
                    format!("stays on for {lease}")
                }
            }
        }
        Reason::HoldOff => "stays on".to_owned(),
        Reason::MaxUptime | Reason::Idle => "begins its time on anew".to_owned(),
        // Where people's own starts are undone, none is of use.
        _ => return None,
    })
}

/// What there is to do about one that is kept on at much cost.
pub fn to_end(pass: &Pass<'_>, decided: &Decided) -> Vec<String> {
    let mut ways = vec!["If nobody needs it, stop it.".to_owned()];
    let tag = decided.observed.reading.policy.hold.is_some();
    if decided.decision.reason == Reason::HoldOn && tag {
        let prefix = &pass.context.settings.defaults.prefix;
        ways.push(format!(
            "Without the tag {prefix}hold, its schedule counts again."
        ));
    }
    ways
}

fn earlier(pass: &Pass<'_>) -> String {
    let prefix = &pass.context.settings.defaults.prefix;
    format!("How long before a stop you are told, the tag {prefix}notice says.")
}
