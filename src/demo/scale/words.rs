//! `demo --scale` in words.

use super::{GRANT, LATENCY_MS, MEMORY_GB, Month, Scale};

pub fn words(seen: &Scale) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "Round",
        "Seconds",
        "Workspaces",
        "Machines",
        "Lists",
        "Finding",
        "Other reads",
        "Acts",
        "429",
    ]);
    for round in &seen.rounds {
        let numbers = [
            round.workspaces,
            round.machines,
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
    let month = |month: &Month, how: &str| {
        format!(
            "A month of {} workspaces, quiet sweeps every 5 minutes, {how}: {} executions and {:.0} GB-s\n  \
             (a sweep took {:.1} s; instances of {MEMORY_GB} GB; free each month: {} executions and {:.0} GB-s).\n",
            month.workspaces,
            month.executions,
            month.gb_seconds,
            month.round_seconds,
            GRANT.1,
            GRANT.0
        )
    };
    let mut out = format!(
        "{} machines in {} workspaces, {} copies of the handler, {LATENCY_MS} ms latency, ARM's throttling on\n{table}\n\
         The largest copy had {} MiB at most. {} machines are not as their schedule wants them.\n",
        seen.machines, seen.workspaces, seen.copies, seen.peak_memory, seen.wrong
    );
    out.push_str(&month(&seen.month, "by the timer alone"));
    out.push_str(&month(&seen.month_large, "one message each"));
    for problem in seen.problems.iter().take(5) {
        out.push_str(&format!("problem: {problem}\n"));
    }
    out
}
