//! A role: what its holder may do.

use serde_json::Value;

/// A role definition that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error(transparent)]
    NotJson(#[from] serde_json::Error),
    #[error("no actions; expected permissions[0].actions")]
    NoActions,
}

/// What a role definition allows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role(Vec<Grant>);

/// One of a role definition's permissions: patterns of actions as they are written there, with `*` for any text.
#[derive(Clone, Debug, Default)]
pub(super) struct Grant {
    pub actions: Vec<String>,
    pub not_actions: Vec<String>,
    pub data_actions: Vec<String>,
    pub not_data_actions: Vec<String>,
}

impl Grant {
    /// What an owner has.
    pub fn everything() -> Grant {
        Grant {
            actions: vec!["*".into()],
            ..Grant::default()
        }
    }

    fn read(holder: &Value) -> Grant {
        Grant {
            actions: list(holder, "actions"),
            not_actions: list(holder, "notActions"),
            data_actions: list(holder, "dataActions"),
            not_data_actions: list(holder, "notDataActions"),
        }
    }

    fn allows(&self, right: &str) -> bool {
        let any = |patterns: &[String]| {
            let mut patterns = patterns.iter().map(|pattern| pattern.to_lowercase());
            patterns.any(|pattern| matches(&pattern, right))
        };
        any(&self.actions) && !any(&self.not_actions)
    }
}

impl Role {
    /// Reads a role definition: as ARM has it (`properties.permissions[]`), as the portal exports it
    /// (`permissions[]`) or as the CLI takes it (`Actions`).
    ///
    /// # Errors
    /// Not JSON, or without a list of actions.
    pub fn parse(text: &str) -> Result<Role, RoleError> {
        let whole: Value = serde_json::from_str(text)?;
        let inner = whole.get("properties").unwrap_or(&whole);
        let grants: Vec<Grant> = match inner.get("permissions").and_then(Value::as_array) {
            Some(permissions) => permissions.iter().map(Grant::read).collect(),
            None => vec![Grant::read(inner)],
        };
        if grants.iter().all(|grant| grant.actions.is_empty()) {
            return Err(RoleError::NoActions);
        }
        Ok(Role(grants))
    }

    /// Whether it gives a right, which is an action of Azure's in any case. What one permission takes away, another may
    /// give.
    pub fn allows(&self, right: &str) -> bool {
        self.0.iter().any(|grant| grant.allows(right))
    }

    pub(super) fn grants(&self) -> &[Grant] {
        &self.0
    }
}

fn list(holder: &Value, name: &str) -> Vec<String> {
    let found = holder
        .as_object()
        .and_then(|fields| {
            fields
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
        })
        .and_then(|(_, value)| value.as_array());
    found
        .into_iter()
        .flatten()
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect()
}

/// Whether a pattern in lower case, in which `*` is any text, matches an action in any case.
fn matches(pattern: &str, action: &str) -> bool {
    let action = action.to_lowercase();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = action.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_and_exceptions() {
        let role = Role::parse(
            r#"{"properties":{"permissions":[{"actions":["Microsoft.X/*/read","Microsoft.X/a/stop/action"],
                "notActions":["microsoft.x/secret/*"]}]}}"#,
        )
        .expect("a role");
        assert!(role.allows("microsoft.x/A/B/read"));
        assert!(role.allows("Microsoft.X/a/STOP/action"));
        assert!(!role.allows("Microsoft.X/a/start/action"));
        assert!(!role.allows("Microsoft.X/secret/read"));
        assert!(!role.allows("Microsoft.Y/a/read"));
        let two = Role::parse(
            r#"{"permissions":[{"actions":["a/*"],"notActions":["a/b"]},{"actions":["A/B"]}]}"#,
        );
        assert!(two.expect("a role").allows("a/b"));
        let all = Role::parse(r#"{"Name":"r","Actions":["*"]}"#).expect("a role");
        assert!(all.allows("anything/at/all"));
        assert!(Role::parse(r#"{"permissions":[]}"#).is_err());
    }
}
