//! The `defaults` of a case, laid over the settings.

use crate::policy::{Defaults, Layer, TagError, read_schedule, read_zone};
use crate::settings::{Settings, is_name};
use chrono::TimeDelta;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// What holds where no tag says.
#[derive(Clone, Debug)]
pub struct Base {
    pub defaults: Defaults,
    /// `LEASE`.
    pub lease: TimeDelta,
}

impl Base {
    pub fn of(settings: &Settings, defaults: Defaults) -> Base {
        Base {
            defaults,
            // `Settings` keeps the lease within days, far inside what a `TimeDelta` holds.
            lease: TimeDelta::from_std(settings.lease).unwrap_or(TimeDelta::hours(4)),
        }
    }
}

/// As a line has them, each in the language of its setting.
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
pub struct Bases {
    settings: Base,
    known: HashMap<String, Result<Rc<Base>, TagError>>,
}

/// More different ones than any file of cases means to have; beyond, all are read anew.
const MOST_KEPT: usize = 1_024;

impl Bases {
    pub fn new(settings: Base) -> Bases {
        Bases {
            settings,
            known: HashMap::new(),
        }
    }

    pub fn settings(&self) -> &Base {
        &self.settings
    }

    /// The settings with `text` laid over them.
    ///
    /// # Errors
    /// An unknown name or a bad value; its tag is `defaults.` and the name.
    pub fn laid(&mut self, text: &str) -> Result<Rc<Base>, TagError> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let laid = lay(&self.settings, text).map(Rc::new);
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

fn lay(settings: &Base, text: &str) -> Result<Base, TagError> {
    let laid: Laid =
        serde_json::from_str(text).map_err(|error| wrong("", text, error.to_string()))?;
    let mut base = settings.clone();
    let defaults = &mut base.defaults;
    if let Some(zone) = laid.zone {
        defaults.zone = read_zone(&zone).ok_or_else(|| {
            let message = "expected an IANA time zone such as Europe/Lisbon";
            wrong("zone", &zone, message.into())
        })?;
    }
    if let Some(lease) = laid.lease {
        let length = crate::duration::parse(&lease).ok();
        base.lease = length
            .and_then(|length| TimeDelta::from_std(length).ok())
            .filter(|length| *length <= TimeDelta::days(7))
            .ok_or_else(|| {
                let message = "expected a length of time up to 7d, such as 4h";
                wrong("lease", &lease, message.into())
            })?;
    }
    if let Some(named) = laid.schedules {
        let mut read = BTreeMap::clone(&defaults.schedules);
        for (name, text) in named {
            if !is_name(&name) {
                let message = format!("{name} cannot be the name of a schedule");
                return Err(wrong("schedules", &text, message));
            }
            let schedule = read_schedule(&text, defaults.zone)
                .map_err(|error| wrong("schedules", &text, format!("{name}: {}", error.message)))?;
            read.insert(name.to_lowercase(), schedule);
        }
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
        defaults.prefix = prefix;
    }
    if let Some(owner_tag) = laid.owner_tag {
        defaults.owner_tag = owner_tag;
    }
    Ok(base)
}
