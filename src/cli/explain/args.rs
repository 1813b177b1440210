//! The arguments of `lamplighter explain`.

use crate::cli::given::Of;
use crate::cli::instant;
use chrono::{DateTime, Utc};
use lamplighter_core::observe::ComputeState;

#[derive(clap::Args)]
pub struct Args {
    /// A compute, by its name where that is unique, as workspace/compute, or by its ARM id; or tags such as 'lamp-schedule=Mon-Fri 08:00-19:00' (of the layers above:
    /// endpoint:name=value, workspace:name=value, group:name=value)
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    pub what: Vec<String>,
    /// Read cases as JSON lines from stdin, and write one JSON line for each
    #[arg(long)]
    pub batch: bool,
    /// Any instant, past or future, instead of now: RFC 3339, or a date and a time in the schedule's zone
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// What counts as now (RFC 3339): for a simulator whose clock runs elsewhere
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub now: Option<DateTime<Utc>>,
    #[command(flatten)]
    pub of: Of,
    /// The compute's state, where tags are given, such as Running; without it both states at rest are answered
    #[arg(long)]
    pub state: Option<ComputeState>,
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}
