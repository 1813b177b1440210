//! Settings of a fleet: where Lamplighter may act, how much at once, what it sweeps through, and how a sweep is spread.

use super::reader::Reader;
use super::texts::{boolean, items, subscriptions};
use lamplighter_azure::AzureError;
use wildmatch::WildMatchPattern;

/// Where and how much may be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Safety {
    /// `LAMPLIGHTER_MODE=observe`: nothing is stopped or started anywhere.
    pub observe: bool,
    pub act_in: ActIn,
    pub max_stops: MaxStops,
    /// `STOP_WITHOUT_JOBS_RIGHT`: stops by schedule are made where the identity may not read jobs.
    pub without_jobs_right: bool,
}

/// `ACT_IN`: the subscriptions in which resources are stopped and started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActIn {
    All,
    /// Ids in lower case; empty: nowhere.
    Named(Vec<String>),
}

/// `MAX_STOPS_PER_SWEEP`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxStops {
    /// As many as edges since the last sweep explain, and so many more.
    Explained {
        more: u32,
    },
    Count(u32),
    /// Of the resources that the last sweep counted; 0 to 100.
    Percent(f64),
}

/// What is swept through, and by how many instances.
#[derive(Clone, Debug)]
pub struct Spread {
    /// With more workspaces than this, the timer leaves them to the queue, many in a message.
    pub fan_out_above: usize,
    /// The most instances that Functions may run at once.
    pub max_instances: u32,
    pub discovery: Discovery,
    /// Empty: every workspace.
    pub include: Vec<WorkspacePattern>,
    pub exclude: Vec<WorkspacePattern>,
}

/// `DISCOVERY`: where the workspaces are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// Resource Graph where there is more than one subscription.
    Auto,
    Graph,
    List,
}

/// `workspace`, `group/workspace` or `subscription/group/workspace`; of Foundry an account in the workspace's place, or
/// `account/project`. `*` and `?` as in file names, any case.
#[derive(Clone, Debug)]
pub struct WorkspacePattern {
    /// The name last; those before it may be missing.
    parts: Vec<WildMatchPattern<'*', '?'>>,
}

impl WorkspacePattern {
    fn read(text: &str) -> Option<WorkspacePattern> {
        let parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let fits = (1..=4).contains(&parts.len()) && parts.iter().all(|part| !part.is_empty());
        fits.then(|| WorkspacePattern {
            parts: parts
                .into_iter()
                .map(WildMatchPattern::new_case_insensitive)
                .collect(),
        })
    }

    pub fn matches(&self, subscription: &str, group: &str, workspace: &str) -> bool {
        let known: Vec<&str> = [subscription, group]
            .into_iter()
            .chain(workspace.split('/'))
            .collect();
        // What is said of an account of Foundry is said of its projects, too.
        let account = &known[..3];
        self.ends(&known) || self.ends(account)
    }

    fn ends(&self, known: &[&str]) -> bool {
        let Some(rest) = known.len().checked_sub(self.parts.len()) else {
            return false;
        };
        let mut pairs = self.parts.iter().zip(&known[rest..]);
        pairs.all(|(pattern, name)| pattern.matches(name))
    }
}

/// The subscription of an ARM id.
pub fn subscription_of(id: &str) -> &str {
    id.split('/').nth(2).unwrap_or_default()
}

impl Safety {
    /// Whether a list of jobs that failed so lets stops by schedule pass.
    pub fn accepts(&self, error: &AzureError) -> bool {
        self.without_jobs_right && error.lacks_right()
    }

    /// Whether no stop is made without knowing of jobs.
    pub fn heeds_jobs(&self) -> bool {
        !self.without_jobs_right
    }

    /// Whether resources of this subscription (its id, in any case) may be stopped and started.
    pub fn acts_in(&self, subscription: &str) -> bool {
        let named = match &self.act_in {
            ActIn::All => true,
            ActIn::Named(ids) => ids.iter().any(|id| id.eq_ignore_ascii_case(subscription)),
        };
        named && !self.observe
    }

    /// The same of a resource, which may lie in another subscription than the workspace that it is attached to: both have
    /// to be named. `id`: of what is stopped.
    pub fn acts_on(&self, workspace_subscription: &str, id: &str) -> bool {
        self.acts_in(workspace_subscription) && self.acts_in(subscription_of(id))
    }

    /// Which setting keeps Lamplighter from acting there.
    pub fn observed_by(&self) -> &'static str {
        match self.observe {
            true => "LAMPLIGHTER_MODE=observe",
            false => "ACT_IN",
        }
    }
}

impl Spread {
    /// Whether the workspace is one to sweep through.
    pub fn takes(&self, subscription: &str, group: &str, workspace: &str) -> bool {
        let any = |patterns: &[WorkspacePattern]| {
            patterns
                .iter()
                .any(|pattern| pattern.matches(subscription, group, workspace))
        };
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }
}

pub(super) fn safety<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Safety> {
    let observe = r.parsed("LAMPLIGHTER_MODE", "act or observe", |text| {
        match text.to_ascii_lowercase().as_str() {
            "act" => Some(false),
            "observe" => Some(true),
            _ => None,
        }
    });
    let expected = "all, or a comma-separated list of subscription ids (GUIDs)";
    let act_in = r.parsed("ACT_IN", expected, |text| match text {
        text if text.eq_ignore_ascii_case("all") => Some(ActIn::All),
        text => subscriptions(text).map(ActIn::Named),
    });
    let expected = "a whole number, a share such as 10%, or edges+N such as edges+20";
    let max_stops = r.parsed("MAX_STOPS_PER_SWEEP", expected, max_stops);
    let without_jobs_right = r.parsed("STOP_WITHOUT_JOBS_RIGHT", "true or false", boolean);
    Some(Safety {
        without_jobs_right: without_jobs_right?,
        observe: observe?,
        act_in: act_in?,
        max_stops: max_stops?,
    })
}

fn max_stops(text: &str) -> Option<MaxStops> {
    let lower = text.to_ascii_lowercase();
    if let Some(more) = lower.strip_prefix("edges+") {
        return more
            .trim()
            .parse()
            .ok()
            .map(|more| MaxStops::Explained { more });
    }
    if let Some(share) = lower.strip_suffix('%') {
        let share: f64 = share.trim().parse().ok()?;
        return (0.0..=100.0)
            .contains(&share)
            .then_some(MaxStops::Percent(share));
    }
    lower.parse().ok().map(MaxStops::Count)
}

pub(super) fn spread<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Spread> {
    let fan_out_above = r.parsed("FAN_OUT_ABOVE", "a whole number", |text| text.parse().ok());
    let max_instances = r.parsed("MAX_INSTANCES", "a whole number from 1 to 1000", |text| {
        text.parse().ok().filter(|n| (1..=1000).contains(n))
    });
    let discovery = r.parsed("DISCOVERY", "auto, graph or list", |text| {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Some(Discovery::Auto),
            "graph" => Some(Discovery::Graph),
            "list" => Some(Discovery::List),
            _ => None,
        }
    });
    let expected = "a comma-separated list of workspace, group/workspace or subscription/group/workspace, \
                    in which * stands for anything";
    let include = r.parsed("INCLUDE", expected, patterns);
    let exclude = r.parsed("EXCLUDE", expected, patterns);
    Some(Spread {
        fan_out_above: fan_out_above?,
        max_instances: max_instances?,
        discovery: discovery?,
        include: include?,
        exclude: exclude?,
    })
}

fn patterns(text: &str) -> Option<Vec<WorkspacePattern>> {
    let given = items(text, &[',', ';', '\n'])?.into_iter();
    given.map(WorkspacePattern::read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_from_the_name_backwards() {
        let spread = |include: &str, exclude: &str| Spread {
            fan_out_above: 100,
            max_instances: 1,
            discovery: Discovery::Auto,
            include: patterns(include).expect("patterns"),
            exclude: patterns(exclude).expect("patterns"),
        };
        let takes = |spread: &Spread| spread.takes("0000-a", "rg-Prod-eu", "Vision");
        for (include, exclude, taken) in [
            ("", "", true),
            ("vis*", "", true),
            ("vis*", "vision", false),
            ("rg-prod-*/*", "", true),
            ("", "*/rg-prod-*/*", false),
            ("0000-b/*/*", "", false),
            ("0000-A/*/vision, other", "rg-dev/vision", true),
            ("nlp", "", false),
        ] {
            assert_eq!(
                takes(&spread(include, exclude)),
                taken,
                "{include} | {exclude}"
            );
        }
        for bad in ["a/b/c/d/e", "a//b", "/a"] {
            assert!(patterns(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn limits_of_stops_are_read_in_three_forms() {
        assert_eq!(
            max_stops("edges+20"),
            Some(MaxStops::Explained { more: 20 })
        );
        assert_eq!(max_stops("7"), Some(MaxStops::Count(7)));
        assert_eq!(max_stops("12.5 %"), Some(MaxStops::Percent(12.5)));
        for bad in ["-1", "101%", "edges", "NaN%", "many"] {
            assert_eq!(max_stops(bad), None, "{bad}");
        }
    }
}
