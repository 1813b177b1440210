//! Which layer's tag rules, tag by tag, and which names under the prefix are known.

use super::error::Fault;
use super::{
    Defaults, Layer, Layers, Policy, Reading, Sourced, TagError, hold, schedule, simple, suggest,
};
use std::collections::BTreeMap;

/// What the tags are called after the prefix.
const KEYS: [&str; 7] = [
    "schedule",
    "idle",
    "max-uptime",
    "hold",
    "holidays",
    "notice",
    "mode",
];
const OWNER: &str = "owner";

/// A tag that speaks of this machine.
struct Tag<'a> {
    layer: Layer,
    key: &'static str,
    name: String,
    value: &'a str,
}

/// Everything that speaks of this machine, nearest first.
struct Found<'a> {
    tags: Vec<Tag<'a>>,
    errors: Vec<TagError>,
    governed: bool,
}

pub(super) fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    let prefix = defaults.prefix.to_lowercase();
    let mut found = Found {
        tags: vec![],
        errors: vec![],
        governed: defaults.opt_out,
    };
    for (layer, tags) in [
        (Layer::Compute, layers.compute),
        (Layer::WorkspaceAddressed, layers.workspace),
        (Layer::Workspace, layers.workspace),
        (Layer::ResourceGroup, layers.resource_group),
    ] {
        found.collect(
            layer,
            tags,
            &Names {
                prefix: &prefix,
                defaults,
                compute: layers.compute_name,
            },
        );
    }
    found.defaults(defaults);
    let schedule = found.pick("schedule", |text| schedule::parse(text, defaults.zone));
    let zone = schedule
        .as_ref()
        .map_or(defaults.zone, |schedule| schedule.value.zone);
    found.pick("holidays", simple::holidays);
    let policy = Policy {
        governed: found.governed,
        schedule,
        idle: found.pick("idle", simple::idle),
        max_uptime: found.pick("max-uptime", simple::length),
        hold: found.pick("hold", |text| hold::parse(text, zone)),
        notice: found.pick("notice", simple::length_or_off),
        mode: found.pick("mode", simple::mode),
        owner: found.pick(OWNER, simple::owner),
    };
    Reading {
        policy,
        errors: found.errors,
    }
}

/// What a tag's name is compared with.
struct Names<'a> {
    /// In lower case.
    prefix: &'a str,
    defaults: &'a Defaults,
    compute: &'a str,
}

impl<'a> Found<'a> {
    fn collect(&mut self, layer: Layer, tags: &'a BTreeMap<String, String>, names: &Names<'_>) {
        for (name, value) in tags {
            let lower = name.to_lowercase();
            let under = lower.strip_prefix(names.prefix);
            if lower == names.defaults.owner_tag.to_lowercase() {
                if layer != Layer::WorkspaceAddressed {
                    self.governed |= under.is_some();
                    // An owner without a name is none; a farther layer may have one.
                    if !value.trim().is_empty() {
                        self.tags.push(Tag {
                            layer,
                            key: OWNER,
                            name: name.clone(),
                            value,
                        });
                    }
                }
                continue;
            }
            let Some(rest) = under else { continue };
            let (key, target) = rest
                .split_once('.')
                .map_or((rest, None), |(key, target)| (key, Some(target)));
            let addressed = target.is_some_and(|target| target == names.compute.to_lowercase());
            let applies = match layer {
                Layer::WorkspaceAddressed => addressed,
                Layer::Workspace => target.is_none_or(str::is_empty),
                Layer::ResourceGroup => target.is_none() || addressed,
                Layer::Compute | Layer::Default => true,
            };
            if !applies {
                continue;
            }
            self.governed = true;
            let here = (layer == Layer::WorkspaceAddressed) == target.is_some();
            match KEYS.iter().find(|known| **known == key) {
                Some(key) if here => self.tags.push(Tag {
                    layer,
                    key,
                    name: name.clone(),
                    value,
                }),
                known => self
                    .errors
                    .push(unknown(layer, name, value, key, known.is_some(), names)),
            }
        }
    }

    fn defaults(&mut self, defaults: &'a Defaults) {
        let texts = [
            ("schedule", &defaults.schedule),
            ("idle", &defaults.idle),
            ("notice", &defaults.notice),
        ];
        for (key, text) in texts {
            if let Some(value) = text {
                let name = format!("{}{key}", defaults.prefix);
                self.tags.push(Tag {
                    layer: Layer::Default,
                    key,
                    name,
                    value,
                });
            }
        }
    }

    /// Reads every tag of one key. The nearest rules even where it cannot be read: a farther one must not
    /// act in the place of an owner's slip.
    fn pick<T>(
        &mut self,
        key: &str,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<Sourced<T>> {
        let mut picked = None;
        let mut nearest = true;
        for tag in self.tags.iter().filter(|tag| tag.key == key) {
            match read(tag.value) {
                Ok(value) if nearest => {
                    picked = Some(Sourced {
                        value,
                        layer: tag.layer,
                        text: tag.value.to_owned(),
                    })
                }
                Ok(_) => {}
                Err(fault) => {
                    let suggestion = suggest::correct(tag.value, &read);
                    self.errors.push(error(
                        &tag.name, tag.layer, tag.value, fault, suggestion, nearest,
                    ));
                }
            }
            nearest = false;
        }
        picked
    }
}

pub(super) fn error(
    tag: &str,
    layer: Layer,
    value: &str,
    fault: Fault,
    suggestion: Option<String>,
    blocks: bool,
) -> TagError {
    TagError {
        tag: tag.to_owned(),
        layer,
        value: value.to_owned(),
        column: fault.at + 1,
        message: fault.message,
        suggestion,
        blocks,
    }
}

/// A name under the prefix that means nothing, or that is addressed to a compute where none can be.
fn unknown(
    layer: Layer,
    name: &str,
    value: &str,
    key: &str,
    known: bool,
    names: &Names<'_>,
) -> TagError {
    let prefix = &names.defaults.prefix;
    let (message, suggestion) = if known {
        let message = match layer {
            Layer::Workspace => "expected the name of a compute after the dot",
            _ => {
                "only a workspace's tag is addressed to a compute; here the name ends before the dot"
            }
        };
        (message.to_owned(), Some(format!("{prefix}{key}")))
    } else {
        let joined = key.replace(['_', ' '], "-");
        let meant = KEYS
            .into_iter()
            .find(|known| known.replace('-', "") == joined.replace('-', ""));
        let meant = meant.or_else(|| suggest::nearest(&joined, KEYS));
        let address = if layer == Layer::WorkspaceAddressed {
            format!(".{}", names.compute)
        } else {
            String::new()
        };
        let known: Vec<String> = KEYS
            .iter()
            .map(|known| format!("{prefix}{known}"))
            .collect();
        (
            format!("no tag has this name: expected one of {}", known.join(", ")),
            meant.map(|meant| format!("{prefix}{meant}{address}")),
        )
    };
    TagError {
        tag: name.to_owned(),
        layer,
        value: value.to_owned(),
        column: 0,
        message,
        suggestion,
        blocks: true,
    }
}
