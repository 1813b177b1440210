//! Four layers of tags and the platform's defaults: which one each part of a policy comes from.

use super::cursor::{Failure, mend, nearest};
use super::{Defaults, Layer, Layers, Policy, Reading, Sourced, TagError, hold, schedule, simple};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// The names that may follow the prefix.
const NAMES: [&str; 7] = [
    "schedule",
    "idle",
    "max-uptime",
    "hold",
    "holidays",
    "notice",
    "mode",
];
/// Azure's own limit on a tag's value, in characters.
const LONGEST: usize = 256;

/// A tag that applies to the machine.
struct Found<'a> {
    layer: Layer,
    /// As it is written.
    tag: &'a str,
    value: &'a str,
}

/// Reads the tags of one machine. Never fails: what cannot be read stands in [`Reading::errors`].
pub fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    let mut tags: BTreeMap<&str, Vec<Found<'_>>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (layer, tag, value, name) in under_prefix(layers, &defaults.prefix) {
        let found = Found { layer, tag, value };
        match NAMES.iter().find(|known| **known == name) {
            Some(known) => tags.entry(known).or_default().push(found),
            None => unknown.push((found, name)),
        }
    }
    for found in tags.values_mut() {
        found.sort_by_key(|found| found.layer);
    }
    let governed = defaults.opt_out || !tags.is_empty() || !unknown.is_empty();
    let mut reader = Reader {
        tags,
        errors: Vec::new(),
        governed,
    };
    for (found, name) in unknown {
        reader.refuse_name(&found, &name, &defaults.prefix);
    }
    let policy = reader.policy(layers, defaults);
    Reading {
        policy,
        errors: reader.errors,
    }
}

/// Every tag under the prefix that applies to this machine: layer, tag, value, name in lower case.
fn under_prefix<'a>(layers: &Layers<'a>, prefix: &str) -> Vec<(Layer, &'a str, &'a str, String)> {
    let maps = [
        (Layer::Compute, layers.compute),
        (Layer::Workspace, layers.workspace),
        (Layer::ResourceGroup, layers.resource_group),
    ];
    let mut out = Vec::new();
    for (layer, map) in maps {
        for (tag, value) in map {
            let Some(name) = strip(tag, prefix) else {
                continue;
            };
            let (name, layer) = match name.split_once('.') {
                None => (name, layer),
                // Addressed to one compute: another's does not concern this one.
                Some((name, compute)) if compute.eq_ignore_ascii_case(layers.compute_name) => {
                    match layer {
                        Layer::Workspace => (name, Layer::WorkspaceAddressed),
                        layer => (name, layer),
                    }
                }
                Some(_) => continue,
            };
            out.push((layer, tag.as_str(), value.as_str(), name.to_lowercase()));
        }
    }
    out
}

/// The rest of a name after a prefix, ignoring case.
fn strip<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let mut rest = name.chars();
    for wanted in prefix.chars() {
        let found = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str())
}

struct Reader<'a> {
    tags: BTreeMap<&'a str, Vec<Found<'a>>>,
    errors: Vec<TagError>,
    governed: bool,
}

impl<'a> Reader<'a> {
    fn policy(&mut self, layers: &Layers<'_>, defaults: &Defaults) -> Policy {
        let zone = defaults.zone;
        let schedule = self.part("schedule", defaults.schedule.as_deref(), |text| {
            schedule::parse(text, zone)
        });
        // A hold's wall time is in the schedule's zone.
        let zone: Tz = schedule
            .as_ref()
            .map_or(zone, |schedule| schedule.value.zone);
        self.part("holidays", None, simple::holidays);
        Policy {
            governed: self.governed,
            schedule,
            idle: self.part("idle", defaults.idle.as_deref(), simple::idle),
            max_uptime: self.part("max-uptime", None, simple::length),
            hold: self.part("hold", None, |text| hold::parse(text, zone)),
            notice: self.part("notice", defaults.notice.as_deref(), simple::notice),
            mode: self.part("mode", None, simple::mode),
            owner: owner(layers, &defaults.owner_tag),
        }
    }

    /// One part of the policy: the nearest tag decides; farther ones are read only to report their mistakes.
    fn part<T>(
        &mut self,
        name: &str,
        default: Option<&str>,
        parse: impl Fn(&str) -> Result<T, Failure>,
    ) -> Option<Sourced<T>> {
        let parse = |text: &str| match text.chars().count() > LONGEST {
            true => Err(Failure::new(
                LONGEST,
                "a tag's value has at most 256 characters",
            )),
            false => parse(text),
        };
        let mut chosen = None;
        for (index, found) in self.tags.get(name).into_iter().flatten().enumerate() {
            match parse(found.value) {
                Ok(value) if index == 0 => {
                    chosen = Some(Sourced {
                        value,
                        layer: found.layer,
                        text: found.value.to_string(),
                    });
                }
                Ok(_) => {}
                Err(failure) => self.errors.push(TagError {
                    tag: found.tag.to_string(),
                    layer: found.layer,
                    value: found.value.to_string(),
                    column: failure.at + 1,
                    message: failure.message,
                    suggestion: mend(found.value, parse),
                    blocks: index == 0,
                }),
            }
        }
        if self.tags.contains_key(name) || !self.governed {
            return chosen;
        }
        // The settings have read the defaults already, with this very parser.
        let text = default?;
        parse(text).ok().map(|value| Sourced {
            value,
            layer: Layer::Default,
            text: text.to_string(),
        })
    }

    /// A name under the prefix that we do not know is an unreadable tag.
    fn refuse_name(&mut self, found: &Found<'_>, name: &str, prefix: &str) {
        let near = nearest(name, NAMES);
        // Where a nearer layer holds the tag that was meant, this one could not have said anything.
        let replaced = near.and_then(|near| self.tags.get(near));
        let replaced = replaced.is_some_and(|tags| tags.iter().any(|tag| tag.layer < found.layer));
        let names: Vec<String> = NAMES.iter().map(|name| format!("{prefix}{name}")).collect();
        self.errors.push(TagError {
            tag: found.tag.to_string(),
            layer: found.layer,
            value: found.value.to_string(),
            column: 1,
            message: format!(
                "there is no tag of this name; {} are known",
                names.join(", ")
            ),
            suggestion: near.map(|near| format!("{prefix}{near}")),
            blocks: !replaced,
        });
    }
}

/// The owner tag, on the nearest layer that has one; any text is an owner.
fn owner(layers: &Layers<'_>, tag: &str) -> Option<Sourced<String>> {
    let addressed = format!("{tag}.{}", layers.compute_name);
    let places = [
        (Layer::Compute, layers.compute, tag),
        (
            Layer::WorkspaceAddressed,
            layers.workspace,
            addressed.as_str(),
        ),
        (Layer::Workspace, layers.workspace, tag),
        (Layer::ResourceGroup, layers.resource_group, tag),
    ];
    places.into_iter().find_map(|(layer, map, name)| {
        let (_, value) = map
            .iter()
            .find(|(tag, value)| tag.eq_ignore_ascii_case(name) && !value.trim().is_empty())?;
        Some(Sourced {
            value: value.trim().to_string(),
            layer,
            text: value.clone(),
        })
    })
}
