//! A start that finds no capacity in its region, or no quota for its cores.

/// Simulated seconds after which it gives up.
pub(crate) const GIVES_UP_AFTER_SECONDS: i64 = 60;
/// What `lastOperation` then shows as its status.
pub(crate) const STATUS: &str = "StartFailed";
/// Azure's error code.
pub(crate) const CODE: &str = "ComputeInstanceStartFailed";
/// Azure's message.
pub(crate) const MESSAGE: &str =
    "The requested VM size is currently not available in the region: no capacity.";
/// The same of an instance whose cores somebody else has taken meanwhile. Azure's own words for it are not known.
pub(crate) const NO_QUOTA: &str =
    "The start exceeds the approved quota of cores of this VM family in the region.";
/// The api-version that shows which instances give their cores up.
pub(crate) const SHOWN_BY: &str = "2026-09-15-preview";
