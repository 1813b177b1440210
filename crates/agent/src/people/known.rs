//! What is known of a resource that somebody asks for: its saved state, and what people have asked for it.

use crate::ledger::{Ledger, LedgerError};
use crate::settings::Settings;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers, Reading};
use lamplighter_core::record::{
    OperationOutcome, OwedAbout, PersonalHold, Reason, Resource, ResourceState,
};
use lamplighter_core::schedule::{Power, Schedule};
use lamplighter_core::tz::Tz;

/// One resource, as the last sweep left it.
pub struct Known {
    /// The ARM id of its workspace.
    pub workspace: String,
    pub resource: Resource,
    pub state: ResourceState,
    /// What its schedule and holidays say.
    pub reading: Reading,
    pub zone: Tz,
    /// What people have asked for: all that is known.
    pub holds: Vec<PersonalHold>,
}

/// How far back holds are read: the run of holds that this one would go on with.
const HOLDS: TimeDelta = TimeDelta::days(1);

impl Known {
    /// `None`: no sweep has seen such a resource.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn read(
        ledger: &Ledger,
        settings: &Settings,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Known>, LedgerError> {
        let id = id.to_lowercase();
        let Some(workspace) = workspace(&id) else {
            return Ok(None);
        };
        let (states, _) = ledger.load_document(workspace).await?;
        let Some(state) = states.get(&id) else {
            return Ok(None);
        };
        let Some(resource) = state.resource.clone() else {
            return Ok(None);
        };
        let held = ledger.holds_of(workspace, now - HOLDS).await?.holds;
        let held = held.into_iter().filter(|held| held.resource == id);
        let held = held.map(|held| held.hold);
        let holds = held.chain(state.personal_hold.clone()).collect();
        let reading = reading(&state, settings);
        let schedule = reading.policy.schedule.as_ref();
        let zone = schedule.map_or(settings.defaults.zone, |schedule| schedule.value.zone);
        Ok(Some(Known {
            workspace: workspace.to_owned(),
            resource,
            state,
            reading,
            zone,
            holds,
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

    /// Whether it is off, or being stopped by us.
    pub fn is_off(&self) -> bool {
        let seen = self.state.observation.as_ref();
        let seen_off = seen.is_some_and(|seen| seen.power == Some(Power::Off));
        let own = self.state.last_own_operation().is_some_and(|own| {
            let ended = own.ended.as_ref();
            let failed = ended.is_some_and(|ended| ended.how != OperationOutcome::Settled);
            let external = self.state.external.as_ref();
            let last = external.is_none_or(|external| external.at < own.requested_at);
            own.power == Power::Off && !failed && last
        });
        seen_off || own
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

    /// When its schedule starts it next after an instant, within a day.
    pub fn next_start(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let edges = self
            .schedule()?
            .edges(after, after.checked_add_signed(TimeDelta::days(1))?);
        let mut starts = edges
            .iter()
            .filter(|edge| edge.power == Power::On && edge.at > after);
        starts.next().map(|edge| edge.at)
    }

    /// The hold in force that ends last.
    pub fn hold(&self, now: DateTime<Utc>) -> Option<&PersonalHold> {
        let in_force = self.holds.iter().filter(|hold| hold.is_in_force(now));
        in_force.max_by_key(|hold| hold.until)
    }

    /// When the run of holds began that one beyond this stop would go on with; `first`: when it begins itself.
    pub fn run_begins(&self, cause: DateTime<Utc>, first: DateTime<Utc>) -> DateTime<Utc> {
        let same = self.holds.iter().filter(|hold| hold.until >= cause);
        let begins = same.map(|hold| hold.since).min();
        begins.unwrap_or(first).min(first)
    }

    /// The subscription's id.
    pub fn subscription(&self) -> Option<&str> {
        self.workspace.split('/').nth(2)
    }
}

/// The workspace of a resource: its id up to the workspace's name.
fn workspace(id: &str) -> Option<&str> {
    let is_id = id.starts_with("/subscriptions/") && id.len() <= 1024;
    let at = id.find("/workspaces/").filter(|_| is_id)? + "/workspaces/".len();
    let end = id[at..].find('/').filter(|length| *length > 0)? + at;
    (id.len() > end + 1).then_some(&id[..end])
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
