//! What `demo --scale` prints.

use super::figures::{GRANT, LATENCY_MS, MEMORY_GB, Month, RoundFigures, Scale};
use lamplighter_agent::table::{Cell, Page, Table};

pub fn page(scale: &Scale) -> Page {
    let before = format!(
        "{} resources in {} workspaces of {} subscriptions, {} copies of the handler, {LATENCY_MS} ms latency, ARM's throttling on\n",
        scale.resources, scale.workspaces, scale.subscriptions, scale.copies
    );
    let after = format!(
        "The largest copy took {} MiB at most. {} resources are not as their schedule wants them.\n{}{}",
        scale.peak_memory,
        scale.wrong,
        month(&scale.month, "by the timer alone"),
        month(&scale.month_large, "by the queue")
    );
    let problems = scale.problems.iter().take(5);
    Page {
        before,
        table: rounds(&scale.rounds),
        after,
        problems: problems
            .map(|problem| format!("problem: {problem}\n"))
            .collect(),
        ..Page::default()
    }
}

fn rounds(rounds: &[RoundFigures]) -> Table {
    let mut table = Table::new([
        "Round",
        "Seconds",
        "Workspaces",
        "Resources",
        "Lists",
        "Finding",
        "Other reads",
        "Actions",
        "429",
        "Executions",
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
            round.executions,
        ];
        let cells = [
            Cell::from(round.name),
            Cell::Number(format!("{:.1}", round.seconds)),
        ];
        let numbers = numbers.map(|number| Cell::Number(number.to_string()));
        table.add(cells.into_iter().chain(numbers));
    }
    table
}

fn month(month: &Month, how: &str) -> String {
    format!(
        "A month of {} workspaces, quiet sweeps every 5 minutes, {how}: {} executions and {:.0} GB-s\n  \
         (a sweep took {:.1} s and {} executions; instances of {MEMORY_GB} GB; free each month: {} executions and {:.0} GB-s).\n",
        month.workspaces,
        month.executions,
        month.gb_seconds,
        month.round_seconds,
        month.executions_a_round,
        GRANT.1,
        GRANT.0
    )
}
