//! What a virtual machine allows in which power.

use super::calls::VmCall;
use super::power::Power;
use super::refusal::VmRefusal;

/// What of a virtual machine decides whether a call is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition<'a> {
    pub name: &'a str,
    pub power: Power,
    pub busy: bool,
    pub ephemeral_os_disk: bool,
}

/// What Azure makes of a call that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Begins,
    /// It is so already.
    NothingToDo,
}

/// Whether Azure accepts a call.
///
/// # Errors
/// Another operation is under way, or the machine does not allow it.
pub(crate) fn allow(call: VmCall, at: Condition<'_>) -> Result<Accepted, VmRefusal> {
    if at.busy {
        return Err(VmRefusal::Concurrent);
    }
    let refused = || VmRefusal::NotAllowed {
        call: call.as_str(),
        name: at.name.to_owned(),
    };
    match (call, at.power) {
        (VmCall::Deallocate, _) if at.ephemeral_os_disk => Err(VmRefusal::Ephemeral),
        (VmCall::PowerOff, Power::Deallocated) => Err(refused()),
        (call, power) if call.leads_to() == power => Ok(Accepted::NothingToDo),
        _ => Ok(Accepted::Begins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_so_stays_so_and_what_cannot_be_is_refused() {
        let of = |power, busy, ephemeral_os_disk| Condition {
            name: "vm",
            power,
            busy,
            ephemeral_os_disk,
        };
        let resting = |power| of(power, false, false);
        for (call, power, expected) in [
            (VmCall::Start, Power::Running, Accepted::NothingToDo),
            (VmCall::Start, Power::Stopped, Accepted::Begins),
            (VmCall::Deallocate, Power::Stopped, Accepted::Begins),
            (
                VmCall::Deallocate,
                Power::Deallocated,
                Accepted::NothingToDo,
            ),
            (VmCall::PowerOff, Power::Running, Accepted::Begins),
        ] {
            assert_eq!(allow(call, resting(power)), Ok(expected), "{call:?}");
        }
        let off = allow(VmCall::PowerOff, resting(Power::Deallocated));
        assert_eq!(off.map_err(|refusal| refusal.status()), Err(409));
        let busy = allow(VmCall::Start, of(Power::Deallocating, true, false));
        assert_eq!(busy, Err(VmRefusal::Concurrent));
        let ephemeral = allow(VmCall::Deallocate, of(Power::Running, false, true));
        assert_eq!(ephemeral, Err(VmRefusal::Ephemeral));
    }
}
