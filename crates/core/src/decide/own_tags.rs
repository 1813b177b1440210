//! A machine's own tags, where the api-version that shows it may cease to show them.

use crate::observe::{Compute, Tags};
use crate::record::{ResourceState, TagsSeen};
use chrono::{DateTime, TimeDelta, Utc};

/// What of its tags is remembered, and for how long.
#[derive(Clone, Copy)]
pub struct TagsStand<'a> {
    /// Those of its tags that policies are read from.
    pub ours: &'a dyn Fn(&Tags) -> Tags,
    /// What their names begin with.
    pub prefix: &'a str,
    /// How long the last ones that were shown stand.
    pub stand: TimeDelta,
}

/// Remembers the tags that an answer shows, and gives a machine whose answer shows none those that it had last, with a
/// line that says so. A version that shows tags and none of ours has had them taken away by somebody.
pub fn see_tags(
    machine: &mut Compute,
    state: &mut ResourceState,
    terms: TagsStand<'_>,
    now: DateTime<Utc>,
) {
    if machine.by_kind.read_in.is_none() {
        return;
    }
    if !machine.by_kind.tags_hidden {
        let tags = (terms.ours)(&machine.tags);
        if let Some(name) = tags.keys().find(|name| is_policy(name, terms.prefix)) {
            let (to, project) = (&machine.name, addressed_on(machine));
            machine.by_kind.notes.push(format!(
                "its own tags are not shown by api-versions from 2026-09-15-preview on: write {name}.{to} on its {project} too"
            ));
        }
        state.tags_seen = (!tags.is_empty()).then_some(TagsSeen { tags, at: now });
        return;
    }
    let Some(seen) = &state.tags_seen else {
        return;
    };
    let (day, project) = (seen.at.format("%Y-%m-%d"), addressed_on(machine));
    let until = seen.at + terms.stand;
    let names: Vec<String> = seen
        .tags
        .keys()
        .filter(|name| is_policy(name, terms.prefix))
        .map(|name| format!("{name}.{}", machine.name))
        .collect();
    let names = names.join(", ");
    if now < until {
        machine.tags = seen.tags.clone();
        machine.by_kind.tags_as_of = Some(seen.at);
        machine.by_kind.notes.push(format!(
            "its own tags are not shown any more: those of {day} stand until {}; to keep what they say, write {names} on \
             its {project}",
            until.format("%Y-%m-%d")
        ));
    } else {
        machine.by_kind.notes.push(format!(
            "its own tags of {day} have ceased to stand, as nothing has shown them since: write {names} on its {project}"
        ));
    }
}

fn is_policy(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// What has tags in every version.
fn addressed_on(machine: &Compute) -> &'static str {
    match crate::kinds::workbench::place::is_workbench(&machine.id) {
        true => "project",
        false => "account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{ByKind, FoundryVersion};

    fn at(day: u32) -> DateTime<Utc> {
        let text = format!("2026-11-{day:02}T12:00:00Z");
        text.parse().expect("a time")
    }

    fn machine(tags: Option<&[(&str, &str)]>) -> Compute {
        let own = tags.unwrap_or_default().iter();
        Compute {
            name: "wb".into(),
            tags: own
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            by_kind: ByKind {
                read_in: Some(FoundryVersion::default()),
                tags_hidden: tags.is_none(),
                ..ByKind::default()
            },
            ..Compute::default()
        }
    }

    fn seen(
        state: &mut ResourceState,
        tags: Option<&[(&str, &str)]>,
        now: DateTime<Utc>,
    ) -> Compute {
        let mut machine = machine(tags);
        let ours = |tags: &Tags| tags.clone();
        let terms = TagsStand {
            ours: &ours,
            prefix: "lamp-",
            stand: TimeDelta::days(10),
        };
        see_tags(&mut machine, state, terms, now);
        machine
    }

    #[test]
    fn the_last_word_stands_for_its_time_and_no_longer_and_says_where_else_to_write_it() {
        let mut state = ResourceState::default();
        let hold = [("lamp-hold", "2026-12-24")];
        seen(&mut state, Some(&hold), at(1));
        seen(&mut state, Some(&hold), at(5));
        let hidden = seen(&mut state, None, at(14));
        assert_eq!(
            hidden.tags.get("lamp-hold").map(String::as_str),
            Some("2026-12-24")
        );
        assert_eq!(hidden.by_kind.tags_as_of, Some(at(5)));
        assert!(
            hidden.by_kind.notes[0].contains("lamp-hold.wb"),
            "{:?}",
            hidden.by_kind.notes
        );
        let gone = seen(&mut state, None, at(15));
        assert!(gone.tags.is_empty() && gone.by_kind.tags_as_of.is_none());
        assert!(gone.by_kind.notes[0].contains("ceased to stand"));
        // It is shown again under a version set back.
        let back = seen(&mut state, Some(&hold), at(16));
        assert_eq!((back.tags.len(), back.by_kind.tags_as_of), (1, None));
    }

    #[test]
    fn a_version_that_shows_tags_and_none_has_had_them_taken_away() {
        let mut state = ResourceState::default();
        seen(&mut state, Some(&[("lamp-schedule", "always-on")]), at(1));
        seen(&mut state, Some(&[]), at(2));
        assert_eq!(state.tags_seen, None);
        assert!(seen(&mut state, None, at(3)).tags.is_empty());
    }
}
