//! A line for each right of the role, over all subscriptions that were looked at.

use super::check::Check;
use super::facts::{PlaceFacts, Tried};
use crate::settings::Safety;
use lamplighter_azure::{AzureError, Grant, Permissions};
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

/// How often a right was found, and where it was not.
#[derive(Default)]
struct Count<'a> {
    given: usize,
    missing: Vec<&'a str>,
    unknown: Vec<&'a AzureError>,
}

fn count<'a>(action: &str, places: &'a [PlaceFacts]) -> Count<'a> {
    let mut count = Count::default();
    for place in places {
        let tried = place.rights.iter().find(|(known, _)| *known == action);
        match tried.map(|(_, tried)| tried) {
            Some(Tried::Given) => count.given += 1,
            Some(Tried::Missing) => count.missing.push(&place.subscription),
            Some(Tried::Unknown(error)) => count.unknown.push(error),
            Some(Tried::Nowhere | Tried::Unshown) | None => {}
        }
    }
    count
}

fn check(right: &Right, places: &[PlaceFacts], safety: &Safety) -> Check {
    let name = name(right.action);
    let count = count(right.action, places);
    if !count.missing.is_empty() {
        return lacking(name, right, &count.missing, safety);
    }
    match (count.unknown.first(), count.given) {
        (Some(error), _) => Check::warning(name, format!("could not be tried: {error}"))
            .with_to_do("run the doctor again; if it stays, see what Azure says"),
        (None, 0) => Check::not_tried(name, "there is no workspace to try it on"),
        (None, 1) => Check::ok(name, right.why),
        (None, given) => Check::ok(name, format!("{}, in {given} subscriptions", right.why)),
    }
}

fn lacking(name: String, right: &Right, missing: &[&str], safety: &Safety) -> Check {
    let shown = &missing[..missing.len().min(SHOWN)];
    let more = match missing.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (action, why, shown) = (right.action, right.why, shown.join(", "));
    let seen =
        format!("the identity lacks {action} in subscription {shown}{more}; it is needed {why}");
    let acts = missing.iter().any(|id| safety.acts_in(id));
    // What only acting needs is not missed where nothing is acted on.
    let check = match action.ends_with("/action") && !acts {
        true => {
            let by = safety.observed_by();
            Check::warning(
                name,
                format!("{seen}, though nothing is done there yet ({by})"),
            )
        }
        false => Check::failed(name, seen),
    };
    check.with_to_do(
        "grant the identity the role Lamplighter operator there (infra/role/lamplighter.json)",
    )
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
