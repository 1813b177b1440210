//! One workspace's message on the queue: small, versioned, and of no weight by itself. Whoever reads it
//! observes the workspace as it is then; a message that comes twice, late or after a newer one only observes it once more.

use super::limit::Limit;
use super::target::WorkspaceTarget;
use chrono::{DateTime, Utc};
use lamplighter_core::kinds::workbench::place;
use lamplighter_core::observe::{Tags, Workspace};
use lamplighter_core::policy::{Defaults, same_name};
use serde::{Deserialize, Serialize};

/// The version that this program writes and reads.
const VERSION: u32 = 1;
/// Tags beyond this many bytes of JSON are left out, and read anew: a message may have 48 KiB.
const MOST_TAGS: usize = 24 * 1024;

/// A message that cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("the message is of version {0}, expected {VERSION}")]
    Version(serde_json::Value),
    #[error("the message cannot be read: {0}")]
    Fields(#[from] serde_json::Error),
    #[error("{0:?} is not a workspace's ARM id")]
    NotAWorkspace(String),
}

/// The names are none of those in a queue trigger's metadata, which the host lets a message overwrite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub lamplighter: u32,
    /// The round's id: that of the timer's invocation.
    pub round: String,
    pub at: DateTime<Utc>,
    /// The workspace's ARM id, as Azure wrote it.
    pub workspace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The policy tags of the workspace and of its resource group; `None`: they are to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyTags>,
    /// How many instances share ARM's budget of calls.
    pub instances: u32,
    pub limit: Limit,
    /// Every pass of the round reports how it went, even where there is no news.
    #[serde(default)]
    pub full: bool,
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

/// What is the same in all messages of a round.
pub struct Round<'a> {
    pub id: &'a str,
    pub at: DateTime<Utc>,
    pub instances: u32,
    pub limit: Limit,
    pub full: bool,
}

impl Message {
    pub fn new(round: &Round<'_>, target: &WorkspaceTarget, defaults: &Defaults) -> Message {
        let only = |tags: &Tags| policy_tags(tags, defaults);
        let policy = target.tags_known.then(|| PolicyTags {
            own: only(&target.workspace.tags),
            above: only(&target.workspace.above),
            group: only(&target.resource_group_tags),
        });
        let small = |tags: &PolicyTags| {
            serde_json::to_string(tags).is_ok_and(|text| text.len() <= MOST_TAGS)
        };
        Message {
            lamplighter: VERSION,
            round: round.id.to_owned(),
            at: round.at,
            workspace: target.workspace.id.clone(),
            location: target.workspace.location.clone(),
            policy: policy.filter(small),
            instances: round.instances,
            limit: round.limit,
            full: round.full,
        }
    }

    /// Reads a message as it was put on the queue.
    ///
    /// # Errors
    /// One line: what is wrong with it.
    pub fn read(value: serde_json::Value) -> Result<Message, MessageError> {
        let version = value.get("lamplighter").cloned().unwrap_or_default();
        if version != VERSION {
            return Err(MessageError::Version(version));
        }
        Ok(serde_json::from_value(value)?)
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
    use serde_json::json;

    const ID: &str = "/subscriptions/s1/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/churn";

    fn message(tags: Tags) -> Message {
        let target = WorkspaceTarget {
            workspace: Workspace {
                id: ID.into(),
                subscription: "s1".into(),
                resource_group: "RG".into(),
                name: "churn".into(),
                location: None,
                tags,
                above: Tags::new(),
            },
            resource_group_tags: Tags::new(),
            tags_known: true,
        };
        let round = Round {
            id: "r1",
            at: DateTime::UNIX_EPOCH,
            instances: 3,
            limit: Limit {
                free_since: None,
                stops: 20,
            },
            full: false,
        };
        Message::new(&round, &target, &Defaults::default())
    }

    #[test]
    fn a_message_comes_back_as_it_went_with_policy_tags_only() {
        let tags = [("Lamp-Idle", "60m"), ("OWNER", "ana"), ("cost-centre", "7")];
        let tags = tags.map(|(name, value)| (name.to_string(), value.to_string()));
        let sent = message(tags.into());
        let text = serde_json::to_value(&sent).expect("JSON");
        let read = Message::read(text).expect("a message");
        assert_eq!(read, sent);
        let kept: Vec<_> = read.policy.expect("tags").own.keys().cloned().collect();
        assert_eq!(kept, ["Lamp-Idle", "OWNER"]);
        assert_eq!(sent.workspace().expect("a workspace").resource_group, "RG");
    }

    /// The host copies a message's own properties over what it tells of the message under these names, in any case.
    const OF_HOST: [&str; 8] = [
        "Id",
        "PopReceipt",
        "DequeueCount",
        "InsertionTime",
        "ExpirationTime",
        "NextVisibleTime",
        "QueueTrigger",
        "sys",
    ];

    #[test]
    fn no_name_in_a_message_is_one_of_the_hosts() {
        let tags = [("lamp-idle".to_string(), "60m".to_string())];
        let mut sent = message(tags.into());
        sent.location = Some("westeurope".into());
        let value = serde_json::to_value(&sent).expect("JSON");
        let names: Vec<&String> = value.as_object().expect("an object").keys().collect();
        assert_eq!(names.len(), 9, "every field is set: {names:?}");
        for name in names {
            let one_of_hosts = OF_HOST.iter().any(|known| known.eq_ignore_ascii_case(name));
            assert!(!one_of_hosts, "{name}");
        }
    }

    #[test]
    fn tags_too_long_for_a_message_are_left_to_be_read() {
        let long = (0..50).map(|n| {
            (
                format!("lamp-schedule.{}{n}", "x".repeat(400)),
                "y".repeat(256),
            )
        });
        let sent = message(long.collect());
        assert_eq!(sent.policy, None);
        assert!(serde_json::to_string(&sent).expect("JSON").len() < 1000);
    }

    #[test]
    fn other_versions_and_other_ids_are_refused() {
        let good = serde_json::to_value(message(Tags::new())).expect("JSON");
        let with = |name: &str, value: serde_json::Value| {
            let mut other = good.clone();
            other[name] = value;
            other
        };
        for bad in [
            json!({}),
            json!([]),
            json!(null),
            with("lamplighter", json!(2)),
            with("at", json!("now")),
        ] {
            assert!(Message::read(bad.clone()).is_err(), "{bad}");
        }
        for id in [
            "",
            "churn",
            "/subscriptions/s/resourceGroups/../providers/Microsoft.MachineLearningServices/workspaces/w",
        ] {
            let read = Message::read(with("workspace", json!(id))).expect("a message");
            assert!(read.workspace().is_err(), "{id}");
        }
    }
}
