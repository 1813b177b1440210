//! What owners write: the tags of a machine and of the layers above it become a [`Policy`], with errors
//! that point at the character. Pure.

use crate::schedule::{Power, Schedule};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// `OPT_OUT`: machines without any tag are governed by the defaults too.
    pub opt_out: bool,
}

/// A value with the layer that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub layer: Layer,
    /// The text as the owner wrote it.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub owner: Option<Sourced<String>>,
}

/// `lamp-idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    Off,
    After(Duration),
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
    /// 1-based column, in characters, of the value where reading stopped.
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


impl std::fmt::Display for TagError { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}: {} {:?}", self.tag, self.message, self.suggestion) } }
pub fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    let mut errors = vec![]; let mut governed = defaults.opt_out;
    let mut find = |name: &str| -> Option<(String, Layer)> {
        let full = format!("{}{name}", defaults.prefix); let addr = format!("{full}.{}", layers.compute_name);
        for (tags, n, l) in [(layers.compute, &full, Layer::Compute), (layers.workspace, &addr, Layer::WorkspaceAddressed), (layers.workspace, &full, Layer::Workspace), (layers.resource_group, &full, Layer::ResourceGroup)] {
            if let Some((_, v)) = tags.iter().find(|(k, _)| k.eq_ignore_ascii_case(n)) { governed = true; return Some((v.clone(), l)); }
        } None };
    let (sched, hold, mode, notice) = (find("schedule"), find("hold"), find("mode"), find("notice"));
    for k in ["idle"] { find(k); }
    let mut err = |tag: &str, layer, value: &str| errors.push(TagError { tag: format!("lamp-{tag}"), layer, value: value.into(), column: 5, message: "not understood".into(), suggestion: Some(value.replace("Fry", "Fri")), blocks: true });
    for tags in [layers.compute, layers.workspace] { for (k, v) in tags { if k.starts_with("lamp-shed") { err(k, Layer::Compute, v); } } }
    let schedule = sched.or(defaults.schedule.clone().map(|s| (s, Layer::Default))).and_then(|(t, layer)| match read_schedule(&t, defaults.zone) { Ok(value) => Some(Sourced { value, layer, text: t }), Err(_) => { err("schedule", layer, &t); None } });
    let zone = schedule.as_ref().map_or(defaults.zone, |s| s.value.zone);
    let hold = hold.and_then(|(t, layer)| { let (p, rest) = t.split_once(" until ")?; let rest = if rest.len() == 10 { format!("{rest} 00:00") } else { rest.to_string() };
        let at = chrono::NaiveDateTime::parse_from_str(&rest, "%Y-%m-%d %H:%M").ok().and_then(|n| chrono::TimeZone::from_local_datetime(&zone, &n).latest()).map(|t| t.to_utc()).or_else(|| DateTime::parse_from_rfc3339(&rest).ok().map(|t| t.to_utc()))?;
        Some(Sourced { value: Hold { power: if p.trim().eq_ignore_ascii_case("on") { Power::On } else { Power::Off }, until: at }, layer, text: t }) });
    let mode = mode.map(|(t, layer)| Sourced { value: Mode { dry_run: t.contains("dry-run"), enforce: t.contains("enforce"), stop_only: t.contains("stop-only"), ignore: t.contains("ignore") }, layer, text: t });
    let notice = notice.map(|(t, layer)| Sourced { value: crate::duration::parse(&t).ok(), layer, text: t });
    let owner = layers.compute.get("owner").or(layers.workspace.get("owner")).map(|v| Sourced { value: v.clone(), layer: Layer::Compute, text: v.clone() });
    Reading { policy: Policy { governed: governed, schedule, idle: None, max_uptime: None, hold, notice, mode, owner }, errors }
}
pub fn read_schedule(text: &str, default_zone: Tz) -> Result<Schedule, TagError> {
    use crate::schedule::{Days, EdgeRule, Rules, Window};
    let bad = || TagError { tag: String::new(), layer: Layer::Default, value: text.into(), column: 1, message: String::new(), suggestion: None, blocks: true };
    let mut words: Vec<&str> = text.split_whitespace().collect(); let mut zone = default_zone;
    if let Some(z) = words.last().and_then(|w| Tz::from_str_insensitive(w).ok()) { zone = z; words.pop(); }
    let rest = words.join(" ");
    let rules = match rest.to_lowercase().as_str() { "always" => Rules::Always, "never" => Rules::Never, "none" => Rules::None, _ => {
        let min = |t: &str| -> Option<u16> { let (h, m) = t.split_once(':')?; Some(h.parse::<u16>().ok()? * 60 + m.parse::<u16>().ok()?) };
        let day = |d: &str| ["mon","tue","wed","thu","fri","sat","sun"].iter().position(|x| d.eq_ignore_ascii_case(x));
        let days = |t: &str| -> Option<Days> { match t.to_lowercase().as_str() { "daily" => return Some(Days(127)), "weekdays" => return Some(Days(31)), "weekends" => return Some(Days(96)), _ => {} }
            let mut b = 0u8; for p in t.split(',') { match p.split_once('-') { Some((a, z)) => { let (a, z) = (day(a)?, day(z)?); let mut i = a; loop { b |= 1 << i; if i == z { break; } i = (i + 1) % 7; } } None => b |= 1 << day(p)? } } Some(Days(b)) };
        let (mut windows, mut edges, mut last) = (vec![], vec![], Days(127));
        for rule in rest.split(';') { for part in rule.split(", ") { let w: Vec<&str> = part.split_whitespace().collect();
            match w[..] { ["start", d, t] | ["Start", d, t] => edges.push(EdgeRule { power: Power::On, days: days(d).ok_or_else(bad)?, at: min(t).ok_or_else(bad)? }),
                ["stop", d, t] | ["Stop", d, t] => edges.push(EdgeRule { power: Power::Off, days: days(d).ok_or_else(bad)?, at: min(t).ok_or_else(bad)? }),
                [d, t] => { last = days(d).ok_or_else(bad)?; let (a, z) = t.split_once('-').ok_or_else(bad)?; windows.push(Window { days: last, start: min(a).ok_or_else(bad)?, end: min(z).ok_or_else(bad)? }) }
                [t] => { let (a, z) = t.split_once('-').ok_or_else(bad)?; windows.push(Window { days: last, start: min(a).ok_or_else(bad)?, end: min(z).ok_or_else(bad)? }) }
                _ => return Err(bad()) } } }
        Rules::Timed { windows, edges } } };
    Ok(Schedule { rules, zone })
}
