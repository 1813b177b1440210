//! What is planned to happen to workbenches and container instances, by place in the world.

use crate::kinds::workbench::calls::WorkbenchCall;
use chrono::NaiveDate;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum FoundryHappening {
    /// A habit's day is drawn.
    Plan {
        container: usize,
        habit: usize,
        date: NaiveDate,
    },
    Come {
        container: usize,
        habit: usize,
        minutes: u32,
    },
    Leave {
        container: usize,
        session: usize,
    },
    /// Somebody notices that it was stopped under them.
    React {
        container: usize,
    },
    Settle {
        container: usize,
        call: WorkbenchCall,
        operation: String,
    },
    /// What the world found between two states gets where it was going.
    Rest {
        container: usize,
        turns: u64,
    },
    Idle {
        container: usize,
        epoch: u64,
    },
}
