//! What clocks show in every place, from Python's zoneinfo and PyPI's tzdata: the product's own zones are not asked.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use std::sync::OnceLock;

/// A zone by somebody else's data.
pub struct Place {
    pub name: &'static str,
    pub stretches: Vec<Stretch>,
}

/// From an instant to the next one's: seconds that the clocks are ahead of UTC, and what that is called.
#[derive(Debug)]
pub struct Stretch {
    pub from: i64,
    pub ahead: i32,
    pub abbreviation: &'static str,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Place {
    pub fn stretch(&self, at: DateTime<Utc>) -> &Stretch {
        let after = |one: &Stretch| one.from <= at.timestamp();
        let next = self.stretches.partition_point(after);
        &self.stretches[next.max(1) - 1]
    }

    /// What the wall shows.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::seconds(self.stretch(at).ahead.into())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "somebody else's data, which tests/setup fetches: it is not in the repository"
)]
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/.cache/zones/changes.txt"
        );
        let read = std::fs::read_to_string(file);
        read.unwrap_or_else(|error| panic!("{file}: {error}; `bash tests/setup zones` makes it"))
    })
}

/// The release that all of it is from.
pub fn release() -> &'static str {
    let first = text()
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("version "));
    first.expect("the first line tells the release")
}

pub fn places() -> &'static [Place] {
    static PLACES: OnceLock<Vec<Place>> = OnceLock::new();
    PLACES.get_or_init(|| text().lines().skip(1).map(read).collect())
}

pub fn place(name: &str) -> &'static Place {
    let found = places().iter().find(|place| place.name == name);
    found.unwrap_or_else(|| panic!("{name} is no zone"))
}

fn read(line: &'static str) -> Place {
    let words: Vec<&'static str> = line.split(' ').collect();
    let stretch = |from: i64, two: &[&'static str]| Stretch {
        from,
        ahead: two[0].parse().expect("seconds"),
        abbreviation: two[1],
    };
    let later = words[3..].chunks_exact(3);
    let later = later.map(|three| stretch(three[0].parse().expect("an instant"), &three[1..]));
    let first = stretch(i64::MIN, &words[1..3]);
    Place {
        name: words[0],
        stretches: [first].into_iter().chain(later).collect(),
    }
}
