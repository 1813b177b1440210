//! The document's form: rows that name a text, a price or a resource by its place in a list.

use chrono::{NaiveDate, NaiveTime};
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{
    Benefit, Cause, IntervalKind, PricePerHour, Reason, Record, UseDay,
};
use serde::{Deserialize, Serialize};

/// Documents of another schema are made anew from the records.
pub const SCHEMA: u32 = 4;
pub const KIND: &str = "day";
/// How a resource was observed.
pub const ON: u8 = 1;
pub const GONE: u8 = 2;

#[derive(PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub schema: u32,
    pub kind: String,
    pub date: NaiveDate,
    pub records: usize,
    /// Every text, once; elsewhere its place in this list, counting from 1, and 0 for none.
    pub texts: Vec<String>,
    pub prices: Vec<PricePerHour>,
    pub resources: Vec<ResourceRow>,
    pub days: Vec<ResourceDayRow>,
    pub opened: Vec<OpenedRow>,
    pub closed: Vec<ClosedRow>,
    pub changes: Vec<ChangeRow>,
    pub sweeps: Vec<SweepRow>,
    pub powers: Vec<PowerRow>,
    /// Resource, and what was seen of its use on a day; roll-ups of before such records have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<(u32, UseDay)>,
    /// Records that a later version wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newer: Vec<Record>,
}

/// The id's two halves, kind, name, workspace, owner, size, region, where it is decided about, where it is billed; the
/// names and values of its tags.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResourceRow(
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub Vec<(u32, u32)>,
);

impl ResourceRow {
    /// The same where texts have other places: those of the id first, then of tags, then the others, as they always were.
    pub fn with_texts(self, mut text: impl FnMut(u32) -> u32) -> ResourceRow {
        let (first, second) = (text(self.0), text(self.1));
        let tags = self.10.into_iter();
        let tags = tags.map(|(name, value)| (text(name), text(value)));
        let tags = tags.collect();
        ResourceRow(
            first,
            second,
            text(self.2),
            text(self.3),
            text(self.4),
            text(self.5),
            text(self.6),
            text(self.7),
            text(self.8),
            text(self.9),
            tags,
        )
    }
}

/// Resource; accepted actions by cause; unneeded starts; waits; left; errors; failed; warning.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct ResourceDayRow(
    pub u32,
    pub Vec<(Cause, usize, usize)>,
    pub usize,
    pub usize,
    pub Vec<(Reason, usize)>,
    pub Option<Vec<TagError>>,
    pub Option<(u32,)>,
    pub u32,
);

/// Resource, kind, cause; operation; id where it is not made of those; opened, horizon; off anyway and why; how many;
/// size, region; price; benefit.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct OpenedRow(
    pub u32,
    pub IntervalKind,
    pub Cause,
    pub (u8, String),
    pub Option<String>,
    pub i64,
    pub i64,
    pub Option<(i64, u32)>,
    pub u32,
    pub u32,
    pub u32,
    pub u32,
    pub Benefit,
);

/// Resource, interval, kind, when, why.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct ClosedRow(
    pub u32,
    pub (u8, String),
    pub IntervalKind,
    pub i64,
    pub u32,
);

/// Size, region, when, price.
pub type ChangeRow = (u32, u32, i64, u32);

/// When, and what it has not seen.
pub type SweepRow = (i64, Vec<u32>);

/// Resource, when, since, [`ON`], [`GONE`] or 0 for off, how many.
pub type PowerRow = (u32, i64, i64, u8, Option<u32>);

/// What stands between the halves of a resource's id.
pub const MIDDLE: &str = "/computes/";

/// When a day begins, in seconds since 1970.
pub fn begin(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp()
}
