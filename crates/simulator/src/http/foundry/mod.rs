//! Microsoft Foundry: accounts, projects, workbenches, computes, managed compute deployments, and operations on them; as
//! each of four api-versions shows them.

mod body;
mod calls;
mod containers;
mod lookup;
mod read;
mod rows;

pub(super) use calls::FoundryCall;
pub(super) use lookup::{account_of, project_of};
pub(super) use rows::{Listed, listed, rows};

use super::answer::{Answer, error};
use super::call::Call;
use super::stage::Stage;
use crate::kinds::foundry::version::Version;

/// Answers one of these calls.
pub(super) fn answer(
    wanted: FoundryCall,
    call: &Call,
    stage: &mut Stage,
) -> Result<Answer, Answer> {
    let version = version_of(wanted, call, stage)?;
    match wanted {
        FoundryCall::Accounts => read::accounts(call, stage),
        FoundryCall::Account => read::account(call, stage),
        FoundryCall::Projects => read::projects(call, stage),
        FoundryCall::Project => read::project(call, stage),
        FoundryCall::Workbenches => read::workbenches(call, stage, version),
        FoundryCall::Workbench => read::workbench(call, stage, version),
        FoundryCall::Computes => read::computes(call, stage, version),
        FoundryCall::Compute => read::compute(call, stage, version),
        FoundryCall::Deployments => read::deployments(call, stage),
        FoundryCall::Deployment => read::deployment(call, stage),
        FoundryCall::AskWorkbench(asked) => containers::ask_workbench(asked, call, stage),
        FoundryCall::AskCompute(asked) => containers::ask_compute(asked, call, stage),
        FoundryCall::Operation => containers::operation(call, stage),
    }
}

/// The api-version of a call.
///
/// # Errors
/// 400 for one that is not registered for the type, or that looks like none.
fn version_of(wanted: FoundryCall, call: &Call, stage: &Stage) -> Result<Version, Answer> {
    let asked = call.query("api-version").unwrap_or_default();
    if let Some(version) = Version::of(asked) {
        return Ok(version);
    }
    let supported = Version::NAMES.join(", ");
    if !is_a_date(asked) {
        return Err(error(
            400,
            "InvalidApiVersionParameter",
            format!(
                "The api-version '{asked}' is invalid. The supported versions are '{supported}'."
            ),
        ));
    }
    let location = lookup::location_of(call, &stage.world);
    Err(error(
        400,
        "NoRegisteredProviderFound",
        format!(
            "No registered resource provider found for location '{location}' and API version '{asked}' for type \
             '{}'. The supported api-versions are '{supported}'. The supported locations are '{location}'.",
            wanted.resource_type()
        ),
    ))
}

/// Whether a text begins as api-versions do, `2026-09-15`.
fn is_a_date(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    let form = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    date.len() == 10 && date.bytes().enumerate().all(form)
}
