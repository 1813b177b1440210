//! A message on the queue: small, versioned, and of no weight by itself. Whoever reads it observes its workspaces as they
//! are then; a message that comes twice, late or after a newer one only observes them once more.

use super::limit::Limit;
use super::message_error::MessageError;
use super::named::NamedWorkspace;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

/// A message of one workspace, the only one that there was before messages carried many.
const ONE: u32 = 1;
/// A message of several workspaces.
const SEVERAL: u32 = 2;

/// What is the same in all messages of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// Its id: that of the timer's invocation.
    pub round: String,
    pub at: DateTime<Utc>,
    /// How many instances share ARM's budget of calls.
    pub instances: u32,
    pub limit: Limit,
    /// Every pass reports how it went, even where there is no news.
    #[serde(default)]
    pub full: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub round: Round,
    pub workspaces: Vec<NamedWorkspace>,
}

/// The names are none of those in a queue trigger's metadata, which the host lets a message overwrite.
#[derive(Serialize)]
struct Written<'a> {
    lamplighter: u32,
    #[serde(flatten)]
    round: &'a Round,
    #[serde(flatten)]
    one: Option<&'a NamedWorkspace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspaces: Option<&'a [NamedWorkspace]>,
}

/// One workspace is written as it always was, so that an instance of an earlier version can work on it.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (round, all) = (&self.round, self.workspaces.as_slice());
        let written = match all {
            [one] => Written {
                lamplighter: ONE,
                round,
                one: Some(one),
                workspaces: None,
            },
            _ => Written {
                lamplighter: SEVERAL,
                round,
                one: None,
                workspaces: Some(all),
            },
        };
        written.serialize(serializer)
    }
}

impl Message {
    /// Reads a message as it was put on the queue.
    ///
    /// # Errors
    /// One line: what is wrong with it.
    pub fn read(mut value: serde_json::Value) -> Result<Message, MessageError> {
        let version = value.get("lamplighter").cloned().unwrap_or_default();
        let workspaces = if version == ONE {
            vec![serde_json::from_value(value.clone())?]
        } else if version == SEVERAL {
            let all = value.get_mut("workspaces").map(serde_json::Value::take);
            serde_json::from_value(all.unwrap_or_default())?
        } else {
            return Err(MessageError::Version(version));
        };
        Ok(Message {
            round: serde_json::from_value(value)?,
            workspaces,
        })
    }

    /// The same round's message of other workspaces.
    pub fn of(&self, workspaces: Vec<NamedWorkspace>) -> Message {
        Message {
            round: self.round.clone(),
            workspaces,
        }
    }

    /// One of its workspaces by itself, whose pass is to report how it went.
    pub fn alone(&self, workspace: NamedWorkspace) -> Message {
        let mut alone = self.of(vec![workspace]);
        alone.round.full = true;
        alone
    }

    /// The two halves of a message of several workspaces.
    pub fn halved(&self) -> Vec<Message> {
        let half = self.workspaces.len().div_ceil(2).max(1);
        let halves = self.workspaces.chunks(half);
        halves.map(|half| self.of(half.to_vec())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::target::WorkspaceTarget;
    use lamplighter_core::observe::{Tags, Workspace};
    use lamplighter_core::policy::Defaults;
    use serde_json::json;

    fn named(name: &str, tags: &[(&str, &str)]) -> NamedWorkspace {
        let tags = tags.iter();
        let target = WorkspaceTarget {
            workspace: Workspace {
                id: format!(
                    "/subscriptions/s1/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/{name}"
                ),
                subscription: "s1".into(),
                resource_group: "RG".into(),
                name: name.into(),
                location: Some("westeurope".into()),
                tags: tags
                    .map(|(name, value)| ((*name).to_string(), (*value).to_string()))
                    .collect(),
                above: Tags::new(),
            },
            resource_group_tags: Tags::new(),
            tags_known: true,
        };
        NamedWorkspace::new(&target, &Defaults::default())
    }

    fn message(workspaces: Vec<NamedWorkspace>) -> Message {
        Message {
            round: Round {
                round: "r1".into(),
                at: DateTime::UNIX_EPOCH,
                instances: 3,
                limit: Limit {
                    free_since: None,
                    stops: 20,
                },
                full: false,
            },
            workspaces,
        }
    }

    #[test]
    fn a_message_comes_back_as_it_went_with_policy_tags_only() {
        let tags = [("Lamp-Idle", "60m"), ("OWNER", "ana"), ("cost-centre", "7")];
        let one = named("churn", &tags);
        for workspaces in [vec![one.clone()], vec![one.clone(), named("nlp", &[])]] {
            let sent = message(workspaces);
            let text = serde_json::to_value(&sent).expect("JSON");
            assert_eq!(Message::read(text).expect("a message"), sent);
        }
        let policy = one.policy.clone().expect("tags");
        let kept: Vec<_> = policy.own.keys().cloned().collect();
        assert_eq!(kept, ["Lamp-Idle", "OWNER"]);
        assert_eq!(one.workspace().expect("a workspace").resource_group, "RG");
    }

    #[test]
    fn one_workspace_is_written_as_versions_before_could_read_it() {
        let sent = message(vec![named("churn", &[("lamp-idle", "60m")])]);
        let id = &sent.workspaces[0].workspace;
        let former = json!({
            "lamplighter": 1, "round": "r1", "at": "1970-01-01T00:00:00Z", "workspace": id,
            "location": "westeurope", "policy": {"own": {"lamp-idle": "60m"}}, "instances": 3,
            "limit": serde_json::to_value(sent.round.limit).expect("JSON"), "full": false,
        });
        assert_eq!(serde_json::to_value(&sent).expect("JSON"), former);
    }

    #[test]
    fn a_message_is_halved_down_to_one_workspace() {
        let mut some = vec![message(
            (0..5).map(|n| named(&format!("w{n}"), &[])).collect(),
        )];
        let mut counts = Vec::new();
        while some.iter().any(|one| one.workspaces.len() > 1) {
            some = some.iter().flat_map(Message::halved).collect();
            counts.push(
                some.iter()
                    .map(|one| one.workspaces.len())
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(counts, [vec![3, 2], vec![2, 1, 1, 1], vec![1; 5]]);
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
        let one = named("churn", &[("lamp-idle", "60m")]);
        for (sent, count) in [
            (message(vec![one.clone()]), 9),
            (message(vec![one.clone(), one.clone()]), 7),
        ] {
            let value = serde_json::to_value(&sent).expect("JSON");
            let names: Vec<&String> = value.as_object().expect("an object").keys().collect();
            assert_eq!(names.len(), count, "every field is set: {names:?}");
            for name in names {
                let one_of_hosts = OF_HOST.iter().any(|known| known.eq_ignore_ascii_case(name));
                assert!(!one_of_hosts, "{name}");
            }
        }
    }

    #[test]
    fn other_versions_and_other_ids_are_refused() {
        let good = serde_json::to_value(message(vec![named("churn", &[])])).expect("JSON");
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
            with("lamplighter", json!(3)),
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
            assert!(read.workspaces[0].workspace().is_err(), "{id}");
        }
    }
}
