//! What is asked of an online deployment holds its stop, as a job holds an instance's.

use super::case::Case;
use super::decision::Decision;
use super::evidence::{self, Evidence, Finding, Sum};
use super::idle::idle_rule;
use crate::kinds::Kind;
use crate::record::{Action, Reason};

/// A stop by schedule or hold of a deployment with `lamp-idle`: it waits until nobody has asked anything of it for that
/// long, and asks whether that is so.
pub(super) fn unless_asked(case: &Case<'_>, mut stop: Decision) -> Decision {
    let Some((length, _)) = idle_rule(case) else {
        return stop;
    };
    if Kind::of(case.compute) != Kind::Deployment || stop.action != Action::Stop {
        return stop;
    }
    let Evidence::Asked(findings) = case.evidence else {
        stop.asks_use = Some(length);
        return stop;
    };
    let (reason, why) = match evidence::sum(&Kind::Deployment, findings) {
        Sum::Quiet { from, to } if to - from >= length => return told(stop, findings),
        Sum::Quiet { .. } | Sum::Work(_) => (Reason::AtWork, "requests have come within lamp-idle"),
        Sum::Unknown => (
            Reason::EvidenceUnknown,
            "whether requests come could not be told",
        ),
    };
    let text = format!("{}; waits: {why}", stop.text);
    let cause = stop.cause.unwrap_or(case.now);
    told(Decision::wait(reason, text, cause), findings)
}

fn told(mut decision: Decision, findings: &[Finding]) -> Decision {
    decision
        .evidence
        .extend(findings.iter().map(Finding::to_string));
    decision
}
