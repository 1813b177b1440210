//! Which layer's tag rules, tag by tag, and which names under the prefix are known.

use super::defaults::Defaults;
use super::error::TagError;
use super::fault::Fault;
use super::layer::Layer;
use super::reading::{Policy, Reading, Sourced};
use super::{hold, holidays, idle, schedule, simple, suggest};
use crate::observe::Tags;
use std::borrow::Cow;

/// The tags of one resource, layer by layer, as Azure gave them.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    /// For tags of the workspace that are addressed to it; compared without case.
    pub compute_name: &'a str,
    pub compute: &'a Tags,
    pub workspace: &'a Tags,
    pub resource_group: &'a Tags,
}

/// What the tags are called after the prefix.
const KEYS: [&str; 8] = [
    "schedule",
    "idle",
    "max-uptime",
    "hold",
    "holidays",
    "notice",
    "unused",
    "mode",
];
const OWNER: &str = "owner";

/// A tag that applies to this resource.
struct Tag<'a> {
    layer: Layer,
    key: &'static str,
    name: Cow<'a, str>,
    value: &'a str,
}

/// Everything that applies to this resource, nearest first.
struct Applying<'a> {
    tags: Vec<Tag<'a>>,
    errors: Vec<TagError>,
    governed: bool,
}

/// Reads the tags of one resource. Never fails: what cannot be read stands in [`Reading::errors`].
///
/// The nearest layer rules, tag by tag:
///
/// ```
/// use lamplighter_core::policy::{self, Defaults, Layer, Layers};
/// use lamplighter_core::observe::Tags;
///
/// let own = Tags::from([("lamp-idle".into(), "60m".into())]);
/// let workspace = Tags::from([
///     ("lamp-idle".into(), "2h".into()),
///     ("lamp-schedule.gpu-1".into(), "Mon-Fri 08:00-19:00".into()),
/// ]);
/// let layers = Layers {
///     compute_name: "gpu-1",
///     compute: &own,
///     workspace: &workspace,
///     resource_group: &Tags::new(),
/// };
/// let policy = policy::read(&layers, &Defaults::default()).policy;
///
/// let idle = policy.idle.ok_or("no idle time")?;
/// assert_eq!((idle.layer, idle.value.to_string()), (Layer::Compute, "1h".into()));
/// let schedule = policy.schedule.ok_or("no schedule")?;
/// assert_eq!(schedule.layer, Layer::WorkspaceAddressed);
/// # Ok::<(), &str>(())
/// ```
pub fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    let mut tags = Applying {
        tags: vec![],
        errors: vec![],
        governed: defaults.opt_out,
    };
    for (layer, all) in [
        (Layer::Compute, layers.compute),
        (Layer::WorkspaceAddressed, layers.workspace),
        (Layer::Workspace, layers.workspace),
        (Layer::ResourceGroup, layers.resource_group),
    ] {
        tags.collect(
            layer,
            all,
            &Names {
                defaults,
                compute: layers.compute_name,
            },
        );
    }
    tags.defaults(defaults);
    let mut schedule = tags.pick("schedule", |text| {
        schedule::parse(text, defaults.zone, &defaults.schedules)
    });
    let zone = schedule
        .as_ref()
        .map_or(defaults.zone, |schedule| schedule.value.zone);
    let holidays = tags.pick("holidays", |text| {
        holidays::parse(text, &defaults.calendars)
    });
    if let (Some(schedule), Some(holidays)) = (&mut schedule, &holidays) {
        schedule.value.days_off = holidays.value.days_off.clone();
    }
    let policy = Policy {
        governed: tags.governed,
        schedule,
        zone: Some(zone),
        idle: tags.pick("idle", idle::parse),
        max_uptime: tags.pick("max-uptime", simple::length),
        hold: tags.pick("hold", |text| hold::parse(text, zone)),
        notice: tags.pick("notice", simple::notice),
        unused: tags.pick("unused", simple::days_or_off),
        mode: tags.pick("mode", simple::mode),
        holidays,
        owner: tags.pick(OWNER, simple::owner),
    };
    Reading {
        policy,
        errors: tags.errors,
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

impl<'a> Applying<'a> {
    fn collect(&mut self, layer: Layer, tags: &'a Tags, names: &Names<'_>) {
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
                Some(key) if here && self.has(layer, key) => {
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

    fn has(&self, layer: Layer, key: &str) -> bool {
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
                    let place = (tag.name.as_ref(), tag.layer, tag.value);
                    let error = TagError::of(place, fault, suggestion, nearest);
                    self.errors.push(error);
                }
            }
            nearest = false;
        }
        picked
    }
}

/// A tag that stands twice on one layer, in different letter case: Azure takes that for one, so who wrote both
/// meant only one of them.
fn twice(layer: Layer, name: &str, value: &str) -> TagError {
    let message = "this tag is written twice, in different letter case";
    TagError::of_name((name, layer, value), message, None)
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
    Some(TagError::of_name((name, layer, value), message, None))
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
    TagError::of_name((name, layer, value), message, suggestion)
}
