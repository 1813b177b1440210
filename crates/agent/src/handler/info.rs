//! What the process knows of itself.

use crate::settings::SweepSchedule;
use chrono::{DateTime, Utc};

/// What `/api/health` tells of this process apart from its sweeps.
#[derive(Clone, Debug)]
pub struct Info {
    /// The timer's cadence: six fields, seconds first, UTC.
    pub sweep_schedule: String,
    /// Of this program.
    pub version: String,
    /// When this process began to serve, UTC.
    pub started: DateTime<Utc>,
}

impl Info {
    /// Logs what the host makes of the timetable that its writer may not have meant.
    pub(super) fn warn(&self) {
        let read = SweepSchedule::read(&self.sweep_schedule).ok();
        for warning in read.iter().flat_map(SweepSchedule::warnings) {
            tracing::warn!("SWEEP_SCHEDULE: {warning}");
        }
    }
}

impl Default for Info {
    fn default() -> Info {
        Info {
            sweep_schedule: "0 */5 * * * *".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            started: Utc::now(),
        }
    }
}
