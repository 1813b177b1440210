//! Tells of resources that have been changing their state for too long, with what they cost. It comes after the
//! actions, as it has to ask for prices.

use super::log;
use super::pass::Pass;
use super::price::whole_price;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use crate::report::money;
use lamplighter_core::kinds::ResourceKind;
use lamplighter_core::kinds::workbench::is_not_shown;
use lamplighter_core::record::{PricePerHour, What};
use std::time::Duration;
use tokio::time::Instant;

/// All prices together take no longer than this: without one, what it costs is not told.
const WITHIN: Duration = Duration::from_secs(20);

/// What there is to do, whatever the state.
const REMEDY: &str =
    "what to do: restart, stop or delete it in the studio, and if that fails, ask Azure's support";

/// Logs and records what is to be told today. The saved state says already that it has been.
pub async fn tell(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    let until = pass.deadline.min(Instant::now() + WITHIN);
    let now = pass.options.now;
    let mut records = Vec::new();
    for one in recorded {
        let (observed, decision) = (&one.decided.observed, &one.decided.decision);
        let (Some(text), Some(kind)) = (&decision.stuck, observed.resource.kind.known()) else {
            continue;
        };
        let found = whole_price(pass, &one.decided, until).await;
        let price = found.map(|found| found.price);
        let billed = ResourceKind::billed(kind, &observed.compute.state);
        // What does not show whether it runs may be well: nobody is to end it for that.
        let text = match is_not_shown(&observed.compute.state) {
            true => text.clone(),
            false => format!("{text}; {}; {REMEDY}", costs(price.as_ref(), billed)),
        };
        let resource = &observed.resource;
        log::warning(pass, resource, &text);
        let mut lines = report.tally.lines.iter_mut();
        if let Some(line) = lines.find(|line| line.resource.id == resource.id) {
            line.warning = Some(text.clone());
        }
        let id = format!("stuck:{}:{}", resource.id, now.to_rfc3339());
        records.push(one.decided.record(id, now, What::Warning { text }));
    }
    if pass.options.dry_run {
        return;
    }
    if let Err(error) = append_all(pass, &records).await {
        let problem = format!("a warning's record was not written: {error}");
        report.problems.push(problem);
    }
}

fn costs(price: Option<&PricePerHour>, billed: bool) -> String {
    let costs = if billed { "costs" } else { "may cost" };
    match price {
        Some(price) => {
            let (amount, currency) = (money(price.amount), &price.currency);
            format!("it {costs} {amount} {currency} an hour")
        }
        None => format!("what it {costs} is not known, as its size has no known price"),
    }
}
