//! What is known of a resource that somebody asks for: its saved state, and what people have asked for it.

use crate::ledger::LedgerError;
use crate::settings::Settings;
use crate::sweep::Context;
use crate::sweep::attached;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::decide::{run_since, standing_hold};
use lamplighter_core::kinds::workbench::place;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers, Reading};
use lamplighter_core::record::{
    OperationOutcome, OwedAbout, OwnOperation, PersonalHold, Reason, Resource, ResourceState,
};
use lamplighter_core::schedule::{Power, Schedule};
use lamplighter_core::tz::Tz;

/// A start that is farther away is beyond every hold: `HOLD_LIMIT` is 7 days at most.
const FAR: TimeDelta = TimeDelta::days(8);

/// One resource, as the last sweep left it.
pub struct Known {
    /// The ARM id of its workspace.
    pub workspace: String,
    pub resource: Resource,
    pub state: ResourceState,
    /// What its schedule and holidays say.
    pub reading: Reading,
    pub zone: Tz,
    /// The hold that stands; it may be over, and of a run that another goes on with.
    standing: Option<PersonalHold>,
}

impl Known {
    /// `None`: no sweep has seen such a resource.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn read(
        context: &Context,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Known>, LedgerError> {
        let id = id.to_lowercase();
        let decided = match workspace(&id) {
            Some(workspace) => Some(workspace.to_owned()),
            // What is attached lies in no workspace.
            None => attached::decided_in(context, &id).await?,
        };
        let Some(workspace) = decided else {
            return Ok(None);
        };
        let (states, _) = context.ledger.load_document(&workspace).await?;
        let Some(state) = states.get(&id) else {
            return Ok(None);
        };
        let Some(resource) = state.resource.clone() else {
            return Ok(None);
        };
        let held = context.ledger.holds_of(&workspace, now).await?.holds;
        let held = held.into_iter().filter(|held| held.resource == id);
        let found: Vec<PersonalHold> = held.map(|held| held.hold).collect();
        let settings = &context.settings;
        let reading = reading(&state, settings);
        // Through the same sieve as sweeps: what the page says is what they will do.
        let standing = match is_seen_off(&state) {
            true => None,
            false => standing_hold(
                state.personal_hold.clone(),
                &found,
                (state.created_on, &reading.policy),
                settings.hold_limit(),
                now,
            ),
        };
        let schedule = reading.policy.schedule.as_ref();
        let zone = schedule.map_or(settings.defaults.zone, |schedule| schedule.value.zone);
        Ok(Some(Known {
            workspace,
            resource,
            state,
            reading,
            zone,
            standing,
        }))
    }

    /// Whether its owner was told, or is being told, of the stop that this instant demands.
    pub fn was_told_of(&self, cause: DateTime<Utc>) -> bool {
        let mut given = self.state.given();
        let owed = self.state.owed(OwedAbout::Stop);
        given.any(|given| given.cause == cause) || owed.is_some_and(|owed| owed.cause == cause)
    }

    /// Why it is to be stopped.
    pub fn reason(&self, cause: DateTime<Utc>) -> Option<Reason> {
        let mut given = self.state.given();
        given.find(|given| given.cause == cause)?.reason
    }

    /// Whether it is off, or has been stopped by us.
    pub fn is_off(&self) -> bool {
        let stopped = self.own_stop();
        is_seen_off(&self.state)
            || stopped.is_some_and(|own| own.ended_as(OperationOutcome::Settled))
    }

    /// Whether a stop of ours may be on its way: claimed by a sweep, and nothing seen of it yet.
    pub fn stop_pending(&self, now: DateTime<Utc>) -> bool {
        self.own_stop().is_some_and(|own| own.is_pending(now))
    }

    /// Our stop, where that is the last that was done to it.
    fn own_stop(&self) -> Option<&OwnOperation> {
        let external = self.state.external.as_ref();
        let own = self.state.last_own_operation()?;
        let last = external.is_none_or(|external| external.at < own.requested_at);
        (own.power == Power::Off && last).then_some(own)
    }

    /// Until when a tag holds it off, which is above what anybody asks for here.
    pub fn held_off(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hold = self.state.observation.as_ref()?.hold?;
        (hold.power == Power::Off && hold.until > now).then_some(hold.until)
    }

    pub fn schedule(&self) -> Option<&Schedule> {
        let schedule = self.reading.policy.schedule.as_ref()?;
        Some(&schedule.value)
    }

    /// When its schedule starts it next after an instant, as far as any hold may last.
    pub fn next_start(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let end = after.checked_add_signed(FAR)?;
        // All at once: a schedule may stop it every minute, and asking for edge after edge would lay all of that out
        // for each.
        let edges = self.schedule()?.edges(after, end).into_iter();
        let mut starts = edges.filter(|edge| edge.power == Power::On && edge.at > after);
        starts.next().map(|edge| edge.at)
    }

    /// The hold in force, as a sweep would find it now.
    pub fn hold(&self, now: DateTime<Utc>) -> Option<&PersonalHold> {
        self.standing.as_ref().filter(|hold| hold.is_in_force(now))
    }

    /// When the run of holds began that one asked for at this instant goes on with.
    pub fn run_begins(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        run_since(self.standing.as_ref(), at)
    }

    /// Whether it has been started after an instant, by us or by anybody else: a stop that was told for then is over.
    pub fn came_on_after(&self, stop_at: DateTime<Utc>) -> bool {
        let mut own = self.state.own_operations.iter();
        let by_us = own.any(|own| own.power == Power::On && own.requested_at > stop_at);
        let external = self.state.external.as_ref();
        by_us || external.is_some_and(|one| one.power == Power::On && one.at > stop_at)
    }

    /// The subscription's id.
    pub fn subscription(&self) -> Option<&str> {
        self.workspace.split('/').nth(2)
    }
}

fn is_seen_off(state: &ResourceState) -> bool {
    let seen = state.observation.as_ref();
    seen.is_some_and(|seen| seen.power == Some(Power::Off))
}

/// The workspace of a resource: its id up to the workspace's name. Read from the end, as a resource group may be called
/// what Azure calls a kind.
pub fn workspace(id: &str) -> Option<&str> {
    let is_id = id.starts_with("/subscriptions/") && id.len() <= 1024;
    if let Some(place) = place::of_machine(id).filter(|_| is_id) {
        return Some(place);
    }
    let (id, name) = id.rsplit_once('/').filter(|_| is_id)?;
    let (mut workspace, kind) = id.rsplit_once('/')?;
    if kind == "deployments" {
        // It is a part of an endpoint.
        let (endpoints, _) = workspace.rsplit_once('/')?;
        workspace = endpoints.strip_suffix("/onlineendpoints")?;
    }
    let (provider, its_name) = workspace.rsplit_once('/')?;
    let whole = !name.is_empty() && !its_name.is_empty();
    (whole && provider.ends_with("/workspaces")).then_some(workspace)
}

/// Its schedule and its holidays, which were saved as tags take them.
fn reading(state: &ResourceState, settings: &Settings) -> Reading {
    let seen = state.observation.as_ref();
    let tags = [
        (
            "lamp-schedule",
            seen.and_then(|seen| seen.schedule.as_ref()),
        ),
        (
            "lamp-holidays",
            seen.and_then(|seen| seen.holidays.as_ref()),
        ),
    ];
    let tags = tags.into_iter();
    let tags: Tags = tags
        .filter_map(|(name, value)| Some((name.to_owned(), value?.clone())))
        .collect();
    let none = Tags::new();
    let layers = Layers {
        compute_name: "",
        compute: &tags,
        workspace: &none,
        resource_group: &none,
    };
    let defaults = Defaults {
        zone: settings.defaults.zone,
        schedules: settings.defaults.schedules.clone(),
        calendars: settings.defaults.calendars.clone(),
        ..Defaults::default()
    };
    policy::read(&layers, &defaults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_the_part_of_an_id_up_to_its_name() {
        let rest = "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices";
        let id = format!("{rest}/workspaces/w/computes/ci");
        assert_eq!(
            workspace(&id),
            Some(format!("{rest}/workspaces/w").as_str())
        );
        let id_of_deployment = format!("{rest}/workspaces/w/onlineendpoints/e/deployments/d");
        assert_eq!(
            workspace(&id_of_deployment),
            Some(format!("{rest}/workspaces/w").as_str())
        );
        for group in ["workspaces", "computes"] {
            let workspace =
                format!("/subscriptions/s/resourcegroups/{group}/providers/x/workspaces/w");
            let id = format!("{workspace}/computes/workspaces");
            assert_eq!(super::workspace(&id), Some(workspace.as_str()));
        }
        for odd in [
            "",
            "/",
            "ci",
            "/workspaces/w/computes/ci",
            &format!("{rest}/workspaces/w"),
            &format!("{rest}/workspaces/w/"),
            &format!("{rest}/workspaces//computes/ci"),
            &format!("{id}{}", "x".repeat(1024)),
        ] {
            assert_eq!(workspace(odd), None, "{odd}");
        }
    }
}
