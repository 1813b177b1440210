//! What the types of a fleet file's instance cannot tell: its size is known, its times and schedules are Azure's.

use super::idle_time::{self, IdleTimeError};
use super::schedule::NativeSchedule;
use super::spec::InstanceSpec;
use super::trigger::Trigger;
use super::trigger_reading::TriggerError;

/// What is wrong with an instance of a fleet file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpecError {
    #[error(
        "no built-in size is named \"{size}\" and `prices` has none for it in {location}; expected a size such as \
         Standard_DS3_v2, or give its price, or list it under `unpriced`"
    )]
    UnknownSize { size: String, location: String },
    #[error(transparent)]
    IdleTime(#[from] IdleTimeError),
    #[error("Azure allows at most four schedules per instance")]
    TooManySchedules,
    #[error("expected Start or Stop")]
    ScheduleAction,
    #[error("expected Enabled or Disabled")]
    ScheduleStatus,
    #[error(transparent)]
    Trigger(#[from] TriggerError),
}

/// Azure's own limit.
const MOST_SCHEDULES: usize = 4;

/// Checks an instance in a region; `knows_size` tells whether a VM size has a place in the price list.
///
/// # Errors
/// The first thing that is wrong, with its field as a path from the instance (`schedules[0].cron.expression`).
pub(crate) fn check(
    spec: &InstanceSpec,
    location: &str,
    knows_size: impl Fn(&str) -> bool,
) -> Result<(), (String, SpecError)> {
    if !spec.compute_type.is_attached() && !knows_size(&spec.vm_size) {
        let error = SpecError::UnknownSize {
            size: spec.vm_size.clone(),
            location: location.to_owned(),
        };
        return Err(("vmSize".into(), error));
    }
    if let Some(idle_time) = &spec.idle_time_before_shutdown {
        idle_time::read(idle_time)
            .map_err(|error| ("idleTimeBeforeShutdown".into(), error.into()))?;
    }
    if spec.schedules.len() > MOST_SCHEDULES {
        return Err(("schedules".into(), SpecError::TooManySchedules));
    }
    for (index, schedule) in spec.schedules.iter().enumerate() {
        check_schedule(schedule)
            .map_err(|(field, error)| (format!("schedules[{index}]{field}"), error))?;
    }
    Ok(())
}

/// The field is the end of a path: `.cron.timeZone`.
fn check_schedule(schedule: &NativeSchedule) -> Result<(), (&'static str, SpecError)> {
    if !matches!(schedule.action.as_str(), "Start" | "Stop") {
        return Err((".action", SpecError::ScheduleAction));
    }
    if !matches!(schedule.status.as_str(), "Enabled" | "Disabled") {
        return Err((".status", SpecError::ScheduleStatus));
    }
    Trigger::of(schedule)
        .map(drop)
        .map_err(|error| (error.field, error.into()))
}
