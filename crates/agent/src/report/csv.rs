//! The report as rows for a spreadsheet: one for each avoided interval (and unused start, and projection), cut
//! where its day, its price or what counts of it changes, and one for each stretch on or off, cut at midnight, so that
//! every figure is a sum of rows.

use super::period::LedgerPeriod;
use super::rows::cost_tags;
use super::running::{RunPiece, Running, Standing, taken_away};
use chrono::{DateTime, SecondsFormat, Utc};
use lamplighter_core::record::{Benefit, Cause, Closed, IntervalKind, Resource};
use lamplighter_core::savings::{self, Amount, Counted, KnownInterval, Piece};
use lamplighter_core::text::visible;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeSet;

/// One row. Times are UTC, lengths seconds, money exact.
#[derive(Debug, Default, Serialize)]
struct Row<'a> {
    day: String,
    kind: &'a str,
    cause: Option<Cause>,
    counted: &'a str,
    from: String,
    to: String,
    /// Of a kind that scales: how many nodes or instances; `seconds` are those of all of them.
    count: u32,
    seconds: i64,
    price_per_hour: Option<Decimal>,
    currency: &'a str,
    price_source: &'a str,
    price_date: String,
    benefit: Benefit,
    saved_seconds: i64,
    saved: Amount,
    upper_bound_seconds: i64,
    upper_bound: Amount,
    unwatched_seconds: i64,
    unwatched: Amount,
    unused_seconds: i64,
    unused: Amount,
    #[serde(rename = "restarted_seconds")]
    started_again_seconds: i64,
    #[serde(rename = "restarted")]
    started_again: Amount,
    projected_seconds: i64,
    projected: Amount,
    on_seconds: i64,
    spent: Amount,
    always_on: Amount,
    /// Of what was spent: what no tag governs.
    could_be_saved: Amount,
    workspace: String,
    name: String,
    resource_kind: String,
    owner: String,
    size: String,
    region: String,
    resource_id: String,
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

/// Writes all rows of a period, with a header. `standing`: what the last sweeps observed; `no_tag`: the ids of those that no
/// tag governs by then.
///
/// # Errors
/// `out` cannot be written.
pub fn write(
    period: &LedgerPeriod,
    (standing, no_tag): (&Standing, &BTreeSet<String>),
    out: impl std::io::Write,
) -> Result<(), csv::Error> {
    let days = &period.days;
    let intervals = savings::known(days.opened(), days.closed());
    let history = days.history();
    let account = savings::account(&intervals, &history, period.from, period.to, period.now);
    let currency = account.currency.as_deref();
    let (resources, ends) = (days.resources(), days.ends());
    let (from, now) = (period.from.timestamp(), period.now.timestamp());
    let to = period.to.timestamp().min(now);
    let running = Running::of(period, standing, &history, currency);
    let running_ones = running.resources();
    let tags = cost_tags(resources.values().chain(running_ones.values()).copied());
    let mut rows = Rows::new(out, &tags);
    for one in &intervals {
        let known = Known {
            interval: one,
            resource: resources.get(one.resource).copied(),
            end: ends.get(one.interval.id.as_str()).copied(),
            currency,
        };
        for piece in one.pieces(&history, from, to, now) {
            rows.add(&known.row(&piece), known.resource)?;
        }
    }
    let mut written = Ok(());
    running.each((period.from, period.to), period.now, |piece| {
        if written.is_ok() {
            let mut row = of_running(&piece);
            if no_tag.contains(&piece.resource.id) {
                row.could_be_saved = row.spent;
            }
            written = rows.add(&row, Some(piece.resource));
        }
    });
    written?;
    rows.end()
}

/// Rows as they are written, each with its resource's tags behind it.
struct Rows<'a, W: std::io::Write> {
    writer: csv::Writer<W>,
    tags: &'a [&'a str],
    any: bool,
}

impl<'a, W: std::io::Write> Rows<'a, W> {
    fn new(out: W, tags: &'a [&'a str]) -> Rows<'a, W> {
        let mut writer = csv::WriterBuilder::new();
        Rows {
            writer: writer.has_headers(false).from_writer(out),
            tags,
            any: false,
        }
    }

    fn add(&mut self, row: &Row<'_>, resource: Option<&Resource>) -> Result<(), csv::Error> {
        if !self.any {
            let header = header(row, self.tags)?;
            self.writer.write_record(header.iter())?;
        }
        self.any = true;
        let value = |name: &&str| resource?.tag(name).map(str::to_owned);
        let values = self.tags.iter().map(value);
        let values = values.map(|value| no_formula(value.unwrap_or_default()));
        self.writer.serialize((row, values.collect::<Vec<_>>()))
    }

    fn end(mut self) -> Result<(), csv::Error> {
        if !self.any {
            let least = ["day", "kind", "cause", "counted"];
            self.writer.write_record(least)?;
        }
        Ok(self.writer.flush()?)
    }
}

/// The names of a row's columns, and one for each of these tags.
fn header(row: &Row<'_>, tags: &[&str]) -> Result<csv::StringRecord, csv::Error> {
    let mut named = csv::Writer::from_writer(Vec::new());
    named.serialize(row)?;
    let named = named
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    let mut header = csv::Reader::from_reader(named.as_slice())
        .headers()?
        .clone();
    tags.iter()
        .for_each(|tag| header.push_field(&no_formula(format!("tag:{tag}"))));
    Ok(header)
}

/// What is known of an interval.
struct Known<'a> {
    interval: &'a KnownInterval<'a>,
    resource: Option<&'a Resource>,
    end: Option<&'a Closed>,
    /// Of all figures.
    currency: Option<&'a str>,
}

impl Known<'_> {
    /// Its size by then; of what has several, prices are kept under its own id, which is no size.
    fn size(&self) -> Option<&str> {
        let size = self.interval.interval.vm_size.as_deref();
        let of_several = || self.resource.and_then(Resource::size);
        size.filter(|size| *size != self.interval.resource)
            .or_else(of_several)
    }

    fn row<'p>(&self, piece: &'p Piece<'p>) -> Row<'p> {
        let figures = savings::count(self.interval, piece, self.currency);
        let (interval, price) = (self.interval.interval, piece.price);
        let off = interval.off_anyway.as_ref();
        let resource = self.resource;
        let always_on = resource.map(|resource| taken_away(resource, &figures).always_on);
        let text = |get: fn(&Resource) -> Option<String>| {
            no_formula(self.resource.and_then(get).unwrap_or_default())
        };
        Row {
            day: stamp(piece.from).chars().take(10).collect(),
            kind: interval.kind.name(),
            cause: Some(interval.cause),
            counted: counted(piece.counted),
            from: stamp(piece.from),
            to: stamp(piece.to),
            count: piece.count,
            seconds: piece.seconds(),
            price_per_hour: price.map(|price| price.amount),
            currency: price.map_or("", |price| &price.currency),
            price_source: price.map_or("", |price| &price.source),
            price_date: price.map_or(String::new(), |price| time(price.fetched_at)),
            benefit: interval.benefit,
            saved_seconds: figures.saved_seconds,
            saved: figures.saved,
            upper_bound_seconds: figures.upper_bound_seconds,
            upper_bound: figures.upper_bound,
            unwatched_seconds: figures.unwatched_seconds,
            unwatched: figures.unwatched,
            unused_seconds: figures.unused_seconds,
            unused: figures.unused,
            started_again_seconds: figures.started_again_seconds,
            started_again: figures.started_again,
            projected_seconds: figures.projected_seconds,
            projected: figures.projected,
            on_seconds: 0,
            spent: Amount::ZERO,
            always_on: always_on.unwrap_or_default(),
            could_be_saved: Amount::ZERO,
            workspace: text(|resource| Some(resource.workspace.clone())),
            name: text(|resource| Some(resource.name.clone())),
            resource_kind: text(|resource| Some(resource.kind.to_string())),
            owner: text(|resource| resource.owner.clone()),
            size: no_formula(self.size().unwrap_or_default().to_owned()),
            region: no_formula(interval.location.clone().unwrap_or_default()),
            resource_id: no_formula(self.interval.resource.to_string()),
            interval: no_formula(interval.id.clone()),
            opened: time(interval.opened_at),
            horizon: time(interval.horizon),
            off_anyway: off.map_or(String::new(), |off| time(off.at)),
            off_anyway_why: no_formula(off.map_or(String::new(), |off| off.why.clone())),
            closed: self.end.map_or(String::new(), |end| time(end.at)),
            closed_why: no_formula(self.end.map_or(String::new(), |end| end.why.clone())),
            evidence: no_formula(evidence(self.interval, self.end.is_some())),
        }
    }
}

/// A stretch on, or, of one thing, off: what it cost, and what it would have cost on.
fn of_running<'p>(piece: &'p RunPiece<'p>) -> Row<'p> {
    let RunPiece {
        resource,
        stretch,
        price,
        spent,
    } = piece;
    let own = |text: &Option<String>| no_formula(text.clone().unwrap_or_default());
    let (kind, counted) = match stretch.units {
        0 => ("off", "always-on"),
        _ => ("on", "spent"),
    };
    Row {
        day: stamp(stretch.from).chars().take(10).collect(),
        kind,
        counted,
        from: stamp(stretch.from),
        to: stamp(stretch.to),
        count: stretch.units.max(1).try_into().unwrap_or(u32::MAX),
        seconds: (stretch.to - stretch.from) * stretch.units.max(1),
        price_per_hour: price.map(|price| price.amount),
        currency: price.map_or("", |price| &price.currency),
        price_source: price.map_or("", |price| &price.source),
        price_date: price.map_or(String::new(), |price| time(price.fetched_at)),
        on_seconds: spent.on_seconds,
        spent: spent.spent,
        always_on: spent.always_on,
        workspace: no_formula(resource.workspace.clone()),
        name: no_formula(resource.name.clone()),
        resource_kind: resource.kind.to_string(),
        owner: own(&resource.owner),
        size: no_formula(resource.size().unwrap_or_default().to_owned()),
        region: own(&resource.location),
        resource_id: no_formula(resource.id.clone()),
        ..Row::default()
    }
}

/// As JSON names it.
fn counted(counted: Counted) -> &'static str {
    match counted {
        Counted::Saved => "saved",
        Counted::OffAnyway => "off-anyway",
        Counted::Horizon => "horizon",
        Counted::NoSweep => "no-sweep",
        Counted::StartedAgain => "left-on",
    }
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
fn evidence(known: &KnownInterval<'_>, closed: bool) -> String {
    let (operation, id) = (&known.interval.operation, &known.interval.id);
    let mut ids = match known.interval.kind {
        IntervalKind::Projected => Vec::new(),
        _ => ["action", "answer", "settlement"]
            .map(|kind| format!("{kind}:{operation}"))
            .to_vec(),
    };
    ids.push(format!("opened:{id}"));
    ids.extend(closed.then(|| format!("closed:{id}")));
    ids.join(" ")
}

/// What a spreadsheet may take for the beginning of a formula; the full-width signs where East Asian text is written.
const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Text that a spreadsheet does not take for a formula, with hidden characters written out: people write tags.
pub(crate) fn no_formula(text: String) -> String {
    let shown = match text.starts_with(SIGNS) {
        true => format!("'{text}"),
        false => text,
    };
    visible(&shown).into_owned()
}
