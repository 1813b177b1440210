//! What is planned to happen to virtual machines, by place in the world.

use chrono::NaiveDate;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum VmHappening {
    /// A habit's day is drawn.
    Plan {
        vm: usize,
        habit: usize,
        date: NaiveDate,
    },
    Come {
        vm: usize,
        habit: usize,
        minutes: u32,
    },
    Leave {
        vm: usize,
        session: usize,
    },
    /// Somebody notices that it was stopped under them.
    React {
        vm: usize,
    },
    Settle {
        vm: usize,
        call: crate::kinds::vm::calls::VmCall,
        operation: String,
    },
    Evict {
        vm: usize,
    },
    /// Azure's own auto-shutdown of a date.
    AutoShutdown {
        vm: usize,
        date: NaiveDate,
    },
}
