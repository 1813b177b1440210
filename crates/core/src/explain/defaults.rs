//! The `defaults` of a case, laid over the platform's.

use super::object::Object;
use crate::duration;
use crate::policy::{
    Defaults, LEASES, Layer, TAG_PREFIX_FORM, TagError, is_schedule_name, is_tag_prefix,
    read_schedule, read_zone,
};
use crate::schedule::Schedule;
use crate::tz::Tz;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What holds where no tag says otherwise.
#[derive(Clone, Debug)]
pub struct Base {
    pub defaults: Defaults,
    /// `LEASE`.
    pub lease: TimeDelta,
}

/// `defaults` as a line has them, each in the language of its setting.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Laid {
    zone: Option<String>,
    schedule: Option<String>,
    idle: Option<String>,
    notice: Option<String>,
    holidays: Option<String>,
    opt_out: Option<bool>,
    lease: Option<String>,
    tag_prefix: Option<String>,
    owner_tag: Option<String>,
    /// Schedules that tags may name.
    schedules: Option<BTreeMap<String, String>>,
}

/// Bases by the text of their `defaults`: a file of cases has few.
#[derive(Debug)]
pub struct Bases {
    platform: Base,
    known: HashMap<String, Result<Arc<Base>, TagError>>,
}

/// More different ones than any file of cases is likely to have; beyond this, all are read anew.
const MOST_KEPT: usize = 1_024;

impl Bases {
    pub fn new(platform: Base) -> Bases {
        Bases {
            platform,
            known: HashMap::new(),
        }
    }

    pub fn platform(&self) -> &Base {
        &self.platform
    }

    /// The platform's with `text` laid over them.
    ///
    /// # Errors
    /// An unknown name or a bad value; its tag is `defaults.` and the name.
    pub fn laid(&mut self, text: &str) -> Result<Arc<Base>, TagError> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let laid = lay(&self.platform, text).map(Arc::new);
        if self.known.len() >= MOST_KEPT {
            self.known.clear();
        }
        self.known.insert(text.to_string(), laid.clone());
        laid
    }
}

fn wrong(name: &str, value: &str, message: String) -> TagError {
    let dot = if name.is_empty() { "" } else { "." };
    TagError {
        tag: format!("defaults{dot}{name}"),
        layer: Layer::Default,
        value: value.to_string(),
        column: 0,
        message,
        suggestion: None,
        blocks: true,
    }
}

/// The error of a `defaults` that cannot be read, by the name that is at fault.
fn at_fault(text: &str, error: &serde_json::Error) -> TagError {
    let whole: Result<Map<String, Value>, _> = serde_json::from_str(text);
    let parts = whole.unwrap_or_default().into_iter();
    let mut wrongs = parts.filter_map(|(name, value)| {
        let alone = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
        let error = serde_json::from_value::<Laid>(alone).err()?;
        Some(wrong(&name, &value.to_string(), error.to_string()))
    });
    wrongs
        .next()
        .unwrap_or_else(|| wrong("", text, error.to_string()))
}

fn lay(platform: &Base, text: &str) -> Result<Base, TagError> {
    let Object(laid): Object<Laid> =
        serde_json::from_str(text).map_err(|error| at_fault(text, &error))?;
    let mut base = platform.clone();
    let defaults = &mut base.defaults;
    if let Some(zone) = laid.zone {
        defaults.zone = read_zone(&zone).ok_or_else(|| {
            let message = "expected an IANA time zone such as Europe/Lisbon";
            wrong("zone", &zone, message.into())
        })?;
    }
    if let Some(text) = laid.lease {
        base.lease = lease(&text)?;
    }
    if let Some(named) = laid.schedules {
        let read = with_schedules(&defaults.schedules, named, defaults.zone)?;
        defaults.schedules = Arc::new(read);
    }
    // What these say is in the language of the tags, and read with the tags.
    let over = |old: &mut Option<String>, new: Option<String>| {
        if let Some(new) = new {
            *old = Some(new).filter(|text| !text.trim().is_empty());
        }
    };
    over(&mut defaults.schedule, laid.schedule);
    over(&mut defaults.idle, laid.idle);
    over(&mut defaults.notice, laid.notice);
    over(&mut defaults.holidays, laid.holidays);
    defaults.opt_out = laid.opt_out.unwrap_or(defaults.opt_out);
    if let Some(prefix) = laid.tag_prefix {
        if !is_tag_prefix(&prefix) {
            let message = format!("expected {TAG_PREFIX_FORM}");
            return Err(wrong("tagPrefix", &prefix, message));
        }
        defaults.prefix = prefix;
    }
    if let Some(owner_tag) = laid.owner_tag {
        defaults.owner_tag = owner_tag;
    }
    Ok(base)
}

fn lease(text: &str) -> Result<TimeDelta, TagError> {
    let length = duration::parse(text).ok();
    length
        .filter(|length| LEASES.contains(length))
        .and_then(|length| TimeDelta::from_std(length).ok())
        .ok_or_else(|| {
            let message = "expected a length of time from 1m to 7d, such as 4h";
            wrong("lease", text, message.into())
        })
}

/// The platform's schedules with these added; one of the same name takes the place of the platform's.
fn with_schedules(
    platform: &BTreeMap<String, Schedule>,
    named: BTreeMap<String, String>,
    zone: Tz,
) -> Result<BTreeMap<String, Schedule>, TagError> {
    let mut all = platform.clone();
    for (name, text) in named {
        if !is_schedule_name(&name) {
            let message = format!("{name} cannot be the name of a schedule");
            return Err(wrong("schedules", &text, message));
        }
        let schedule = read_schedule(&text, zone)
            .map_err(|error| wrong("schedules", &text, format!("{name}: {}", error.message)))?;
        all.insert(name.to_lowercase(), schedule);
    }
    Ok(all)
}
