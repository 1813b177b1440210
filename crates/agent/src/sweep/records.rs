//! What a look leaves in the ledger beside acts and intervals: decisions and states that have changed, warnings.

use super::look::Look;
use super::workspace::Pass;
use lamplighter_core::decide::{self, Reason};
use lamplighter_core::record::{Record, What};

/// Writes down that something about the machine does not work as it should.
pub fn warning(pass: &Pass<'_>, look: &mut Look) {
    let Some(text) = look.decision.warning.clone() else {
        return;
    };
    let now = pass.options.now;
    look.memory.warned_at = Some(now);
    let id = format!("warning:{}:{}", look.machine.id, now.to_rfc3339());
    let warning = look.record(id, now, What::Warning { text });
    look.records.push(warning);
}

/// Writes down what the machine is seen to be, where that has changed.
pub fn seen(pass: &Pass<'_>, look: &mut Look) {
    let now = pass.options.now;
    let seen = decide::seen(&look.compute, &look.reading.policy, &look.memory, now);
    let Some(seen) = seen.filter(|seen| look.memory.seen.as_ref() != Some(seen)) else {
        return;
    };
    look.memory.seen = Some(seen.clone());
    let id = format!("seen:{}:{}", look.machine.id, now.to_rfc3339());
    let record = look.record(id, now, What::Seen { seen });
    look.records.push(record);
}

/// The record of a decision that differs from the one written before.
pub fn decision(pass: &Pass<'_>, look: &mut Look) -> Option<Record> {
    let decision = &look.decision;
    // What passes by itself within a sweep or two is no news; neither is a kind that we never act on.
    if matches!(
        decision.reason,
        Reason::InTransition | Reason::ActUnderWay | Reason::NotAnInstance
    ) {
        return None;
    }
    let tags: Vec<&str> = look
        .reading
        .errors
        .iter()
        .map(|error| error.value.as_str())
        .collect();
    let mut saying = format!(
        "{:?} {} {}",
        decision.action,
        decision.reason,
        tags.join(" ")
    );
    if !tags.is_empty() {
        // Said anew each month: reports look back no further than a few, and it stands in them until it is mended.
        saying.push_str(&pass.options.now.format(" %Y-%m").to_string());
    }
    if look.memory.said.as_deref() == Some(saying.as_str()) {
        return None;
    }
    let what = What::Decision {
        action: decision.action,
        reason: decision.reason,
        text: decision.text.clone(),
        dry_run: decision.dry_run,
        evidence: decision.evidence.clone(),
        errors: look.reading.errors.clone(),
    };
    let at = pass.options.now;
    let record = look.record(
        format!("decision:{}:{}", look.machine.id, at.to_rfc3339()),
        at,
        what,
    );
    look.memory.said = Some(saying);
    Some(record)
}
