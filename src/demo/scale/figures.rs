//! What `demo --scale` measures and promises.

use serde::Serialize;

/// What every call to Azure takes.
pub const LATENCY_MS: u64 = 50;
/// An instance of Flex Consumption as infra/ makes it, in GB.
pub const MEMORY_GB: f64 = 0.5;
/// Flex Consumption's free grant of a month: GB-seconds and executions.
pub const GRANT: (f64, u64) = (100_000.0, 250_000);
/// What is promised of a round, in seconds, and of a copy's memory, in MiB.
pub const LONGEST_ROUND: f64 = 60.0;
pub const MOST_MEMORY: u64 = 64;
/// Workspaces of the fleet whose month is worked out without a queue.
pub const SMALL: u32 = 100;
/// Up to so many workspaces a month stays within the free grant.
pub const FREE: u32 = 1000;

/// One round, as it was measured.
#[derive(Debug, Serialize)]
pub struct RoundFigures {
    pub name: &'static str,
    pub seconds: f64,
    /// Reads of the workspaces' lists of computes, of finding workspaces, and all others (of a compute before it is acted
    /// on, of prices).
    pub reads: u64,
    pub finding: u64,
    pub others: u64,
    pub stops: u64,
    pub throttled: u64,
    /// Invocations of all functions: the timer's, and one for each message.
    pub executions: u64,
    /// Workspaces and resources that passes reported.
    pub workspaces: u64,
    pub resources: u64,
}

/// What a month of quiet sweeps is billed for.
#[derive(Debug, Serialize)]
pub struct Month {
    pub workspaces: u32,
    pub round_seconds: f64,
    /// In one round, the timer's included.
    pub executions_a_round: f64,
    pub executions: u64,
    pub gb_seconds: f64,
}

#[derive(Debug, Serialize)]
pub struct Scale {
    pub workspaces: u32,
    pub resources: u32,
    pub subscriptions: u32,
    pub copies: u32,
    pub rounds: Vec<RoundFigures>,
    /// The largest of the copies, in MiB.
    pub peak_memory: u64,
    /// Resources that are not as their schedule wants them at the end.
    pub wrong: usize,
    /// The month of the large fleet.
    pub month_large: Month,
    pub month: Month,
    pub problems: Vec<String>,
}

impl Scale {
    pub fn is_clean(&self) -> bool {
        let resources = u64::from(self.resources);
        let kept = |(place, round): (usize, &RoundFigures)| {
            let whole = round.resources == resources && round.throttled == 0;
            // One list of each workspace's computes; once a day a second one, which shows whose cores are released.
            let lists = if place == 0 { 2 } else { 1 };
            let asked = round.reads == lists * u64::from(self.workspaces);
            whole && asked && round.seconds <= LONGEST_ROUND
        };
        let small = self.peak_memory <= MOST_MEMORY;
        let right = self.wrong == 0 && self.problems.is_empty();
        let free = self.workspaces > FREE || self.month_large.fits();
        let kept = self.rounds.iter().enumerate().all(kept);
        right && small && kept && free && self.month.fits()
    }
}

impl Month {
    fn fits(&self) -> bool {
        self.gb_seconds <= GRANT.0 && self.executions <= GRANT.1
    }
}
