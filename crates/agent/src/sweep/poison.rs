//! Messages that nobody could work on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much of a message that nobody understands is told, in characters.
const LONGEST_SHOWN: usize = 300;

/// A message that could not be worked on, as far as one workspace was concerned.
#[derive(Debug, Serialize, Deserialize)]
pub struct Poison {
    pub text: String,
    /// The workspace's ARM id in lower case, where the message named one.
    pub workspace: Option<String>,
}

impl Poison {
    /// One for each workspace that a message names, whatever else it has. Most name one: others have been halved before,
    /// unless what failed was the ledger, or the message is of a later version.
    pub fn of(message: &Value) -> Vec<Poison> {
        let several = message["workspaces"].as_array().into_iter().flatten();
        let named = std::iter::once(message).chain(several);
        let ids = named.filter_map(|one| one["workspace"].as_str());
        let each = ids.map(|id| Poison {
            text: format!("{id}: its message failed five times; it was not swept in that round"),
            workspace: Some(id.to_lowercase()),
        });
        let each: Vec<Poison> = each.collect();
        if each.is_empty() {
            return vec![Poison::unnamed(message)];
        }
        each
    }

    /// Of a workspace whose message was handed out, and came to no end before it was too old: instances were lost with it.
    pub fn lost(id: &str) -> Poison {
        Poison {
            text: format!(
                "{id}: instances were lost with its message until that was too old; it was not swept in that round"
            ),
            workspace: Some(id.to_lowercase()),
        }
    }

    fn unnamed(message: &Value) -> Poison {
        let shown: String = message.to_string().chars().take(LONGEST_SHOWN).collect();
        Poison {
            text: format!(
                "a message on the queue failed five times, and names no workspace: {shown}"
            ),
            workspace: None,
        }
    }
}
