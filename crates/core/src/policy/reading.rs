//! What was read from the tags of one resource.

use super::error::TagError;
use super::held::Hold;
use super::layer::Layer;
use super::target::{Target, Ungoverned, WithoutEffect};
use super::values::{Holidays, Idle, Mode};
use crate::schedule::Schedule;
use crate::tz::Tz;
use std::collections::BTreeMap;
use std::time::Duration;

/// A value with the layer that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub layer: Layer,
    /// The text as the owner wrote it.
    pub text: String,
}

/// What holds for one resource; each part is `None` where no layer sets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// False: no tag under the prefix on any layer and not `OPT_OUT`; such a resource is left alone.
    pub governed: bool,
    pub schedule: Option<Sourced<Schedule>>,
    /// In which its owner reads and writes times: the schedule's, or else the platform's.
    pub zone: Option<Tz>,
    pub idle: Option<Sourced<Idle>>,
    /// From one minute to 366 days.
    pub max_uptime: Option<Sourced<Duration>>,
    pub hold: Option<Sourced<Hold>>,
    /// After so many days of scheduled starts that nobody used it is started no more. `None` value: it always is.
    pub unused: Option<Sourced<Option<u32>>>,
    /// `None` value: notices are off.
    pub notice: Option<Sourced<Option<Duration>>>,
    pub mode: Option<Sourced<Mode>>,
    /// Its days are in the schedule's [`Schedule::days_off`].
    pub holidays: Option<Sourced<Holidays>>,
    /// How many nodes or instances are kept while it is on, from 1.
    pub warm: Option<Sourced<u32>>,
    /// How many of them while it is off; fewer than [`Policy::warm`], and at least 1 of a deployment.
    pub floor: Option<Sourced<u32>>,
    /// One line, not empty.
    pub owner: Option<Sourced<String>>,
}

/// A policy with everything in the tags that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What was read for.
    pub target: Target,
    pub policy: Policy,
    pub errors: Vec<TagError>,
    /// Why there are tags and it is not governed, where that depends on its kind.
    pub ungoverned: Option<Ungoverned>,
    /// Its own and addressed tags that change nothing on its kind; the policy leaves them out.
    pub without_effect: Vec<WithoutEffect>,
    /// The nearest value of each tag that divides costs, whatever governs the resource.
    pub cost_tags: BTreeMap<String, String>,
}

impl Reading {
    /// Makes the policy one that is decided and reported but not acted on, as if `lamp-mode: dry-run` were written too.
    /// `by`: the platform's setting that wants it so.
    pub fn observed(&mut self, by: &str) {
        let mode = self.policy.mode.get_or_insert_with(|| Sourced {
            value: Mode::default(),
            layer: Layer::Default,
            text: by.to_owned(),
        });
        mode.value.dry_run = true;
    }
}

impl Policy {
    /// How many nodes or instances of a kind that scales stay while it is off.
    pub fn floor_of(&self, target: Target) -> u32 {
        let own = self.floor.as_ref().map(|floor| floor.value);
        own.unwrap_or(target.usual_floor())
    }

    /// Raises that number to the least which Azure allows.
    pub fn raise_floor(&mut self, target: Target, least: u32) {
        if self.floor_of(target) < least {
            let own = self.floor.take();
            self.floor = Some(Sourced {
                value: least,
                layer: own.as_ref().map_or(Layer::Default, |own| own.layer),
                text: own.map_or_else(|| least.to_string(), |own| own.text),
            });
        }
    }
}
