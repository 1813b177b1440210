//! A replay as tables for a terminal.

use super::{Figures, Replay};
use lamplighter_agent::report::{hours, money};
use lamplighter_core::schedule::Power;
use comfy_table::{CellAlignment, Table, presets};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Of the machines left out for one reason, this many are named.
const NAMED: usize = 5;

/// What is asked, a table by machine, one by owner, and what else there is to know.
pub fn table(replay: &Replay) -> String {
    let mut out = format!(
        "{} to {}, asked every {}, the fleet as of {}\n",
        replay.from.format("%Y-%m-%d %H:%M"),
        replay.to.format("%Y-%m-%d %H:%M UTC"),
        length(replay.step_seconds),
        replay.taken_at.format("%Y-%m-%d %H:%M UTC"),
    );
    for (name, value) in &replay.set {
        let value = plain(value);
        match value.as_str() {
            "" => out.push_str(&format!("Taken away from every compute: {name}\n")),
            _ => out.push_str(&format!("Laid over every compute: {name}={value}\n")),
        }
    }
    out.push_str(&format!("{}\n{}\n", by_machine(replay), by_owner(replay)));
    out.push_str(&notes(replay));
    out
}

/// Every stop and start, a line each.
pub fn events(replay: &Replay) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["At (UTC)", "Workspace", "Machine", "Act", "Reason", "Why"]);
    for event in &replay.events {
        let (machine, dry_run) = (&event.machine, event.dry_run);
        table.add_row([
            event.at.format("%a %Y-%m-%d %H:%M").to_string(),
            machine.workspace.clone(),
            name(&machine.compute, dry_run),
            event.action.to_string(),
            event.reason.to_string(),
            plain(&event.text),
        ]);
    }
    format!("{table}\n")
}

fn by_machine(replay: &Replay) -> Table {
    let first = ["Workspace", "Machine", "Owner", "At first"];
    let mut table = framed(&first);
    for played in &replay.machines {
        let at_first = match played.power {
            Power::On => "on",
            Power::Off => "off",
        };
        let machine = &played.machine;
        let cells = [
            machine.workspace.clone(),
            name(&machine.compute, played.dry_run),
            owner(machine.owner.as_deref()),
            at_first.to_string(),
        ];
        table.add_row(cells.into_iter().chain(cells_of(&played.figures)));
    }
    table
}

fn by_owner(replay: &Replay) -> Table {
    let mut table = framed(&["Owner", "Machines"]);
    for sum in &replay.owners {
        let cells = [owner(sum.owner.as_deref()), sum.machines.to_string()];
        table.add_row(cells.into_iter().chain(cells_of(&sum.figures)));
    }
    let total = &replay.total;
    let cells = ["All".to_string(), total.machines.to_string()];
    table.add_row(cells.into_iter().chain(cells_of(&total.figures)));
    table
}

fn framed(first: &[&str]) -> Table {
    const FIGURES: [&str; 5] = ["Stops", "Starts", "Hours on", "Hours off", "Upper bound"];
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(first.iter().chain(&FIGURES));
    for at in first.len()..first.len() + FIGURES.len() {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn cells_of(figures: &Figures) -> [String; 5] {
    let mut worth = amounts(&figures.upper_bound);
    if figures.unpriced_seconds > 0 {
        let unpriced = format!("{} h without a price", hours(figures.unpriced_seconds));
        worth.push(unpriced);
    }
    if worth.is_empty() {
        worth.push("-".into());
    }
    [
        figures.stops.to_string(),
        figures.starts.to_string(),
        hours(figures.on_seconds),
        hours(figures.off_seconds),
        worth.join("\n"),
    ]
}

fn amounts(amounts: &BTreeMap<String, Decimal>) -> Vec<String> {
    let shown = |(currency, amount): (&String, &Decimal)| format!("{} {currency}", money(*amount));
    amounts.iter().map(shown).collect()
}

fn name(compute: &str, dry_run: bool) -> String {
    if dry_run {
        format!("{compute} (dry run)")
    } else {
        compute.to_string()
    }
}

fn owner(owner: Option<&str>) -> String {
    owner.map_or_else(|| "(nobody)".into(), plain)
}

/// A tag's text must not steer a terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

fn length(seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    lamplighter_core::duration::print(std::time::Duration::from_secs(seconds))
}

fn notes(replay: &Replay) -> String {
    let figures = &replay.total.figures;
    let mut out = format!("\n{}\n", replay.note);
    let mut line = |text: String| out.push_str(&format!("{text}\n"));
    line("Hours off: after a stop of ours; what was off before one earns nothing.".into());
    if figures.off_before_seconds > 0 {
        let off = hours(figures.off_before_seconds);
        line(format!(
            "Off at the beginning, until our first start: {off} h."
        ));
    }
    if figures.lit_seconds > 0 {
        let (lit, cost) = (hours(figures.lit_seconds), amounts(&figures.lit).join(", "));
        let cost = if cost.is_empty() {
            "no price known".into()
        } else {
            cost
        };
        line(format!(
            "On by our starts alone, of machines that were off at the beginning: {lit} h, {cost}; \
             not taken off the upper bound."
        ));
    }
    if replay.machines.iter().any(|played| played.dry_run) {
        line("Machines in dry run are played as if their stops and starts were made.".into());
    }
    if replay.ignored_words > 0 {
        line(format!(
            "{} machine(s) were last started or stopped after the beginning; that was ignored.",
            replay.ignored_words
        ));
    }
    let mut why: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for left in &replay.left_out {
        let name = format!("{}/{}", left.machine.workspace, left.machine.compute);
        why.entry(&left.why).or_default().push(name);
    }
    for (why, names) in why {
        let more = names.len().saturating_sub(NAMED);
        let named = names[..names.len() - more].join(", ");
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        line(format!("Left out, {}: {named}{more}", plain(why)));
    }
    for unreadable in &replay.unreadable {
        let left = if unreadable.left_alone {
            " is left as it is"
        } else {
            ""
        };
        let machine = &unreadable.machine;
        line(format!(
            "\n{}/{}{left}:",
            machine.workspace, machine.compute
        ));
        unreadable
            .errors
            .iter()
            .for_each(|error| line(error.to_string()));
    }
    for problem in &replay.problems {
        line(format!("problem: {problem}"));
    }
    out
}
