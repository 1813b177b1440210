//! A line for each right of the role, over all subscriptions that were looked at.

use super::check::Check;
use super::facts::{PlaceFacts, Tried};
use crate::settings::Safety;
use lamplighter_azure::{Grant, Permissions};
use lamplighter_core::kinds::{Right, rights};
use wildmatch::WildMatchPattern;

/// Subscriptions named in one line.
const SHOWN: usize = 3;

/// Whether the caller's roles give it a right. What one of them takes away, another may give.
pub fn allows(permissions: &Permissions, action: &str) -> bool {
    let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
    let of = |grant: &Grant| any(&grant.actions) && !any(&grant.not_actions);
    permissions.0.iter().any(of)
}

fn matches(pattern: &str, action: &str) -> bool {
    // A question mark is no wildcard to Azure, and in no action.
    !pattern.contains('?')
        && WildMatchPattern::<'*', '?'>::new_case_insensitive(pattern).matches(action)
}

/// The name of a right's check.
pub fn name(action: &str) -> String {
    let short = action.strip_prefix("Microsoft.MachineLearningServices/");
    format!("right {}", short.unwrap_or(action))
}

/// The lines of all rights.
pub fn checks(places: &[PlaceFacts], safety: &Safety) -> Vec<Check> {
    let rights = rights();
    rights
        .iter()
        .map(|right| check(right, places, safety))
        .collect()
}

/// Whether a right was found missing anywhere.
pub fn is_missing(places: &[PlaceFacts], ending: &str) -> bool {
    let tried = places.iter().flat_map(|place| &place.rights);
    let mut of = tried.filter(|(action, _)| action.ends_with(ending));
    of.any(|(_, tried)| matches!(tried, Tried::Missing))
}

fn check(right: &Right, places: &[PlaceFacts], safety: &Safety) -> Check {
    let name = name(right.action);
    let (mut given, mut missing, mut unknown) = (0, Vec::new(), Vec::new());
    for place in places {
        let tried = place
            .rights
            .iter()
            .find(|(action, _)| *action == right.action);
        match tried.map(|(_, tried)| tried) {
            Some(Tried::Given) => given += 1,
            Some(Tried::Missing) => missing.push(place.subscription.as_str()),
            Some(Tried::Unknown(error)) => unknown.push(error),
            Some(Tried::Nowhere) | None => {}
        }
    }
    if !missing.is_empty() {
        let (all, some) = (missing.len(), &missing[..missing.len().min(SHOWN)]);
        let more = match all - some.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let seen = format!(
            "the identity lacks {} in subscription {}{more}; it is needed {}",
            right.action,
            some.join(", "),
            right.why
        );
        let to_do =
            "grant the identity the role Lamplighter operator there (infra/role/lamplighter.json)";
        let acts = missing.iter().any(|id| safety.acts_in(id));
        // What only acting needs is not missed where nothing is acted on.
        return match right.action.ends_with("/action") && !acts {
            true => Check::warning(
                name,
                format!(
                    "{seen}, though nothing is done there yet ({})",
                    safety.observed_by()
                ),
            ),
            false => Check::failed(name, seen),
        }
        .to_do(to_do);
    }
    match (unknown.first(), given) {
        (Some(error), _) => Check::warning(name, format!("could not be tried: {error}"))
            .to_do("run the doctor again; if it stays, see what Azure says"),
        (None, 0) => Check::not_tried(name, "there is no workspace to try it on"),
        (None, 1) => Check::ok(name, right.why),
        (None, given) => Check::ok(name, format!("{}, in {given} subscriptions", right.why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(grants: &[(&[&str], &[&str])]) -> Permissions {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let grant = |(actions, not_actions): &(&[&str], &[&str])| Grant {
            actions: texts(actions),
            not_actions: texts(not_actions),
        };
        Permissions(grants.iter().map(grant).collect())
    }

    #[test]
    fn permissions_are_read_as_azure_reads_them() {
        let stop = "Microsoft.MachineLearningServices/workspaces/computes/stop/action";
        for (grants, given) in [
            (permissions(&[]), false),
            (permissions(&[(&["*"], &[])]), true),
            (permissions(&[(&["*/read"], &[])]), false),
            (
                permissions(&[(&["microsoft.machinelearningservices/*/ACTION"], &[])]),
                true,
            ),
            (permissions(&[(&[stop], &[])]), true),
            (
                permissions(&[(
                    &["Microsoft.MachineLearningServices/workspaces/computes/stop"],
                    &[],
                )]),
                false,
            ),
            (
                permissions(&[(
                    &["*"],
                    &["Microsoft.MachineLearningServices/workspaces/computes/*/action"],
                )]),
                false,
            ),
            // What one role leaves out, another gives.
            (
                permissions(&[(&["*"], &["*/stop/action"]), (&[stop], &[])]),
                true,
            ),
            (permissions(&[(&["*/computes/?top/action"], &[])]), false),
        ] {
            assert_eq!(allows(&grants, stop), given, "{grants:?}");
        }
    }
}
