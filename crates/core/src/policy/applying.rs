//! Which tags apply to a resource, nearest layer first.

use super::defaults::Defaults;
use super::error::TagError;
use super::fault::Fault;
use super::layer::{Layer, Layers};
use super::names::{
    Address, KEYS, OWNER, acts, after_prefix, counts_nodes, not_azures, same, twice, unknown,
};
use super::reading::{Policy, Reading, Sourced};
use super::suggest;
use super::target::{Inherits, Subject, Target, Ungoverned, WithoutEffect};
use crate::observe::Tags;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A tag that applies to this resource.
struct Tag<'a> {
    layer: Layer,
    key: &'static str,
    name: Cow<'a, str>,
    value: &'a str,
}

/// Everything that applies to this resource, nearest first.
pub(super) struct Applying<'a> {
    target: Target,
    tags: Vec<Tag<'a>>,
    errors: Vec<TagError>,
    pub governed: bool,
    /// The nearest tag that would govern a resource of another kind.
    passed_over: Option<(&'a str, Layer)>,
    /// The nearest tag of its own that asks for nothing.
    beside: Option<(&'a str, Layer)>,
    /// The nearest value of each tag that divides costs, by its name as the platform writes it.
    costs: BTreeMap<&'a str, &'a str>,
}

/// The tags of one layer, and to whom they may be addressed there.
struct Source<'a, 'n> {
    layer: Layer,
    tags: &'a Tags,
    defaults: &'a Defaults,
    to: Address<'n>,
    /// More than one thing has this name.
    ambiguous: bool,
}

impl<'a> Applying<'a> {
    /// Everything that applies to the subject, layer by layer.
    pub fn to(subject: &Subject<'a>, layers: &Layers<'a>, defaults: &'a Defaults) -> Applying<'a> {
        let target = subject.target;
        let mut applying = Applying {
            target,
            tags: vec![],
            errors: vec![],
            governed: defaults.opt_out && target.inherits() == Inherits::All,
            passed_over: None,
            beside: None,
            costs: BTreeMap::new(),
        };
        let mut from = |layer, tags, to| {
            let ambiguous = subject.namesakes;
            applying.collect(&Source {
                layer,
                tags,
                defaults,
                to,
                ambiguous,
            });
        };
        let name = layers.compute_name;
        let here = Address::To(name);
        match target {
            Target::Deployment => {
                from(Layer::Deployment, layers.compute, here);
                if let Some(endpoint) = subject.endpoint {
                    let within = Address::Within(endpoint.name, name);
                    from(Layer::EndpointAddressed, endpoint.tags, here);
                    from(Layer::Endpoint, endpoint.tags, here);
                    from(Layer::WorkspaceDeployment, layers.workspace, within);
                    let to = Address::To(endpoint.name);
                    from(Layer::WorkspaceEndpoint, layers.workspace, to);
                }
                from(Layer::Workspace, layers.workspace, here);
            }
            Target::Workbench => {
                from(Layer::Workbench, layers.compute, here);
                let account = match subject.account {
                    Some(account) => {
                        from(Layer::ProjectAddressed, layers.workspace, here);
                        from(Layer::Project, layers.workspace, here);
                        account
                    }
                    // It lies in the account itself.
                    None => layers.workspace,
                };
                from(Layer::AccountAddressed, account, here);
                from(Layer::Account, account, here);
            }
            _ => {
                let own = match target.inherits() {
                    Inherits::OwnOnly => Layer::Resource,
                    _ => Layer::Compute,
                };
                from(own, layers.compute, here);
                if let Some(attached) = subject.attached {
                    from(Layer::Compute, attached, here);
                }
                from(Layer::WorkspaceAddressed, layers.workspace, here);
                from(Layer::Workspace, layers.workspace, here);
            }
        }
        from(Layer::ResourceGroup, layers.resource_group, here);
        applying.defaults(defaults);
        applying
    }

    fn collect(&mut self, source: &Source<'a, '_>) {
        let (layer, defaults) = (source.layer, source.defaults);
        for (name, value) in source.tags {
            self.cost(defaults, name, value);
            let under = after_prefix(name, &defaults.prefix);
            if same(name, &defaults.owner_tag) {
                let governs = under.is_some() && !layer.is_addressed();
                self.governed |= governs && self.target.inherits() == Inherits::All;
                self.owner(layer, name, value);
                continue;
            }
            let Some(rest) = under else { continue };
            let (key, target) = rest
                .split_once('.')
                .map_or((rest, None), |(key, target)| (key, Some(target)));
            let addressed = target.is_some_and(|target| source.to.is(target));
            let applies = match layer {
                _ if layer.is_addressed() => addressed,
                Layer::Workspace | Layer::Endpoint | Layer::Project | Layer::Account => {
                    target.is_none_or(str::is_empty)
                }
                Layer::ResourceGroup => target.is_none() || addressed,
                _ => true,
            };
            let known = KEYS
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(key));
            if !applies || self.passes_over(layer, name, known) {
                continue;
            }
            let error = not_azures(layer, name, value);
            let error = error.or_else(|| self.fits_two(source, name, value, known));
            if let Some(error) = error {
                self.errors.push(error);
                continue;
            }
            let here = layer.is_addressed() == target.is_some();
            match known.filter(|_| here) {
                Some(key) if self.has(layer, key) => {
                    self.errors.push(twice(layer, name, value));
                }
                Some(key) => self.tags.push(Tag {
                    layer,
                    key,
                    name: name.into(),
                    value,
                }),
                None => {
                    let (prefix, place) =
                        (&defaults.prefix, (name.as_str(), layer, value.as_str()));
                    let error = unknown(place, (key, known.is_some()), prefix, source.to);
                    self.errors.push(error);
                }
            }
        }
    }

    /// Whether a tag that applies does not count for this kind; and what each tag says of whether it is governed.
    fn passes_over(&mut self, layer: Layer, name: &'a str, known: Option<&str>) -> bool {
        let inherits = self.target.inherits();
        let asks = known.is_none_or(acts);
        if inherits == Inherits::All {
            self.governed |= !known.is_some_and(counts_nodes);
            return false;
        }
        if self.target.asked_by(layer) {
            self.governed |= asks;
            self.beside.get_or_insert((name, layer));
            return false;
        }
        if known.is_some_and(acts) {
            self.passed_over.get_or_insert((name, layer));
        }
        inherits == Inherits::OwnOnly || known.is_some_and(|key| acts(key) || counts_nodes(key))
    }

    /// A tag that is addressed to a compute and to an endpoint, as both have that name.
    fn fits_two(
        &self,
        source: &Source<'_, '_>,
        name: &str,
        value: &str,
        known: Option<&'static str>,
    ) -> Option<TagError> {
        let layer = source.layer;
        let by_one_name = matches!(layer, Layer::WorkspaceEndpoint | Layer::WorkspaceAddressed);
        if !source.ambiguous || !by_one_name {
            return None;
        }
        let (prefix, to, key) = (
            &source.defaults.prefix,
            source.to,
            known.unwrap_or("schedule"),
        );
        let message = format!(
            "{to} is the name of both a compute and an online endpoint here: tag the compute itself, or write \
             {prefix}{key}.{to}.<deployment>"
        );
        let error = TagError::of_name((name, layer, value), message, None);
        let nearer = known.is_some_and(|key| self.tags.iter().any(|tag| tag.key == key));
        Some(TagError {
            blocks: !nearer,
            ..error
        })
    }

    fn owner(&mut self, layer: Layer, name: &'a str, value: &'a str) {
        let counts = self.target.inherits() != Inherits::OwnOnly || self.target.asked_by(layer);
        // An owner without a name is none; a farther layer may have one.
        if counts && !layer.is_addressed() && !value.trim().is_empty() {
            self.tags.push(Tag {
                layer,
                key: OWNER,
                name: name.into(),
                value,
            });
        }
    }

    /// An empty value is none: a farther layer may have one.
    fn cost(&mut self, defaults: &'a Defaults, name: &str, value: &'a str) {
        let mut known = defaults.cost_tags.iter();
        let value = value.trim();
        if let Some(known) = known
            .find(|known| same(name, known))
            .filter(|_| !value.is_empty())
        {
            self.costs.entry(known).or_insert(value);
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
        let counts = |key: &str| match self.target.inherits() {
            Inherits::All => true,
            Inherits::Addressed => !acts(key),
            Inherits::OwnOnly => key == "notice",
        };
        for (key, text) in texts.into_iter().filter(|(key, _)| counts(key)) {
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
    pub fn pick<T>(
        &mut self,
        key: &str,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<Sourced<T>> {
        let mut picked = None;
        // What has no effect is read for its slips alone, which then hinder nothing.
        let mut nearest = self.target.without_effect(key).is_none();
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

    /// Refuses the nearest tag of a key, which reads but does not fit the others.
    pub fn refuse(&mut self, key: &str, message: String, suggestion: Option<String>) {
        if let Some(tag) = self.tags.iter().find(|tag| tag.key == key) {
            let place = (tag.name.as_ref(), tag.layer, tag.value);
            let error = TagError::of(place, Fault::new(0, message), suggestion, true);
            self.errors.push(error);
        }
    }

    /// The policy with all that was noticed on the way to it.
    pub fn read(mut self, policy: Policy) -> Reading {
        let target = self.target;
        let mut ungoverned = None;
        if !policy.governed && target.inherits() != Inherits::All {
            self.errors.retain(|error| target.asked_by(error.layer));
            let found = self.passed_over.or(self.beside);
            ungoverned = found.map(|(tag, layer)| Ungoverned {
                target,
                tag: tag.to_owned(),
                layer,
            });
        }
        let own = self
            .tags
            .iter()
            .filter(|tag| tag.layer <= Layer::WorkspaceAddressed);
        let without_effect = own.filter_map(|tag| {
            Some(WithoutEffect {
                target,
                tag: tag.name.to_string(),
                layer: tag.layer,
                why: target.without_effect(tag.key)?,
            })
        });
        let costs = self.costs.into_iter();
        let costs = costs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Reading {
            target,
            cost_tags: costs.collect(),
            without_effect: without_effect.collect(),
            policy,
            errors: self.errors,
            ungoverned,
        }
    }
}
