//! What owners write: the tags of a machine and of the layers above it become a [`Policy`], with errors
//! that point at the character. Pure.

mod cron;
mod cursor;
mod days;
mod error;
mod habits;
mod hold;
mod holidays;
mod idle;
mod layers;
mod print;
mod schedule;
mod simple;
mod suggest;
mod time;
mod whole;
mod word;
mod zone;

use crate::schedule::{DaysOff, Power, Schedule};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Where a part of a policy came from, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The compute's own tag.
    Compute,
    /// The workspace's tag addressed to the compute (`lamp-schedule.<compute>`).
    WorkspaceAddressed,
    Workspace,
    ResourceGroup,
    /// The platform's settings.
    Default,
}

/// The tags of one machine, layer by layer, as Azure gave them.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    pub compute_name: &'a str,
    pub compute: &'a BTreeMap<String, String>,
    pub workspace: &'a BTreeMap<String, String>,
    pub resource_group: &'a BTreeMap<String, String>,
}

/// What the platform's settings say where no tag does.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// `TAG_PREFIX`, compared without case.
    pub prefix: String,
    /// `OWNER_TAG`, a whole tag name.
    pub owner_tag: String,
    pub zone: Tz,
    /// `DEFAULT_SCHEDULE`, in the language of `lamp-schedule`; the settings check that it parses.
    pub schedule: Option<String>,
    /// `DEFAULT_IDLE`, in the language of `lamp-idle`.
    pub idle: Option<String>,
    /// `DEFAULT_NOTICE`, in the language of `lamp-notice`.
    pub notice: Option<String>,
    /// `DEFAULT_HOLIDAYS`, in the language of `lamp-holidays`.
    pub holidays: Option<String>,
    /// `OPT_OUT`: machines without any tag are governed by the defaults too.
    pub opt_out: bool,
    /// `SCHEDULES`: schedules that tags may name, by their names in lower case.
    pub schedules: Arc<BTreeMap<String, Schedule>>,
    /// `CALENDARS`: calendars that tags may name, by their names in lower case.
    pub calendars: Arc<BTreeMap<String, Calendar>>,
}

impl Default for Defaults {
    /// What the settings are where none is set.
    fn default() -> Defaults {
        Defaults {
            prefix: "lamp-".into(),
            owner_tag: "owner".into(),
            zone: Tz::UTC,
            schedule: None,
            idle: None,
            notice: None,
            holidays: None,
            opt_out: false,
            schedules: Arc::default(),
            calendars: Arc::default(),
        }
    }
}

/// A calendar of the platform's own, as it was last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub days_off: DaysOff,
    /// Why it could not be read; its days then count as working days, which stops nobody.
    pub problem: Option<String>,
}

/// A value with the layer that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub layer: Layer,
    /// The text as the owner wrote it.
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// False: no tag under the prefix on any layer and not `OPT_OUT`; such a machine is left alone.
    pub governed: bool,
    pub schedule: Option<Sourced<Schedule>>,
    pub idle: Option<Sourced<Idle>>,
    pub max_uptime: Option<Sourced<Duration>>,
    pub hold: Option<Sourced<Hold>>,
    /// `None` value: notices are off.
    pub notice: Option<Sourced<Option<Duration>>>,
    pub mode: Option<Sourced<Mode>>,
    /// Its days are in the schedule's [`Schedule::days_off`].
    pub holidays: Option<Sourced<Holidays>>,
    pub owner: Option<Sourced<String>>,
}

/// `lamp-idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    Off,
    After {
        /// Without work for this long, it is put out.
        length: Duration,
        limits: Limits,
    },
}

/// The loads below which a machine counts as idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub cpu: Percent,
    pub gpu: Percent,
}

impl Default for Limits {
    /// 5 % each.
    fn default() -> Limits {
        let usual = Percent { tenths: 50 };
        Limits {
            cpu: usual,
            gpu: usual,
        }
    }
}

/// 0.1 % to 100 %, in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    tenths: u16,
}

/// `lamp-holidays`: any calendars, joined with commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// `PT`, `DE-BY`, or the names of the platform's own calendars; none for `none`.
    pub calendars: Vec<String>,
    pub days_off: DaysOff,
    /// Which of them could not be read, and why.
    pub problems: Vec<String>,
}

/// `lamp-hold`: an exception that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub power: Power,
    pub until: DateTime<Utc>,
}

/// `lamp-mode`: any of its words, joined with commas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// Say only.
    pub dry_run: bool,
    /// Undo people's own starts and stops too.
    pub enforce: bool,
    /// Never start.
    pub stop_only: bool,
    /// Leave alone.
    pub ignore: bool,
}

/// A tag that cannot be read, with what would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagError {
    /// The tag's name as written.
    pub tag: String,
    pub layer: Layer,
    /// The tag's value as written.
    pub value: String,
    /// 1-based column, in characters, of the value where reading stopped; 0 where the tag's name is at fault.
    pub column: usize,
    pub message: String,
    /// A corrected value (or tag name, where the name is at fault), that itself reads.
    pub suggestion: Option<String>,
    /// False: a nearer layer replaces this tag, so it is reported and blocks nothing.
    pub blocks: bool,
}

/// A policy with everything in the tags that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub policy: Policy,
    pub errors: Vec<TagError>,
}

impl Reading {
    /// The same policy, said and not acted on, as if it were written `lamp-mode: dry-run` too. `by`: the platform's
    /// setting that wants it so.
    pub fn observed(&mut self, by: &str) {
        let mode = self.policy.mode.get_or_insert_with(|| Sourced {
            value: Mode::default(),
            layer: Layer::Default,
            text: by.to_owned(),
        });
        mode.value.dry_run = true;
    }
}

/// Reads the tags of one machine. Never fails: what cannot be read stands in [`Reading::errors`].
pub fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    layers::read(layers, defaults)
}

/// Reads a zone as schedules take it: an IANA name, and no abbreviation.
pub fn read_zone(text: &str) -> Option<Tz> {
    zone::read(&mut cursor::Cursor::new(text.trim())).ok()
}

/// Reads one schedule, as `lamp-schedule` holds it, that names no other. The error's `tag` is empty and its layer `Default`.
pub fn read_schedule(text: &str, default_zone: Tz) -> Result<Schedule, TagError> {
    let none = BTreeMap::new();
    let parse = |text: &str| schedule::parse(text, default_zone, &none);
    parse(text).map_err(|fault| {
        layers::error(
            "",
            Layer::Default,
            text,
            fault,
            suggest::correct(text, parse),
            true,
        )
    })
}
