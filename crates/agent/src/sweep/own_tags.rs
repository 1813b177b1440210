//! The own tags of a machine of Foundry, which an api-version may cease to show: what they said last stands for a time.

use super::context::Context;
use super::named::policy_tags;
use super::target::WorkspaceTarget;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{TagsHidden, TagsStand, see_tags};
use lamplighter_core::observe::Compute;
use lamplighter_core::record::ResourceState;

/// Remembers the tags that an answer shows, and gives one that shows none those that stand; gives back what is to be
/// told of these.
pub fn take_in(
    (context, target): (&Context, &WorkspaceTarget),
    machine: &mut Compute,
    state: &mut ResourceState,
    now: DateTime<Utc>,
) -> Option<TagsHidden> {
    let settings = &context.settings;
    // Within a year, far inside what a `TimeDelta` holds.
    let stand = TimeDelta::from_std(settings.foundry.tags_stand).unwrap_or(TimeDelta::days(30));
    see_tags(
        machine,
        state,
        TagsStand {
            ours: &|tags| policy_tags(tags, &settings.defaults),
            prefix: &settings.defaults.prefix,
            stand,
            above: [&target.workspace.tags, &target.workspace.above],
        },
        now,
    )
}
