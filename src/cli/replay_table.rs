//! A replay as tables for a terminal.

use lamplighter_agent::report::{hours, money};
use lamplighter_agent::table::{Cell, Page, Table};
use lamplighter_core::replay::{Figures, Played, Replay};
use lamplighter_core::schedule::Power;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Of the resources left out for one reason, this many are named.
const NAMED: usize = 5;

/// The question, a table by resource, one by owner, and what else there is to know.
pub fn page(replay: &Replay, most: Option<usize>) -> Page {
    let mut before = format!(
        "{} to {}, asked every {}, the fleet as of {}\n",
        replay.from.format("%Y-%m-%d %H:%M"),
        replay.to.format("%Y-%m-%d %H:%M UTC"),
        length(replay.step_seconds),
        replay.taken_at.format("%Y-%m-%d %H:%M UTC"),
    );
    for (name, value) in &replay.set {
        let value = plain(value);
        match value.as_str() {
            "" => before.push_str(&format!("Taken away from every compute: {name}\n")),
            _ => before.push_str(&format!("Laid over every compute: {name}={value}\n")),
        }
    }
    Page {
        before,
        table: by_resource(replay),
        after: by_owner(replay).drawn(most) + &notes(replay),
        problems: problems(replay),
        end: String::new(),
    }
}

/// Every stop and start, a line each.
pub fn events(replay: &Replay) -> Table {
    let mut table = Table::new([
        "At (UTC)",
        "Workspace",
        "Resource",
        "Action",
        "Reason",
        "Why",
    ]);
    for event in &replay.events {
        let (resource, dry_run) = (&event.resource, event.dry_run);
        table.add([
            event.at.format("%a %Y-%m-%d %H:%M").to_string(),
            resource.workspace.clone(),
            name(&resource.name, dry_run),
            event.action.to_string(),
            event.reason.to_string(),
            plain(&event.text),
        ]);
    }
    table
}

const RESOURCE: [&str; 4] = ["Workspace", "Resource", "Owner", "At first"];

fn by_resource(replay: &Replay) -> Table {
    let mut table = figures_after(&RESOURCE);
    for played in &replay.resources {
        table.add(
            resource(played)
                .into_iter()
                .chain(cells_of(&played.figures)),
        );
    }
    table
}

/// The resources for another program: each figure in a cell of its own.
pub fn rows(replay: &Replay) -> Table {
    const MORE: [&str; 2] = ["Currency", "Hours without price"];
    let headings = RESOURCE.into_iter().chain(FIGURES).chain(MORE);
    let mut table = Table::new(headings);
    for played in &replay.resources {
        for cells in plain_cells(&played.figures) {
            table.add(resource(played).into_iter().chain(cells));
        }
    }
    table
}

fn resource(played: &Played) -> [Cell; 4] {
    let at_first = match played.power {
        Power::On => "on",
        Power::Off => "off",
    };
    let resource = &played.resource;
    [
        Cell::from(&resource.workspace),
        Cell::from(name(&resource.name, played.dry_run)),
        Cell::from(owner(resource.owner.as_deref())),
        Cell::from(at_first),
    ]
}

/// One row's cells; of a second currency a row of its own, in which all but the amount is 0, so that sums stay right.
fn plain_cells(figures: &Figures) -> Vec<[Cell; 7]> {
    let none = (Cell::from(""), Cell::from(""));
    let amount =
        |(currency, amount): (&String, &Decimal)| (Cell::Money(*amount), Cell::from(currency));
    let mut amounts: Vec<(Cell, Cell)> = figures.upper_bound.iter().map(amount).collect();
    if amounts.is_empty() {
        amounts.push(none);
    }
    let row = |(index, (amount, currency)): (usize, (Cell, Cell))| {
        let first = index == 0;
        let count = |count: usize| Cell::Count(if first { count } else { 0 });
        let time = |seconds: i64| Cell::Seconds(if first { seconds } else { 0 });
        [
            count(figures.stops),
            count(figures.starts),
            time(figures.on_seconds),
            time(figures.off_seconds),
            amount,
            currency,
            time(figures.unpriced_seconds),
        ]
    };
    amounts.into_iter().enumerate().map(row).collect()
}

fn by_owner(replay: &Replay) -> Table {
    let mut table = figures_after(&["Owner", "Resources"]);
    for sum in &replay.owners {
        let cells = [
            Cell::from(owner(sum.owner.as_deref())),
            Cell::Count(sum.resources),
        ];
        table.add(cells.into_iter().chain(cells_of(&sum.figures)));
    }
    let total = &replay.total;
    let cells = [Cell::from("All"), Cell::Count(total.resources)];
    table.add(cells.into_iter().chain(cells_of(&total.figures)));
    table
}

const FIGURES: [&str; 5] = ["Stops", "Starts", "Hours on", "Hours off", "Upper bound"];

fn figures_after(first: &[&'static str]) -> Table {
    Table::new(first.iter().copied().chain(FIGURES))
}

fn cells_of(figures: &Figures) -> [Cell; 5] {
    let mut worth = amounts(&figures.upper_bound);
    if figures.unpriced_seconds > 0 {
        let unpriced = format!("{} h without a price", hours(figures.unpriced_seconds));
        worth.push(unpriced);
    }
    if worth.is_empty() {
        worth.push("-".into());
    }
    [
        Cell::Count(figures.stops),
        Cell::Count(figures.starts),
        Cell::Seconds(figures.on_seconds),
        Cell::Seconds(figures.off_seconds),
        Cell::Number(worth.join("\n")),
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
    let mut out = format!("\n{}\n", replay.note);
    let lines = on_the_figures(replay).into_iter();
    let lines = lines.chain(left_out(replay));
    lines.for_each(|line| out.push_str(&format!("{line}\n")));
    out
}

/// What could not be read.
fn problems(replay: &Replay) -> String {
    let problems = replay.problems.iter();
    let problems = problems.map(|problem| format!("problem: {problem}"));
    let lines = unreadable(replay).into_iter().chain(problems);
    lines.map(|line| line + "\n").collect()
}

/// What the tables' figures hold and leave out.
fn on_the_figures(replay: &Replay) -> Vec<String> {
    let figures = &replay.total.figures;
    let mut lines = vec![
        "Hours off: after a stop by Lamplighter; what was off before one earns nothing.".into(),
    ];
    if figures.off_before_seconds > 0 {
        let off = hours(figures.off_before_seconds);
        lines.push(format!(
            "Off at the beginning, until the first start: {off} h."
        ));
    }
    if figures.on_by_start_seconds > 0 {
        let on = hours(figures.on_by_start_seconds);
        let known = amounts(&figures.on_by_start).join(", ");
        let cost = match known.is_empty() {
            true => "no price known",
            false => &known,
        };
        lines.push(format!(
            "On by Lamplighter's starts alone, of resources that were off at the beginning: {on} h, {cost}; \
             not taken off the upper bound."
        ));
    }
    if replay.resources.iter().any(|played| played.dry_run) {
        lines
            .push("Resources in dry run are played as if their stops and starts were made.".into());
    }
    if replay.ignored_overrides > 0 {
        lines.push(format!(
            "{} resource(s) were last started or stopped after the beginning; that was ignored.",
            replay.ignored_overrides
        ));
    }
    lines
}

/// A line for each reason for which resources are left out.
fn left_out(replay: &Replay) -> Vec<String> {
    let mut why: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for left in &replay.left_out {
        let name = format!("{}/{}", left.resource.workspace, left.resource.name);
        why.entry(&left.why).or_default().push(name);
    }
    let line = |(why, names): (&str, Vec<String>)| {
        let more = names.len().saturating_sub(NAMED);
        let named = names[..names.len() - more].join(", ");
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("Left out, {}: {named}{more}", plain(why))
    };
    why.into_iter().map(line).collect()
}

/// The resources with tags that cannot be read, each with its errors.
fn unreadable(replay: &Replay) -> Vec<String> {
    let lines = replay.unreadable.iter().flat_map(|unreadable| {
        let left = if unreadable.left_alone {
            " is left as it is"
        } else {
            ""
        };
        let resource = &unreadable.resource;
        let head = format!("\n{}/{}{left}:", resource.workspace, resource.name);
        let errors = unreadable.errors.iter().map(|error| error.to_string());
        std::iter::once(head).chain(errors)
    });
    lines.collect()
}
