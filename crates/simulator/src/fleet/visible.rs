//! What can be seen of work from outside: how Azure's metrics and lists of jobs show it.

use super::chance::Chance;
use serde::{Deserialize, Serialize};

/// What workspace metrics show, and how badly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MetricsSpec {
    pub sees: Sees,
    /// The samples of so many last minutes are not there yet.
    pub late_minutes: u32,
    /// The chance that a minute's sample is missing for good.
    pub gaps: Chance,
    /// False: the batch call is refused, as where the role lacks it.
    pub batch: bool,
}

impl Default for MetricsSpec {
    fn default() -> Self {
        MetricsSpec {
            sees: Sees::default(),
            late_minutes: 3,
            gaps: Chance(0.0),
            batch: true,
        }
    }
}

/// Of what there are samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sees {
    /// Only of Azure's own jobs, as Azure is believed to do.
    #[default]
    Runs,
    /// Of every running instance, whatever loads it.
    #[serde(alias = "machines")]
    Instances,
    Nothing,
}

/// What a job's `computeId` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComputeNamedBy {
    /// The ARM id.
    #[default]
    Id,
    /// The bare name.
    Name,
}
