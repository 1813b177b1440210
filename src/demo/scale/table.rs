//! What `demo --scale` prints.

use super::figures::{GRANT, LATENCY_MS, MEMORY_GB, Month, RoundFigures, Scale};
use comfy_table::{Table, presets};

pub fn table(scale: &Scale) -> String {
    let rounds = rounds(&scale.rounds);
    let mut out = format!(
        "{} resources in {} workspaces, {} copies of the handler, {LATENCY_MS} ms latency, ARM's throttling on\n{rounds}\n\
         The largest copy took {} MiB at most. {} resources are not as their schedule wants them.\n",
        scale.resources, scale.workspaces, scale.copies, scale.peak_memory, scale.wrong
    );
    out.push_str(&month(&scale.month, "by the timer alone"));
    out.push_str(&month(&scale.month_large, "one message each"));
    for problem in scale.problems.iter().take(5) {
        out.push_str(&format!("problem: {problem}\n"));
    }
    out
}

fn rounds(rounds: &[RoundFigures]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "Round",
        "Seconds",
        "Workspaces",
        "Resources",
        "Lists",
        "Finding",
        "Other reads",
        "Actions",
        "429",
    ]);
    for round in rounds {
        let numbers = [
            round.workspaces,
            round.resources,
            round.reads,
            round.finding,
            round.others,
            round.stops,
            round.throttled,
        ];
        let cells = [round.name.to_owned(), format!("{:.1}", round.seconds)];
        table.add_row(
            cells
                .into_iter()
                .chain(numbers.map(|number| number.to_string())),
        );
    }
    table
}

fn month(month: &Month, how: &str) -> String {
    format!(
        "A month of {} workspaces, quiet sweeps every 5 minutes, {how}: {} executions and {:.0} GB-s\n  \
         (a sweep took {:.1} s; instances of {MEMORY_GB} GB; free each month: {} executions and {:.0} GB-s).\n",
        month.workspaces, month.executions, month.gb_seconds, month.round_seconds, GRANT.1, GRANT.0
    )
}
