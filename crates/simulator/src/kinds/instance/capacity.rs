//! A start that finds no capacity in its region.

/// Simulated seconds after which it gives up.
pub(crate) const GIVES_UP_AFTER_SECONDS: i64 = 60;
/// What `lastOperation` then shows as its status.
pub(crate) const STATUS: &str = "StartFailed";
/// Azure's error code.
pub(crate) const CODE: &str = "ComputeInstanceStartFailed";
/// Azure's message.
pub(crate) const MESSAGE: &str =
    "The requested VM size is currently not available in the region: no capacity.";
