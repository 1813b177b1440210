//! What Azure's refusal of a start or a stop means: whether it is a failure yet, and what somebody can do about it.

use super::pass::Pass;
use lamplighter_azure::{AzureError, Refusal};
use lamplighter_core::record::{OwnOperation, Refused, ResourceState};

/// The refusals in a row, this one among them; `None` where it is no clear refusal of Azure's, as it never reached Azure
/// or nobody knows what became of it. `before`: the resource's saved state.
pub fn in_a_row(
    pass: &Pass<'_>,
    before: &ResourceState,
    own: &OwnOperation,
    error: &AzureError,
) -> Option<Refused> {
    let demand = (own.power, own.cause);
    let refused = || Refused::again(before.refused.as_ref(), demand, pass.options.now);
    let passing = error.is_transient() || error.is_perhaps_done();
    let answered = error.status().is_some() && !passing;
    answered.then(refused)
}

/// Whether it is a failure. The resource may just be changing: the next sweep reads it again, and only then a refusal in
/// its present state is one.
pub fn is_failure(error: &AzureError, refused: Option<&Refused>) -> bool {
    let first = refused.is_some_and(|refused| refused.times <= 1);
    !(error.is_wrong_state() && first) || Refusal::stands(error)
}

/// What Azure said, how often, and what to do about it.
pub fn why(error: &AzureError, refused: Option<&Refused>) -> String {
    let Some(refused) = refused else {
        return error.to_string();
    };
    let often = match refused.times {
        0 | 1 => String::new(),
        times => {
            let since = refused.since.format("%Y-%m-%d %H:%M UTC");
            format!("; refused {times} times in a row, since {since}")
        }
    };
    let remedy = Refusal::remedy(error);
    format!("{error}{often}; what to do: {remedy}")
}
