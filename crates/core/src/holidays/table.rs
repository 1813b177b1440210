//! The table of public holidays, read line by line.
//!
//! `table.txt` is written by `tools/holidays.py`. After the head (`#`), each line is four fields
//! between tabs: the code, its English name (may be empty), the spellings by which people mean it
//! (as [`super::meant`] folds them, between `|`), and its days:
//! - a country: `always/2020/2021/...`, first what every year has, then what each year has besides;
//! - a subdivision: `+more~fewer`, each of that shape, against its country; `=BW`: as `DE-BW`; `=`: as the country.
//!
//! A day is two characters, month and day in base 32: `4p` is 25 April, `cp` is Christmas Day.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use chrono::NaiveDate;

const TABLE: &str = include_str!("table.txt");
/// The year of the first field after `always`.
const FIRST_YEAR: i32 = 2020;
/// The year after the table's last one.
const END_YEAR: i32 = 2046;

/// One line of the table, not yet decoded.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    spellings: &'static str,
    days: &'static str,
}

impl Entry {
    fn of(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        Some(Self {
            code: fields.next()?,
            name: fields.next()?,
            spellings: fields.next()?,
            days: fields.next()?,
        })
    }

    /// The folded spellings of its name.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> {
        let spellings = self.spellings.split('|');
        spellings.filter(|spelling| !spelling.is_empty())
    }

    /// The country of a subdivision.
    pub fn country(&self) -> Option<Entry> {
        self.code.split_once('-').and_then(|(c, _)| find(c))
    }

    /// Every public holiday, sorted.
    pub fn decoded(&self) -> BTreeSet<NaiveDate> {
        let mut days = BTreeSet::new();
        let Some(country) = self.country() else {
            unpack(self.days, |day| {
                days.insert(day);
            });
            return days;
        };
        days = country.decoded();
        let (more, fewer) = self.differences(country.code);
        unpack(more, |day| {
            days.insert(day);
        });
        unpack(fewer, |day| {
            days.remove(&day);
        });
        days
    }

    /// What a subdivision has more and fewer than its country. A shared line points at a full one, never further.
    fn differences(&self, country: &str) -> (&'static str, &'static str) {
        let full = match self.days.strip_prefix('=') {
            Some("") => "",
            Some(other) => find(&format!("{country}-{other}")).map_or("", |entry| entry.days),
            None => self.days,
        };
        let full = full.strip_prefix('+').unwrap_or("");
        full.split_once('~').unwrap_or((full, ""))
    }
}

/// All lines, in the order of their codes.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    TABLE
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(Entry::of)
}

/// The entry of a code in upper case.
pub(super) fn find(code: &str) -> Option<Entry> {
    static INDEX: OnceLock<HashMap<&'static str, Entry>> = OnceLock::new();
    let index = INDEX.get_or_init(|| entries().map(|entry| (entry.code, entry)).collect());
    index.get(code).copied()
}

/// Calls `each` for every day of `always/2020/2021/...`.
fn unpack(text: &str, mut each: impl FnMut(NaiveDate)) {
    let mut fields = text.split('/');
    let always = fields.next().unwrap_or("");
    for year in FIRST_YEAR..END_YEAR {
        let own = fields.next().unwrap_or("");
        let pairs = always
            .as_bytes()
            .chunks_exact(2)
            .chain(own.as_bytes().chunks_exact(2));
        for day in pairs.filter_map(|pair| day_of(year, pair)) {
            each(day);
        }
    }
}

fn day_of(year: i32, pair: &[u8]) -> Option<NaiveDate> {
    let [month, day] = pair else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(32);
    NaiveDate::from_ymd_opt(year, digit(*month)?, digit(*day)?)
}
