//! What the process knows of itself.

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

impl Default for Info {
    fn default() -> Info {
        Info {
            sweep_schedule: "0 */5 * * * *".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            started: Utc::now(),
        }
    }
}
