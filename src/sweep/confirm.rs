//! One more look at a machine, just before it is claimed.

use super::act::claim;
use super::intervals;
use super::look::Look;
use super::summary::Report;
use super::workspace::Pass;
use crate::decide::Reason;
use chrono::{DateTime, Utc};

/// Looks once more at each machine that is to be acted on, as a person may have been quicker, and claims it.
pub async fn confirm_and_claim(
    pass: &Pass<'_>,
    looks: &mut [Look],
    last_swept: Option<DateTime<Utc>>,
    report: &mut Report,
) {
    let due: Vec<&mut Look> = looks
        .iter_mut()
        .filter(|look| look.act_due().is_some())
        .collect();
    let confirmed = due.into_iter().map(|look| async move {
        if !pass.place.tags_known {
            look.hold_back(
                Reason::TagsUnknown,
                "its resource group's tags could not be read",
            );
            return (None, None);
        }
        match pass
            .context
            .arm
            .compute(&pass.place.workspace, &look.compute.name, pass.deadline)
            .await
        {
            Ok(compute) => {
                look.refresh(compute);
                intervals::settle(look, last_swept, pass.options.now);
                if look.act_due().is_some() {
                    claim(pass, look);
                }
                (None, None)
            }
            Err(error) if error.is_not_found() => {
                look.hold_back(Reason::NotConfirmed, "it was deleted meanwhile");
                (None, None)
            }
            Err(error) if error.is_deadline() => {
                look.hold_back(Reason::NotConfirmed, "the sweep's deadline has passed");
                (
                    Some(format!(
                        "{}/{}",
                        pass.place.workspace.name, look.compute.name
                    )),
                    None,
                )
            }
            Err(error) => {
                look.hold_back(Reason::NotConfirmed, "it could not be read a second time");
                (
                    None,
                    Some(format!(
                        "{}/{}: not acted on: {error}",
                        pass.place.workspace.name, look.compute.name
                    )),
                )
            }
        }
    });
    let results = super::all(confirmed.collect(), pass.context.settings.concurrency).await;
    for (unreached, problem) in results {
        report.not_reached.extend(unreached);
        report.problems.extend(problem);
    }
}
