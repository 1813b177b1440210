//! Which layer's tag rules, tag by tag, and which names under the prefix are known.

use super::error::Fault;
use super::{
    Defaults, Layer, Layers, Policy, Reading, Sourced, TagError, hold, holidays, idle, schedule,
    simple, suggest,
};
use std::borrow::Cow;
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
    name: Cow<'a, str>,
    value: &'a str,
}

/// Everything that speaks of this machine, nearest first.
struct Found<'a> {
    tags: Vec<Tag<'a>>,
    errors: Vec<TagError>,
    governed: bool,
}

pub(super) fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
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
                defaults,
                compute: layers.compute_name,
            },
        );
    }
    found.defaults(defaults);
    let mut schedule = found.pick("schedule", |text| {
        schedule::parse(text, defaults.zone, &defaults.schedules)
    });
    let zone = schedule
        .as_ref()
        .map_or(defaults.zone, |schedule| schedule.value.zone);
    let holidays = found.pick("holidays", |text| {
        holidays::parse(text, &defaults.calendars)
    });
    if let (Some(schedule), Some(holidays)) = (&mut schedule, &holidays) {
        schedule.value.days_off = holidays.value.days_off.clone();
    }
    let policy = Policy {
        governed: found.governed,
        schedule,
        idle: found.pick("idle", idle::parse),
        max_uptime: found.pick("max-uptime", simple::length),
        hold: found.pick("hold", |text| hold::parse(text, zone)),
        notice: found.pick("notice", simple::length_or_off),
        mode: found.pick("mode", simple::mode),
        holidays,
        owner: found.pick(OWNER, simple::owner),
    };
    Reading {
        policy,
        errors: found.errors,
    }
}

/// What a tag's name is compared with.
struct Names<'a> {
    defaults: &'a Defaults,
    compute: &'a str,
}

/// Whether two names are one but for letter case, which Azure ignores in them.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}

/// What follows the prefix in a name under it.
fn after_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let length = match name.is_ascii() {
        true => prefix.len(),
        // Letters may have another length in the other case.
        false => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .find(|at| same(&name[..*at], prefix))?,
    };
    let (head, rest) = name.split_at_checked(length)?;
    same(head, prefix).then_some(rest)
}

impl<'a> Found<'a> {
    fn collect(&mut self, layer: Layer, tags: &'a BTreeMap<String, String>, names: &Names<'_>) {
        for (name, value) in tags {
            let under = after_prefix(name, &names.defaults.prefix);
            if same(name, &names.defaults.owner_tag) {
                self.governed |= under.is_some() && layer != Layer::WorkspaceAddressed;
                self.owner(layer, name, value);
                continue;
            }
            let Some(rest) = under else { continue };
            let (key, target) = rest
                .split_once('.')
                .map_or((rest, None), |(key, target)| (key, Some(target)));
            let addressed =
                target.is_some_and(|target| !target.is_empty() && same(target, names.compute));
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
            if let Some(error) = not_azures(layer, name, value) {
                self.errors.push(error);
                continue;
            }
            let here = (layer == Layer::WorkspaceAddressed) == target.is_some();
            match KEYS.iter().find(|known| known.eq_ignore_ascii_case(key)) {
                Some(key) if here && self.says_twice(layer, key) => {
                    self.errors.push(twice(layer, name, value));
                }
                Some(key) if here => self.tags.push(Tag {
                    layer,
                    key,
                    name: name.into(),
                    value,
                }),
                known => self
                    .errors
                    .push(unknown(layer, name, value, key, known.is_some(), names)),
            }
        }
    }

    fn owner(&mut self, layer: Layer, name: &'a str, value: &'a str) {
        // An owner without a name is none; a farther layer may have one.
        if layer != Layer::WorkspaceAddressed && !value.trim().is_empty() {
            self.tags.push(Tag {
                layer,
                key: OWNER,
                name: name.into(),
                value,
            });
        }
    }

    fn says_twice(&self, layer: Layer, key: &str) -> bool {
        let mut tags = self.tags.iter();
        tags.any(|tag| tag.layer == layer && tag.key == key)
    }

    fn defaults(&mut self, defaults: &'a Defaults) {
        let texts = [
            ("schedule", &defaults.schedule),
            ("idle", &defaults.idle),
            ("notice", &defaults.notice),
            ("holidays", &defaults.holidays),
        ];
        for (key, text) in texts {
            if let Some(value) = text {
                let name = format!("{}{key}", defaults.prefix);
                self.tags.push(Tag {
                    layer: Layer::Default,
                    key,
                    name: name.into(),
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

/// A tag that stands twice on one layer, in different letter case: Azure takes that for one, so who wrote both
/// meant only one of them.
fn twice(layer: Layer, name: &str, value: &str) -> TagError {
    TagError {
        tag: name.to_owned(),
        layer,
        value: value.to_owned(),
        column: 0,
        message: "this tag is written twice, in different letter case".into(),
        suggestion: None,
        blocks: true,
    }
}

/// What Azure allows in no tag's name, and how long one may be.
const NOT_IN_NAMES: [char; 7] = ['<', '>', '%', '&', '\\', '?', '/'];
const LONGEST_NAME: usize = 512;

/// A name that no tag in Azure can have: on the command line, or addressed to a compute that does not exist.
fn not_azures(layer: Layer, name: &str, value: &str) -> Option<TagError> {
    let message = if name.contains(NOT_IN_NAMES) {
        "Azure takes no tag name with < > % & \\ ? or /".to_string()
    } else if name.len() > LONGEST_NAME && name.chars().count() > LONGEST_NAME {
        format!("Azure takes no tag name of more than {LONGEST_NAME} characters")
    } else {
        return None;
    };
    Some(TagError {
        tag: name.to_owned(),
        layer,
        value: value.to_owned(),
        column: 0,
        message,
        suggestion: None,
        blocks: true,
    })
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
    let key = &key.to_lowercase();
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
