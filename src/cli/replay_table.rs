//! A replay as tables for a terminal.

use comfy_table::{CellAlignment, Table, presets};
use lamplighter_agent::report::{hours, money};
use lamplighter_core::replay::{Figures, Replay};
use lamplighter_core::schedule::Power;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Of the resources left out for one reason, this many are named.
const NAMED: usize = 5;

/// The question, a table by resource, one by owner, and what else there is to know.
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
    out.push_str(&format!("{}\n{}\n", by_resource(replay), by_owner(replay)));
    out.push_str(&notes(replay));
    out
}

/// Every stop and start, a line each.
pub fn events(replay: &Replay) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "At (UTC)",
        "Workspace",
        "Resource",
        "Action",
        "Reason",
        "Why",
    ]);
    for event in &replay.events {
        let (resource, dry_run) = (&event.resource, event.dry_run);
        table.add_row([
            event.at.format("%a %Y-%m-%d %H:%M").to_string(),
            resource.workspace.clone(),
            name(&resource.name, dry_run),
            event.action.to_string(),
            event.reason.to_string(),
            plain(&event.text),
        ]);
    }
    format!("{table}\n")
}

fn by_resource(replay: &Replay) -> Table {
    let first = ["Workspace", "Resource", "Owner", "At first"];
    let mut table = framed(&first);
    for played in &replay.resources {
        let at_first = match played.power {
            Power::On => "on",
            Power::Off => "off",
        };
        let resource = &played.resource;
        let cells = [
            resource.workspace.clone(),
            name(&resource.name, played.dry_run),
            owner(resource.owner.as_deref()),
            at_first.to_string(),
        ];
        table.add_row(cells.into_iter().chain(cells_of(&played.figures)));
    }
    table
}

fn by_owner(replay: &Replay) -> Table {
    let mut table = framed(&["Owner", "Resources"]);
    for sum in &replay.owners {
        let cells = [owner(sum.owner.as_deref()), sum.resources.to_string()];
        table.add_row(cells.into_iter().chain(cells_of(&sum.figures)));
    }
    let total = &replay.total;
    let cells = ["All".to_string(), total.resources.to_string()];
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
    let mut out = format!("\n{}\n", replay.note);
    let lines = on_the_figures(replay).into_iter();
    let lines = lines.chain(left_out(replay)).chain(unreadable(replay));
    lines.for_each(|line| out.push_str(&format!("{line}\n")));
    for problem in &replay.problems {
        out.push_str(&format!("problem: {problem}\n"));
    }
    out
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
