//! What `demo --scale` prints.

use super::figures::{GRANT, LATENCY_MS, MEMORY_GB, Month, Scale};

pub fn table(seen: &Scale) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
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
    for round in &seen.rounds {
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
        "{} resources in {} workspaces, {} copies of the handler, {LATENCY_MS} ms latency, ARM's throttling on\n{table}\n\
         The largest copy took {} MiB at most. {} resources are not as their schedule wants them.\n",
        seen.resources, seen.workspaces, seen.copies, seen.peak_memory, seen.wrong
    );
    out.push_str(&month(&seen.month, "by the timer alone"));
    out.push_str(&month(&seen.month_large, "one message each"));
    for problem in seen.problems.iter().take(5) {
        out.push_str(&format!("problem: {problem}\n"));
    }
    out
}
