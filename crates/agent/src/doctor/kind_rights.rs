//! A line for each right of a kind other than the instance, where that kind is enabled.

use super::check::Check;
use super::facts::{OfKind, PlaceFacts, Tried};
use super::{rights, try_kinds};
use crate::settings::{Kinds, Settings};
use lamplighter_core::kinds::{ResourceKind, Right};
use std::collections::BTreeSet;

/// Places named in one line.
const SHOWN: usize = 3;

/// The names of all lines.
pub fn names(kinds: &Kinds) -> Vec<String> {
    let each = try_kinds::others(kinds).into_iter();
    each.flat_map(|kind| {
        let rights = kind.rights();
        let names = rights.iter().map(|right| name(kind, right));
        names.collect::<Vec<_>>()
    })
    .collect()
}

fn name(kind: &dyn ResourceKind, right: &Right) -> String {
    format!("{} ({})", rights::name(right.action), kind.name())
}

/// The lines of all rights of all enabled kinds.
pub fn checks(settings: &Settings, places: &[PlaceFacts]) -> Vec<Check> {
    let mut checks = Vec::new();
    for kind in try_kinds::others(&settings.kinds) {
        for right in kind.rights() {
            checks.push(check(settings, kind, &right, places));
        }
    }
    checks
}

/// What came of trying one right everywhere.
#[derive(Default)]
struct Count<'a> {
    given: usize,
    missing: Vec<&'a str>,
    /// It is missing where something is done.
    acts: bool,
    unshown: bool,
    unknown: Option<String>,
}

fn count<'a>(
    settings: &Settings,
    kind: &dyn ResourceKind,
    right: &Right,
    places: &'a [PlaceFacts],
) -> Count<'a> {
    let mut count = Count::default();
    for place in places {
        let own = |one: &&OfKind| one.kind == kind.name() && one.action == right.action;
        for one in place.of_kinds.iter().filter(own) {
            match &one.tried {
                Tried::Given => count.given += 1,
                Tried::Missing => {
                    count.missing.push(&one.at);
                    count.acts |= settings.safety.acts_in(&place.subscription);
                }
                Tried::Unknown(error) => count.unknown = Some(error.to_string()),
                Tried::Unshown => count.unshown = true,
                Tried::Nowhere => {}
            }
        }
    }
    count
}

fn check(
    settings: &Settings,
    kind: &dyn ResourceKind,
    right: &Right,
    places: &[PlaceFacts],
) -> Check {
    let name = name(kind, right);
    let count = count(settings, kind, right, places);
    if !count.missing.is_empty() {
        return lacking(settings, name, kind, right, &count);
    }
    match (count.unknown, count.given) {
        (Some(error), _) => Check::warning(name, format!("could not be tried: {error}"))
            .with_to_do("run the doctor again; if it stays, see what Azure says"),
        (None, 0) if count.unshown => {
            let why = "the identity may not read what it may do there, and trying it would use it";
            Check::not_tried(name, why)
        }
        (None, 0) => Check::not_tried(name, "nothing of this kind was found to try it on"),
        (None, 1) => Check::ok(name, right.why),
        (None, given) => Check::ok(name, format!("{}, in {given} places", right.why)),
    }
}

fn lacking(
    settings: &Settings,
    name: String,
    kind: &dyn ResourceKind,
    right: &Right,
    count: &Count<'_>,
) -> Check {
    let places: BTreeSet<&str> = count.missing.iter().copied().collect();
    let shown: Vec<&str> = places.iter().copied().take(SHOWN).collect();
    let more = match places.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let role_file = kind.role_file();
    let (kind, action, why, at) = (kind.name(), right.action, right.why, shown.join(", "));
    let seen = format!(
        "the identity lacks {action} in {at}{more}; the kind {kind}, which KINDS names, needs it {why}"
    );
    let check = match (count.given, count.acts) {
        // A role may be granted in some places only, and on purpose: what lies elsewhere is left alone.
        (1.., _) => Check::warning(
            name,
            format!("{seen} ({} other places have it)", count.given),
        ),
        (0, false) if right.acts() => {
            let by = settings.safety.observed_by();
            Check::warning(
                name,
                format!("{seen}, though nothing is done there yet ({by})"),
            )
        }
        (0, _) => Check::failed(name, seen),
    };
    let file = match right.action {
        "Microsoft.Insights/metrics/read" => "lamplighter",
        _ => role_file,
    };
    check.with_to_do(format!(
        "grant the identity the role of infra/role/{file}.json there, or leave {kind} out of KINDS"
    ))
}
