//! The report as rows for a spreadsheet: one for each avoided interval (and unused start, and projection), cut
//! where its day, its price or what counts of it changes, so that every figure is a sum of rows.

use super::read::Known;
use lamplighter_core::savings::{self, Amount, Benefit, Counted, Kind};
use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

/// One row. Times are UTC, lengths seconds, money exact.
#[derive(Debug, Serialize)]
struct Row<'a> {
    day: String,
    kind: Kind,
    cause: savings::Cause,
    counted: Counted,
    from: String,
    to: String,
    seconds: i64,
    price_per_hour: Option<Decimal>,
    currency: &'a str,
    price_source: &'a str,
    price_date: String,
    benefit: Benefit,
    headline_seconds: i64,
    headline: Amount,
    upper_bound_seconds: i64,
    upper_bound: Amount,
    unused_seconds: i64,
    unused: Amount,
    projected_seconds: i64,
    projected: Amount,
    workspace: String,
    compute: String,
    owner: String,
    size: String,
    region: String,
    machine_id: String,
    interval: String,
    opened: String,
    horizon: String,
    off_anyway: String,
    off_anyway_why: String,
    closed: String,
    closed_why: String,
    /// The ids of the records that prove it.
    evidence: String,
}

/// Writes all rows of a period, with a header.
///
/// # Errors
/// `out` cannot be written.
pub fn write(known: &Known, out: impl std::io::Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    let days = &known.days;
    let intervals = savings::known(days.opened(), days.closed());
    let history = days.history();
    let account = savings::account(&intervals, &history, known.from, known.to, known.now);
    let currency = account.currency.as_deref();
    let (machines, ends) = (days.machines(), days.ends());
    let (from, now) = (known.from.timestamp(), known.now.timestamp());
    let to = known.to.timestamp().min(now);
    let mut any = false;
    for one in &intervals {
        let (interval, machine) = (one.interval, machines.get(one.machine));
        let end = ends.get(interval.id.as_str());
        for piece in one.pieces(&history, from, to, now) {
            let figures = savings::count(one, &piece, currency);
            let price = piece.price;
            let off = interval.off_anyway.as_ref();
            let text = |get: fn(&lamplighter_core::record::Machine) -> Option<String>| {
                plain(machine.and_then(|machine| get(machine)).unwrap_or_default())
            };
            any = true;
            writer.serialize(Row {
                day: stamp(piece.from).chars().take(10).collect(),
                kind: interval.kind,
                cause: interval.cause,
                counted: piece.counted,
                from: stamp(piece.from),
                to: stamp(piece.to),
                seconds: piece.seconds(),
                price_per_hour: price.map(|price| price.amount),
                currency: price.map_or("", |price| &price.currency),
                price_source: price.map_or("", |price| &price.source),
                price_date: price.map_or(String::new(), |price| time(price.fetched_at)),
                benefit: interval.benefit,
                headline_seconds: figures.headline_seconds,
                headline: figures.headline,
                upper_bound_seconds: figures.upper_bound_seconds,
                upper_bound: figures.upper_bound,
                unused_seconds: figures.unused_seconds,
                unused: figures.unused,
                projected_seconds: figures.projected_seconds,
                projected: figures.projected,
                workspace: text(|machine| Some(machine.workspace.clone())),
                compute: text(|machine| Some(machine.compute.clone())),
                owner: text(|machine| machine.owner.clone()),
                size: plain(interval.vm_size.clone().unwrap_or_default()),
                region: plain(interval.location.clone().unwrap_or_default()),
                machine_id: one.machine.to_string(),
                interval: interval.id.clone(),
                opened: time(interval.opened_at),
                horizon: time(interval.horizon),
                off_anyway: off.map_or(String::new(), |off| time(off.at)),
                off_anyway_why: plain(off.map_or(String::new(), |off| off.why.clone())),
                closed: end.map_or(String::new(), |end| time(end.at)),
                closed_why: plain(end.map_or(String::new(), |end| end.why.clone())),
                evidence: evidence(one, end.is_some()),
            })?;
        }
    }
    if !any {
        writer.write_record(["day", "kind", "cause", "counted"])?;
    }
    writer.flush()?;
    Ok(())
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Seconds since 1970 come from times, and are times again.
fn stamp(at: i64) -> String {
    DateTime::from_timestamp(at, 0)
        .map(time)
        .unwrap_or_default()
}

/// The records that an interval stands on.
fn evidence(known: &savings::Known<'_>, closed: bool) -> String {
    let (act, id) = (&known.interval.act, &known.interval.id);
    let mut ids = match known.interval.kind {
        Kind::Projected => Vec::new(),
        _ => ["act", "answer", "settlement"]
            .map(|kind| format!("{kind}:{act}"))
            .to_vec(),
    };
    ids.push(format!("opened:{id}"));
    ids.extend(closed.then(|| format!("closed:{id}")));
    ids.join(" ")
}

/// Text that a spreadsheet does not take for a formula: people write tags.
fn plain(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text }
}
