//! A [`Day`] as a small document: names stand once, times are seconds since the day began.

use super::day::{About, Day, Price, Sight};
use lamplighter_core::decide::Reason;
use lamplighter_core::record::Machine;
use lamplighter_core::policy::TagError;
use lamplighter_core::savings::{Benefit, Cause, Closed, Interval, Kind, OffAnyway, PricePerHour, Sweep};
use lamplighter_core::schedule::Power;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Documents of another version are made anew from the records.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    date: NaiveDate,
    records: usize,
    /// Every text, once; elsewhere its place in this list, counting from 1, and 0 for none.
    texts: Vec<String>,
    prices: Vec<PricePerHour>,
    machines: Vec<MachineRow>,
    abouts: Vec<AboutRow>,
    opened: Vec<OpenedRow>,
    closed: Vec<ClosedRow>,
    changes: Vec<(u32, u32, i64, u32)>,
    sweeps: Vec<(i64, Vec<u32>)>,
    seen: Vec<(u32, i64, i64, u8)>,
}

/// The id's two halves, compute, workspace, owner, size, region.
#[derive(Serialize, Deserialize)]
struct MachineRow(u32, u32, u32, u32, u32, u32, u32);

/// Machine; acts by cause; unneeded starts; waits; left; errors; failed; warning.
#[derive(Serialize, Deserialize)]
struct AboutRow(
    u32,
    Vec<(Cause, usize, usize)>,
    usize,
    usize,
    Vec<(Reason, usize)>,
    Option<Vec<TagError>>,
    Option<(u32,)>,
    u32,
);

/// Machine, kind, cause; act; id where it is not made of those; opened, horizon; off anyway and why; size, region;
/// price; benefit.
#[derive(Serialize, Deserialize)]
struct OpenedRow(
    u32,
    Kind,
    Cause,
    (u8, String),
    Option<String>,
    i64,
    i64,
    Option<(i64, u32)>,
    u32,
    u32,
    u32,
    Benefit,
);

/// Machine, interval, kind, when, why.
#[derive(Serialize, Deserialize)]
struct ClosedRow(u32, (u8, String), Kind, i64, u32);

/// What stands between the halves of a machine's id.
const MIDDLE: &str = "/computes/";

#[derive(Default)]
struct Writer<'a> {
    texts: Vec<String>,
    places: HashMap<String, u32>,
    prices: Vec<PricePerHour>,
    machines: Vec<MachineRow>,
    numbers: HashMap<&'a str, u32>,
    begin: i64,
}

fn begin(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp()
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.texts.push(text.to_string());
        // A day has far fewer texts than 2^32.
        let place = self.texts.len() as u32;
        self.places.insert(text.to_string(), place);
        place
    }

    fn option(&mut self, text: &Option<String>) -> u32 {
        text.as_deref().map_or(0, |text| self.text(text))
    }

    fn price(&mut self, price: &PricePerHour) -> u32 {
        let known = self.prices.iter().position(|known| known == price);
        let place = known.unwrap_or_else(|| {
            self.prices.push(price.clone());
            self.prices.len() - 1
        });
        place as u32 + 1
    }

    fn machine(&mut self, id: &'a str, about: Option<&Machine>) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let (first, second) = match id.split_once(MIDDLE) {
            Some((first, second)) => (self.text(first), self.text(second)),
            None => (self.text(id), 0),
        };
        let row = match about {
            Some(machine) => MachineRow(
                first,
                second,
                self.text(&machine.compute),
                self.text(&machine.workspace),
                self.option(&machine.owner),
                self.option(&machine.vm_size),
                self.option(&machine.location),
            ),
            None => MachineRow(first, second, 0, 0, 0, 0, 0),
        };
        self.machines.push(row);
        let number = self.machines.len() as u32 - 1;
        self.numbers.insert(id, number);
        number
    }

    fn about(&mut self, id: &'a str, about: &About) -> AboutRow {
        let acts = about.acts.iter();
        let left = about.left.iter();
        AboutRow(
            self.machine(id, Some(&about.machine)),
            acts.map(|(cause, (stops, starts))| (*cause, *stops, *starts))
                .collect(),
            about.unneeded_starts,
            about.waits,
            left.map(|(reason, count)| (*reason, *count)).collect(),
            about.errors.clone(),
            about.failed.as_ref().map(|why| (self.option(why),)),
            self.option(&about.warning),
        )
    }

    fn opened(&mut self, machine: &'a str, one: &Interval) -> OpenedRow {
        let own = format!("{}:{}", name(one.kind), one.act);
        let off = one.off_anyway.as_ref();
        OpenedRow(
            self.machine(machine, None),
            one.kind,
            one.cause,
            shorten(&one.act, machine),
            (one.id != own).then(|| one.id.clone()),
            one.opened_at.timestamp() - self.begin,
            one.horizon.timestamp() - self.begin,
            off.map(|off| (off.at.timestamp() - self.begin, self.text(&off.why))),
            self.option(&one.vm_size),
            self.option(&one.location),
            one.price.as_ref().map_or(0, |price| self.price(price)),
            one.benefit,
        )
    }

    fn closed(&mut self, machine: &'a str, one: &Closed) -> ClosedRow {
        let own = format!("{}:{machine}", name(one.kind));
        ClosedRow(
            self.machine(machine, None),
            shorten(&one.interval, &own),
            one.kind,
            one.at.timestamp() - self.begin,
            self.text(&one.why),
        )
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Avoided => "avoided",
        Kind::Unused => "unused",
        Kind::Projected => "projected",
    }
}

/// What follows `own` in `id`, with 1; or the whole with 0.
fn shorten(id: &str, own: &str) -> (u8, String) {
    match id.strip_prefix(own) {
        Some(rest) => (1, rest.to_string()),
        None => (0, id.to_string()),
    }
}

/// A day as its document.
///
/// # Errors
/// It cannot be written as JSON, which does not happen to what was read from JSON.
pub fn write(day: &Day) -> serde_json::Result<Vec<u8>> {
    let mut writer = Writer {
        begin: begin(day.date),
        ..Writer::default()
    };
    let abouts = day.machines.iter();
    let abouts = abouts.map(|(id, about)| writer.about(id, about)).collect();
    let opened = day.opened.iter();
    let opened = opened
        .map(|(id, interval)| writer.opened(id, interval))
        .collect();
    let closed = day.closed.iter();
    let closed = closed.map(|(id, end)| writer.closed(id, end)).collect();
    let changes = day.prices.iter().map(|one| {
        let (size, region) = (writer.text(&one.size), writer.text(&one.region));
        (
            size,
            region,
            one.at - writer.begin,
            writer.price(&one.price),
        )
    });
    let changes = changes.collect();
    let sweeps = day.sweeps.iter().map(|sweep| {
        let unseen = sweep.unseen.iter().map(|id| writer.text(id)).collect();
        (sweep.at - writer.begin, unseen)
    });
    let sweeps = sweeps.collect();
    let seen = day.seen.iter().map(|sight| {
        let machine = writer.machine(&sight.machine, None);
        let on = u8::from(sight.power == Power::On);
        let (at, since) = (sight.at - writer.begin, sight.since - writer.begin);
        (machine, at, since, on)
    });
    let seen = seen.collect();
    serde_json::to_vec(&Document {
        version: VERSION,
        date: day.date,
        records: day.records,
        abouts,
        opened,
        closed,
        changes,
        sweeps,
        seen,
        texts: writer.texts,
        prices: writer.prices,
        machines: writer.machines,
    })
}

struct Reader {
    texts: Vec<String>,
    prices: Vec<PricePerHour>,
    /// Ids, and what else is known.
    machines: Vec<(Arc<str>, Machine)>,
    begin: i64,
}

impl Reader {
    fn option(&self, place: u32) -> Option<Option<String>> {
        match place.checked_sub(1) {
            None => Some(None),
            Some(index) => self
                .texts
                .get(index as usize)
                .map(|text| Some(text.clone())),
        }
    }

    fn text(&self, place: u32) -> Option<String> {
        self.option(place)?
    }

    fn id(&self, number: u32) -> Option<&Arc<str>> {
        self.machines.get(number as usize).map(|(id, _)| id)
    }

    fn time(&self, seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.begin.checked_add(seconds)?, 0)
    }

    fn price(&self, place: u32) -> Option<Option<PricePerHour>> {
        match place.checked_sub(1) {
            None => Some(None),
            Some(index) => self.prices.get(index as usize).cloned().map(Some),
        }
    }

    fn machine(&self, row: &MachineRow) -> Option<(Arc<str>, Machine)> {
        let (first, second) = (self.text(row.0)?, self.option(row.1)?);
        let id = match second {
            Some(second) => format!("{first}{MIDDLE}{second}"),
            None => first,
        };
        let machine = Machine {
            id: id.clone(),
            compute: self.option(row.2)?.unwrap_or_default(),
            workspace: self.option(row.3)?.unwrap_or_default(),
            owner: self.option(row.4)?,
            vm_size: self.option(row.5)?,
            location: self.option(row.6)?,
        };
        Some((id.into(), machine))
    }

    fn about(&self, row: AboutRow) -> Option<(Arc<str>, About)> {
        let (id, machine) = self.machines.get(row.0 as usize)?;
        let mut about = About::new(machine);
        let acts = row.1.into_iter();
        about.acts = acts
            .map(|(cause, stops, starts)| (cause, (stops, starts)))
            .collect();
        (about.unneeded_starts, about.waits) = (row.2, row.3);
        about.left = row.4.into_iter().collect::<BTreeMap<_, _>>();
        about.errors = row.5;
        about.failed = match row.6 {
            Some((why,)) => Some(self.option(why)?),
            None => None,
        };
        about.warning = self.option(row.7)?;
        Some((id.clone(), about))
    }

    fn opened(&self, row: OpenedRow) -> Option<(Arc<str>, Interval)> {
        let machine = self.id(row.0)?;
        let act = match row.3 {
            (1, rest) => format!("{machine}{rest}"),
            (_, whole) => whole,
        };
        let off_anyway = match row.7 {
            Some((at, why)) => Some(OffAnyway {
                at: self.time(at)?,
                why: self.text(why)?,
            }),
            None => None,
        };
        let own = || format!("{}:{act}", name(row.1));
        let interval = Interval {
            id: row.4.unwrap_or_else(own),
            kind: row.1,
            cause: row.2,
            act,
            opened_at: self.time(row.5)?,
            horizon: self.time(row.6)?,
            off_anyway,
            vm_size: self.option(row.8)?,
            location: self.option(row.9)?,
            price: self.price(row.10)?,
            benefit: row.11,
        };
        Some((machine.clone(), interval))
    }

    fn closed(&self, row: ClosedRow) -> Option<(Arc<str>, Closed)> {
        let machine = self.id(row.0)?;
        let interval = match row.1 {
            (1, rest) => format!("{}:{machine}{rest}", name(row.2)),
            (_, whole) => whole,
        };
        let closed = Closed {
            interval,
            kind: row.2,
            at: self.time(row.3)?,
            why: self.text(row.4)?,
        };
        Some((machine.clone(), closed))
    }
}

/// A day from its document; `None` for one that is of another version, or damaged.
pub fn read(bytes: &[u8]) -> Option<Day> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let known = document.version == VERSION;
    let document = known.then_some(document)?;
    let mut reader = Reader {
        texts: document.texts,
        prices: document.prices,
        machines: Vec::new(),
        begin: begin(document.date),
    };
    let machines = document.machines.iter().map(|row| reader.machine(row));
    reader.machines = machines.collect::<Option<_>>()?;
    let abouts = document.abouts.into_iter().map(|row| reader.about(row));
    let opened = document.opened.into_iter().map(|row| reader.opened(row));
    let closed = document.closed.into_iter().map(|row| reader.closed(row));
    let changes = document.changes.into_iter();
    let prices = changes.map(|(size, region, at, price)| {
        Some(Price {
            size: reader.option(size)?.unwrap_or_default(),
            region: reader.option(region)?.unwrap_or_default(),
            at: reader.begin.checked_add(at)?,
            price: reader.price(price)??,
        })
    });
    let sweeps = document.sweeps.into_iter().map(|(at, unseen)| {
        Some(Sweep {
            at: reader.begin.checked_add(at)?,
            unseen: unseen
                .into_iter()
                .map(|place| reader.text(place))
                .collect::<Option<_>>()?,
        })
    });
    let seen = document.seen.into_iter();
    let seen = seen.map(|(machine, at, since, on)| {
        Some(Sight {
            machine: reader.id(machine)?.clone(),
            at: reader.begin.checked_add(at)?,
            since: reader.begin.checked_add(since)?,
            power: if on == 1 { Power::On } else { Power::Off },
        })
    });
    Some(Day {
        date: document.date,
        records: document.records,
        machines: abouts.collect::<Option<_>>()?,
        opened: opened.collect::<Option<_>>()?,
        closed: closed.collect::<Option<_>>()?,
        prices: prices.collect::<Option<_>>()?,
        sweeps: sweeps.collect::<Option<_>>()?,
        seen: seen.collect::<Option<_>>()?,
    })
}
