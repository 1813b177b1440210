//! What the kinds that scale have in common.

use crate::observe::{Compute, ComputeState};
use crate::schedule::Power;

/// Gives one that is at rest the state that its value means: at its floor or below it is Stopped, above it Running.
///
/// ```
/// use lamplighter_core::kinds::settle;
/// use lamplighter_core::observe::{Compute, ComputeState, Scale};
///
/// let scale = Scale { value: 1, ..Scale::default() };
/// let mut compute = Compute { state: ComputeState::Running, ..Compute::default() };
/// compute.by_kind.scale = Some(scale);
/// settle(&mut compute, 1);
/// assert_eq!(compute.state, ComputeState::Stopped);
/// settle(&mut compute, 0);
/// assert_eq!(compute.state, ComputeState::Running);
/// ```
pub fn settle(compute: &mut Compute, floor: u32) {
    let at_rest = super::power::rest(&compute.state).is_some();
    if let Some(scale) = compute.by_kind.scale.as_ref().filter(|_| at_rest) {
        compute.state = match scale.value > floor {
            true => ComputeState::Running,
            false => ComputeState::Stopped,
        };
    }
}

/// Notes the least that Azure lets one that scales have. A floor below it is raised to it: see [`crate::kinds::reading`].
pub fn with_least(compute: &mut Compute, least: u32) {
    let Some(scale) = &mut compute.by_kind.scale else {
        return;
    };
    scale.least = Some(least);
    if least > 1 {
        compute.by_kind.notes.push(format!(
            "Azure keeps at least {least} of it: a lower lamp-floor is raised to that"
        ));
    }
}

/// The value that an action sets. `floor`: while off; `warm`: what its owner wants while it is on; `parked`: what it was
/// before we changed it. `None`: not known, or not a kind that scales.
pub fn target(
    compute: &Compute,
    power: Power,
    floor: u32,
    warm: Option<u32>,
    parked: Option<u32>,
) -> Option<u32> {
    let scale = compute.by_kind.scale.as_ref()?;
    match power {
        Power::Off => Some(floor),
        // Never more than there may be, nor lower than what somebody has set meanwhile. What would leave it off is none.
        Power::On => {
            let most = scale.most.unwrap_or(u32::MAX);
            let to = warm.or(parked)?.min(most).max(scale.value);
            Some(to).filter(|to| *to > floor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Scale;

    #[test]
    fn a_start_brings_back_what_there_may_be_and_never_less_than_what_is_there() {
        let to = |value, most, warm| {
            let mut compute = Compute::default();
            compute.by_kind.scale = Some(Scale {
                value,
                most,
                ..Scale::default()
            });
            target(&compute, Power::On, 1, warm, Some(5))
        };
        assert_eq!(to(1, Some(3), None), Some(3));
        assert_eq!(to(7, None, Some(4)), Some(7));
        // What would leave it off is no start.
        assert_eq!(to(1, Some(1), None), None);
    }
}
