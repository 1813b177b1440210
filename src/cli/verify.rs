//! What `report --verify` prints.

use super::CliResult;
use super::output::{self, Format, OutputArgs};
use chrono::NaiveDate;
use lamplighter_agent::ledger::Verified;
use lamplighter_agent::table::{Cell, Page, Table};
use std::process::ExitCode;

/// Exit 1 where a day does not fit its seal.
pub fn print(args: &OutputArgs, found: &Verified) -> CliResult {
    match args.format() {
        Format::Table => output::print_text(args, &text(found))?,
        _ => output::print(args, found, |_| row(found))?,
    }
    Ok(match found.misfit {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(1),
    })
}

fn text(found: &Verified) -> String {
    let mut out = match (found.first, found.last, &found.hash) {
        (Some(first), Some(last), Some(hash)) => format!(
            "{} days fit their seals, {first} to {last}, with {} records.\n\
             The last of these seals: {hash}\n",
            found.days, found.records
        ),
        _ => "No day fits a seal yet.\n".into(),
    };
    if let Some(misfit) = &found.misfit {
        out.push_str(&format!("{}: {}\n", misfit.day, misfit.why));
        out.push_str("Days after it were not compared.\n");
    }
    if let Some(first) = found.unsealed.first() {
        let count = found.unsealed.len();
        out.push_str(&format!("Not sealed yet: {count} days, from {first} on.\n"));
    }
    out
}

fn row(found: &Verified) -> Page {
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let mut table = Table::new([
        "Days",
        "Records",
        "First",
        "Last",
        "Hash",
        "Does not fit",
        "Why",
        "Not sealed yet",
    ]);
    let misfit = found.misfit.as_ref();
    table.add([
        Cell::Count(found.days),
        Cell::Count(found.records),
        Cell::Text(day(found.first)),
        Cell::Text(day(found.last)),
        Cell::Text(found.hash.clone().unwrap_or_default()),
        Cell::Text(day(misfit.map(|misfit| misfit.day))),
        Cell::Text(misfit.map_or_else(String::new, |misfit| misfit.why.clone())),
        Cell::Count(found.unsealed.len()),
    ]);
    Page {
        table,
        ..Page::default()
    }
}
