//! A machine's own tags, where the api-version that shows it may cease to show them.

use crate::observe::{Compute, Tags};
use crate::record::{ResourceState, TagsSeen};
use chrono::{DateTime, TimeDelta, Utc};

/// How lines about them begin.
pub const OWN_TAGS: &str = "its own tags";
/// From this api-version on they are not shown.
const NOT_SINCE: &str = "2026-09-15-preview";

/// Own tags that an answer has ceased to show, and that stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagsHidden {
    /// From which api-version on they are not shown.
    pub since_version: &'static str,
    /// When they were last shown.
    pub seen: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// What says the same on what lies above it, each with its value.
    pub instead: String,
    /// What that is.
    pub place: &'static str,
}

/// What of its tags is remembered, and for how long.
#[derive(Clone, Copy)]
pub struct TagsStand<'a> {
    /// Those of its tags that policies are read from.
    pub ours: &'a dyn Fn(&Tags) -> Tags,
    /// What their names begin with.
    pub prefix: &'a str,
    /// How long the last ones that were shown stand.
    pub stand: TimeDelta,
    /// The tags of its project and account: what is addressed to it there takes the place of a remembered tag.
    pub above: [&'a Tags; 2],
}

/// Remembers the tags that an answer shows, and gives a machine whose answer shows none those that it had last, with a
/// line that says so; gives those that stand. A version that shows tags and none of ours has had them taken away by somebody.
pub fn see_tags(
    machine: &mut Compute,
    state: &mut ResourceState,
    terms: TagsStand<'_>,
    now: DateTime<Utc>,
) -> Option<TagsHidden> {
    machine.by_kind.read_in.as_ref()?;
    let place = addressed_on(machine);
    if !machine.by_kind.tags_hidden {
        let tags = (terms.ours)(&machine.tags);
        let names = terms.addressed(&tags, &machine.name);
        if !names.is_empty() {
            machine.by_kind.notes.push(format!(
                "{OWN_TAGS} are not shown by api-versions from {NOT_SINCE} on: write {names} on its {place} too"
            ));
        }
        state.tags_seen = (!tags.is_empty()).then_some(TagsSeen {
            tags,
            at: now,
            told: false,
        });
        return None;
    }
    hidden(machine, state, terms, now)
}

/// Those that stand where an answer shows none.
fn hidden(
    machine: &mut Compute,
    state: &mut ResourceState,
    terms: TagsStand<'_>,
    now: DateTime<Utc>,
) -> Option<TagsHidden> {
    let place = addressed_on(machine);
    // Made since then, it is another one of that name.
    let made = machine.created_on;
    let its = state.tags_seen.take();
    state.tags_seen = its.filter(|seen| made.is_none_or(|made| made <= seen.at));
    let seen = state.tags_seen.as_ref()?;
    let mut tags = seen.tags.clone();
    tags.retain(|name, _| !terms.is_said_above(name, &machine.name));
    let names = terms.addressed(&tags, &machine.name);
    if names.is_empty() {
        return None;
    }
    let (day, until) = (seen.at.format("%Y-%m-%d"), seen.at + terms.stand);
    if now >= until {
        machine.by_kind.notes.push(format!(
            "{OWN_TAGS} of {day} have ceased to stand, as nothing has shown them since: write {names} on its {place}"
        ));
        return None;
    }
    machine.tags = tags;
    machine.by_kind.tags_as_of = Some(seen.at);
    machine.by_kind.notes.push(format!(
        "{OWN_TAGS} are not shown any more: those of {day} stand until {}; to keep what they say, write {names} on its \
         {place}",
        until.format("%Y-%m-%d")
    ));
    Some(TagsHidden {
        since_version: NOT_SINCE,
        seen: seen.at,
        until,
        instead: names,
        place,
    })
}

impl TagsStand<'_> {
    /// What says the same on what lies above, each with its value.
    fn addressed(&self, tags: &Tags, machine: &str) -> String {
        let own = tags.iter().filter(|(name, _)| is_policy(name, self.prefix));
        let each: Vec<String> = own
            .map(|(name, value)| format!("{name}.{machine} = {value}"))
            .collect();
        each.join(", ")
    }

    /// Whether what lies above says something of this tag to this machine.
    fn is_said_above(&self, name: &str, machine: &str) -> bool {
        let addressed = format!("{name}.{machine}");
        let mut names = self.above.iter().flat_map(|tags| tags.keys());
        names.any(|own| own.eq_ignore_ascii_case(&addressed))
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
        seen_below(state, machine(tags), &Tags::new(), now)
    }

    fn seen_below(
        state: &mut ResourceState,
        mut machine: Compute,
        above: &Tags,
        now: DateTime<Utc>,
    ) -> Compute {
        let ours = |tags: &Tags| tags.clone();
        let terms = TagsStand {
            ours: &ours,
            prefix: "lamp-",
            stand: TimeDelta::days(10),
            above: [above, &Tags::new()],
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
        seen(&mut state, Some(&[("lamp-schedule", "always")]), at(1));
        seen(&mut state, Some(&[]), at(2));
        assert_eq!(state.tags_seen, None);
        assert!(seen(&mut state, None, at(3)).tags.is_empty());
    }

    #[test]
    fn what_is_written_elsewhere_meanwhile_takes_the_place_of_what_is_remembered() {
        let mut state = ResourceState::default();
        let own = [
            ("lamp-schedule", "Mon-Fri 08:00-19:00"),
            ("lamp-notice", "1h"),
        ];
        seen(&mut state, Some(&own), at(1));
        let above = Tags::from([("Lamp-Schedule.WB".into(), "always".into())]);
        let hidden = seen_below(&mut state, machine(None), &above, at(2));
        assert_eq!(hidden.tags.keys().collect::<Vec<_>>(), ["lamp-notice"]);
    }

    #[test]
    fn another_one_of_that_name_has_none_of_its_tags() {
        let mut state = ResourceState::default();
        seen(
            &mut state,
            Some(&[("lamp-schedule", "stop daily 19:00")]),
            at(1),
        );
        let mut new = machine(None);
        new.created_on = Some(at(2));
        let found = seen_below(&mut state, new, &Tags::new(), at(3));
        assert!(found.tags.is_empty() && state.tags_seen.is_none());
    }
}
