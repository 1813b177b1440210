//! The numbers people look at, computed from the ledger's records alone.

pub mod csv;
mod day;
pub mod page;
mod read;
pub mod rollup;
mod stored;
mod table;

pub use day::{Day, Price, Sight};
pub use read::{Known, read};
pub(crate) use table::hours;
pub use table::{money, table};

use lamplighter_core::decide::Reason;
use lamplighter_core::record::{Machine, Record};
use lamplighter_core::policy::TagError;
use lamplighter_core::savings::{
    self, Account, Amount, ByCause, Cause, Closed, Counted, Figures, History, Interval,
};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A period's report. Money is exact here and rounded when printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// ISO 4217; `None` where no price was known.
    pub currency: Option<String>,
    pub workspaces: BTreeMap<String, Row>,
    pub total: Row,
    /// What `rows` are by.
    pub by: By,
    pub rows: BTreeMap<String, Row>,
    pub causes: ByCause,
    /// What is in the upper bound and not in the headline, by the rule that says so: seconds and money.
    pub beyond: BTreeMap<Counted, (i64, Amount)>,
    /// By UTC day.
    pub days: BTreeMap<NaiveDate, ByCause>,
    /// By machine (ARM id, lower case).
    pub machines: BTreeMap<String, Figures>,
    /// What a stopped machine still costs a day, in USD at list price; not counted as saved.
    pub stopped_costs_a_day_usd: Decimal,
    /// Tags that cannot be read, the latest of each machine.
    pub unreadable: Vec<(Machine, TagError)>,
    /// Acts that failed and did not succeed later.
    pub failed: Vec<(Machine, String)>,
    /// What does not work as it should, such as an idle timer that does not fire; the latest of each machine.
    pub warnings: Vec<(Machine, String)>,
    /// Ledger documents that could not be read; their part is missing above.
    pub unreadable_records: Vec<String>,
}

/// What a report's rows are by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    #[default]
    Workspace,
    Owner,
    Cause,
    Size,
    Region,
}

/// One line of the report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Machines that the ledger speaks of.
    pub machines: usize,
    /// Acts that Azure accepted.
    pub stops: usize,
    pub starts: usize,
    /// Starts of ours after which nobody used the machine until it was out again.
    pub unneeded_starts: usize,
    /// Stops that were delayed (for a job, a notice), counted when the delay began.
    pub waits: usize,
    /// Times a machine was left as it was, by reason, counted when the reason began.
    pub left: BTreeMap<Reason, usize>,
    pub figures: Figures,
}

impl Row {
    fn add(&mut self, other: &Row) {
        self.machines += other.machines;
        self.stops += other.stops;
        self.starts += other.starts;
        self.unneeded_starts += other.unneeded_starts;
        self.waits += other.waits;
        for (reason, count) in &other.left {
            *self.left.entry(*reason).or_default() += count;
        }
        self.figures += &other.figures;
    }
}

/// What a report is made from: days in order of time, those before the period, in it and after it. Days after it
/// tell what was found out later: whether anybody looked at its end, and what had ended by then.
#[derive(Clone, Debug, Default)]
pub struct Days {
    pub before: Vec<Day>,
    pub within: Vec<Day>,
    pub after: Vec<Day>,
}

impl Days {
    /// Sorts records into days; given twice, or in any order, they come to the same.
    pub fn of(records: &[Record], from: DateTime<Utc>, to: DateTime<Utc>) -> Days {
        let mut sorted: Vec<&Record> = records.iter().collect();
        sorted.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        sorted.dedup_by(|a, b| a.id == b.id);
        let first = sorted.partition_point(|record| record.at < from);
        let last = sorted.partition_point(|record| record.at < to).max(first);
        let days = |records: &[&Record]| -> Vec<Day> {
            let same = |a: &&Record, b: &&Record| a.at.date_naive() == b.at.date_naive();
            let chunks = records.chunk_by(same);
            let day = |chunk: &[&Record]| Day::of(chunk[0].at.date_naive(), chunk.iter().copied());
            chunks.map(day).collect()
        };
        Days {
            before: days(&sorted[..first]),
            within: days(&sorted[first..last]),
            after: days(&sorted[last..]),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Day> {
        self.before.iter().chain(&self.within).chain(&self.after)
    }

    pub fn opened(&self) -> impl Iterator<Item = (&str, &Interval)> {
        let opened = self.all().flat_map(|day| &day.opened);
        opened.map(|(machine, interval)| (&**machine, interval))
    }

    pub fn seen(&self) -> impl Iterator<Item = &Sight> {
        self.all().flat_map(|day| &day.seen)
    }

    pub fn price_changes(&self) -> impl Iterator<Item = &Price> {
        self.all().flat_map(|day| &day.prices)
    }

    pub fn closed(&self) -> impl Iterator<Item = &Closed> {
        let closed = self.all().flat_map(|day| &day.closed);
        closed.map(|(_, closed)| closed)
    }

    /// By interval: of two ends that disagree the earlier.
    pub fn ends(&self) -> BTreeMap<&str, &Closed> {
        let mut ends: BTreeMap<&str, &Closed> = BTreeMap::new();
        for end in self.closed() {
            let known = ends.entry(&end.interval).or_insert(end);
            if end.at < known.at {
                *known = end;
            }
        }
        ends
    }

    pub fn history(&self) -> History {
        let mut history = History::default();
        self.all().for_each(|day| day.tell(&mut history));
        history.settle();
        history
    }

    /// The machines that the days up to the period's end speak of, as they were last spoken of.
    pub fn machines(&self) -> HashMap<&str, &Machine> {
        let days = self.before.iter().chain(&self.within);
        let all = days.flat_map(|day| &day.machines);
        all.map(|(id, about)| (&**id, &about.machine)).collect()
    }
}

/// Computes the report of `from <= t < to`, as known at `now`. `records` must reach back to the opening of every
/// interval that reaches into the period. Records given twice, or in any order, change nothing.
pub fn report(
    records: &[Record],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Report {
    of_days(&Days::of(records, from, to), By::default(), from, to, now)
}

/// Computes the report of `from <= t < to`, as known at `now`.
pub fn of_days(
    days: &Days,
    by: By,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Report {
    let known = savings::known(days.opened(), days.closed());
    let account = savings::account(&known, &days.history(), from, to, now);
    let machines = days.machines();
    let workspaces = rows(days, &account, &machines, By::Workspace);
    let mut total = Row::default();
    workspaces.values().for_each(|row| total.add(row));
    let mut report = Report {
        from,
        to,
        total,
        rows: match by {
            By::Workspace => workspaces.clone(),
            other => rows(days, &account, &machines, other),
        },
        workspaces,
        by,
        causes: account.causes(),
        beyond: account.beyond,
        currency: account.currency,
        stopped_costs_a_day_usd: savings::STOPPED_COSTS_A_DAY,
        days: account.days,
        ..Report::default()
    };
    let sums = account.machines.iter();
    let sums = sums.map(|(id, causes)| (id.clone(), savings::sum(causes.values())));
    report.machines = sums.collect();
    news(days, &machines, &mut report);
    report
}

fn rows(
    days: &Days,
    account: &Account,
    machines: &HashMap<&str, &Machine>,
    by: By,
) -> BTreeMap<String, Row> {
    let mut rows: HashMap<String, Row> = HashMap::new();
    let names: HashMap<&str, String> = machines
        .iter()
        .map(|(id, machine)| (*id, name(by, machine)))
        .collect();
    // Each machine's row, or, by cause, each cause's.
    let mut row = |id: &str, cause: Cause, change: &mut dyn FnMut(&mut Row)| {
        let of_cause = cause.to_string();
        let name = match by {
            By::Cause => &of_cause,
            _ => names.get(id).unwrap_or(&of_cause),
        };
        match rows.get_mut(name) {
            Some(row) => change(row),
            None => change(rows.entry(name.clone()).or_default()),
        }
    };
    if by != By::Cause {
        for id in machines.keys() {
            row(id, Cause::default(), &mut |row| row.machines += 1);
        }
    }
    for (id, about) in days.within.iter().flat_map(|day| &day.machines) {
        for (cause, (stops, starts)) in &about.acts {
            row(id, *cause, &mut |row| {
                row.stops += stops;
                row.starts += starts;
            });
        }
        // A delay or a machine left alone is nobody's cause.
        if by != By::Cause {
            row(id, Cause::default(), &mut |row| {
                row.unneeded_starts += about.unneeded_starts;
                row.waits += about.waits;
                for (reason, count) in &about.left {
                    *row.left.entry(*reason).or_default() += count;
                }
            });
        }
    }
    for (id, causes) in &account.machines {
        for (cause, figures) in causes {
            row(id, *cause, &mut |row| {
                row.machines += usize::from(by == By::Cause);
                row.figures += figures;
            });
        }
    }
    rows.into_iter().collect()
}

/// What a machine's line is called.
fn name(by: By, machine: &Machine) -> String {
    let name = match by {
        By::Workspace | By::Cause => Some(&machine.workspace),
        By::Owner => machine.owner.as_ref(),
        By::Size => machine.vm_size.as_ref(),
        By::Region => machine.location.as_ref(),
    };
    name.cloned().unwrap_or_else(|| "unknown".into())
}

/// What still needs somebody.
fn news(days: &Days, machines: &HashMap<&str, &Machine>, report: &mut Report) {
    let mut latest: HashMap<&str, News<'_>> = HashMap::new();
    // What is wrong stands until it is mended, also where it went wrong before the period.
    let until_now = days.before.iter().chain(&days.within);
    for (id, about) in until_now.flat_map(|day| &day.machines) {
        if about.errors.is_none() && about.failed.is_none() {
            continue;
        }
        let news = latest.entry(id).or_default();
        news.errors = about.errors.as_ref().or(news.errors);
        news.failed = about.failed.as_ref().or(news.failed);
    }
    for (id, about) in days.within.iter().flat_map(|day| &day.machines) {
        if about.warning.is_some() {
            latest.entry(id).or_default().warning = about.warning.as_ref();
        }
    }
    let latest = latest.into_iter();
    let latest = latest.filter_map(|(id, news)| Some((*machines.get(id)?, news)));
    let latest: BTreeMap<&Machine, News<'_>> = latest.collect();
    for (machine, news) in latest {
        let errors = news.errors.into_iter().flatten();
        let errors = errors.map(|error| (machine.clone(), error.clone()));
        report.unreadable.extend(errors);
        let failed = news.failed.cloned().flatten();
        report
            .failed
            .extend(failed.map(|why| (machine.clone(), why)));
        let warning = news.warning.cloned();
        report
            .warnings
            .extend(warning.map(|text| (machine.clone(), text)));
    }
}

/// What still needs somebody, of one machine.
#[derive(Default)]
struct News<'a> {
    errors: Option<&'a Vec<TagError>>,
    failed: Option<&'a Option<String>>,
    warning: Option<&'a String>,
}
