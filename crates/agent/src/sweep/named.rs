//! A workspace as a message names it, with the tags that the timer has read.

use super::message_error::MessageError;
use super::target::WorkspaceTarget;
use lamplighter_core::kinds::workbench::place;
use lamplighter_core::observe::{Tags, Workspace};
use lamplighter_core::policy::{Defaults, same_name};
use serde::{Deserialize, Serialize};

/// Tags beyond this many bytes of JSON are left out, and read anew: a message may have 48 KiB.
const MOST_TAGS: usize = 24 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedWorkspace {
    /// The workspace's ARM id, as Azure wrote it.
    pub workspace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The policy tags of the workspace and of its resource group; `None`: they are to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyTags>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyTags {
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub own: Tags,
    /// Of a project of Foundry: its account's.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub above: Tags,
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub group: Tags,
}

impl NamedWorkspace {
    pub fn new(target: &WorkspaceTarget, defaults: &Defaults) -> NamedWorkspace {
        let only = |tags: &Tags| policy_tags(tags, defaults);
        let policy = target.tags_known.then(|| PolicyTags {
            own: only(&target.workspace.tags),
            above: only(&target.workspace.above),
            group: only(&target.resource_group_tags),
        });
        let small = |tags: &PolicyTags| {
            serde_json::to_string(tags).is_ok_and(|text| text.len() <= MOST_TAGS)
        };
        NamedWorkspace {
            workspace: target.workspace.id.clone(),
            location: target.workspace.location.clone(),
            policy: policy.filter(small),
        }
    }

    /// Under which its round hears of it: ids are compared without regard to case.
    pub fn key(&self) -> String {
        self.workspace.to_lowercase()
    }

    /// Its subscription, as the id has it.
    pub fn subscription(&self) -> &str {
        self.workspace.split('/').nth(2).unwrap_or_default()
    }

    /// How many bytes it adds to a message.
    pub fn bytes(&self) -> usize {
        // A comma comes between two of them.
        serde_json::to_string(self).map_or(0, |text| text.len() + 1)
    }

    /// The workspace, or the project or account of Foundry, that it names, with no tags but those in the message.
    ///
    /// # Errors
    /// It names none.
    pub fn workspace(&self) -> Result<Workspace, MessageError> {
        if let Some(place) = place::workspace(&self.workspace, self.location.clone(), Tags::new()) {
            return Ok(place);
        }
        let parts: Vec<&str> = self.workspace.split('/').collect();
        let [
            "",
            subscriptions,
            subscription,
            groups,
            group,
            _,
            provider,
            kind,
            name,
        ] = parts[..]
        else {
            return Err(MessageError::NotAWorkspace(self.workspace.clone()));
        };
        let words = [
            (subscriptions, "subscriptions"),
            (groups, "resourceGroups"),
            (provider, "Microsoft.MachineLearningServices"),
            (kind, "workspaces"),
        ];
        let right = words
            .iter()
            .all(|(found, wanted)| found.eq_ignore_ascii_case(wanted));
        let plain = [subscription, group, name]
            .iter()
            .all(|part| !matches!(*part, "" | "." | ".."));
        if !right || !plain {
            return Err(MessageError::NotAWorkspace(self.workspace.clone()));
        }
        Ok(Workspace {
            id: self.workspace.clone(),
            subscription: subscription.to_owned(),
            resource_group: group.to_owned(),
            name: name.to_owned(),
            location: self.location.clone(),
            tags: Tags::new(),
            above: Tags::new(),
        })
    }
}

/// The tags that policies and what divides costs are read from: most tags of a workspace are none of ours.
pub(super) fn policy_tags(tags: &Tags, defaults: &Defaults) -> Tags {
    let prefix = defaults.prefix.to_lowercase();
    let ours = |name: &str| {
        let costs = defaults.cost_tags.iter();
        let mut named = costs.chain([&defaults.owner_tag]);
        named.any(|known| same_name(known, name)) || name.to_lowercase().starts_with(&prefix)
    };
    let ours = tags.iter().filter(|(name, _)| ours(name));
    ours.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_too_long_for_a_message_are_left_to_be_read() {
        let long = (0..50).map(|n| {
            (
                format!("lamp-schedule.{}{n}", "x".repeat(400)),
                "y".repeat(256),
            )
        });
        let target = WorkspaceTarget {
            workspace: Workspace {
                id: "/subscriptions/S1/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/churn".into(),
                subscription: "S1".into(),
                resource_group: "RG".into(),
                name: "churn".into(),
                location: None,
                tags: long.collect(),
                above: Tags::new(),
            },
            resource_group_tags: Tags::new(),
            tags_known: true,
        };
        let named = NamedWorkspace::new(&target, &Defaults::default());
        assert_eq!((named.policy.is_none(), named.subscription()), (true, "S1"));
        assert!(named.bytes() < 1000);
    }
}
