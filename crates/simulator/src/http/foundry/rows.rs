//! Accounts and projects as Resource Graph and the generic lists have them: those have tags of their own in every
//! version. Workbenches and computes are in neither.

use super::body::{account_body, project_body};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::lookup::scope;
use crate::kinds::foundry::body::{ACCOUNT, PROJECT};
use crate::world::behind::place::Place;
use crate::world::simulation::World;
use serde_json::Value;

/// An account or a project, by place in the world.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) enum Listed {
    Account(usize),
    Project(usize),
}

impl Listed {
    pub fn place(self, world: &World) -> &Place {
        match self {
            Listed::Account(account) => &world.foundry.accounts[account].place,
            Listed::Project(project) => &world.foundry.projects[project].place,
        }
    }

    /// The type that Azure gives it.
    pub fn resource_type(self) -> &'static str {
        match self {
            Listed::Account(_) => ACCOUNT,
            Listed::Project(_) => PROJECT,
        }
    }

    pub fn body(self, world: &World) -> Value {
        match self {
            Listed::Account(account) => account_body(world, account),
            Listed::Project(project) => project_body(world, project),
        }
    }
}

fn all(world: &World) -> impl Iterator<Item = Listed> {
    let accounts = (0..world.foundry.accounts.len()).map(Listed::Account);
    accounts.chain((0..world.foundry.projects.len()).map(Listed::Project))
}

/// The accounts of the subscription, or of the group, that the path names.
pub(super) fn accounts_in_scope(call: &Call, world: &World) -> Result<Vec<usize>, Answer> {
    let here = scope(call, world)?;
    let accounts = world.foundry.accounts.iter().enumerate();
    let own = accounts.filter(|(_, account)| here(&account.place));
    Ok(own.map(|(place, _)| place).collect())
}

/// Those of the subscription, or of the group, that the path names.
pub(in crate::http) fn listed(call: &Call, world: &World) -> Result<Vec<Listed>, Answer> {
    let here = scope(call, world)?;
    Ok(all(world).filter(|one| here(one.place(world))).collect())
}

/// One row each, as Resource Graph gives them: types and groups in lower case.
pub(in crate::http) fn rows(world: &World) -> impl Iterator<Item = Value> {
    all(world).map(|one| {
        let place = one.place(world);
        let subscription = &world.estate.subscriptions[place.subscription];
        let mut row = one.body(world);
        row["type"] = one.resource_type().to_lowercase().into();
        row["resourceGroup"] = world.estate.groups[place.group].name.to_lowercase().into();
        row["subscriptionId"] = subscription.id.as_str().into();
        row["tenantId"] = subscription.tenant_id.as_str().into();
        row
    })
}
