//! What stands beside the computes of a workspace and behind those that are attached to it: found by one call, and only
//! where the platform has enabled its kind, or somebody asks for everything.

use super::attached;
use super::beside::Beside;
use super::context::Context;
use chrono::{DateTime, Utc};
use lamplighter_azure::AzureError;
use lamplighter_core::kinds::standing::{self, Endpoints, Wanted};
use lamplighter_core::kinds::workbench::place::is_foundry;
use lamplighter_core::kinds::{Kind, reported};
use lamplighter_core::observe::{Compute, Workspace};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use tokio::time::Instant;

/// The resources of a workspace.
pub struct Standing {
    pub computes: Vec<Compute>,
    /// What is wrong with them, in words.
    pub problems: Vec<String>,
    /// These are all.
    pub whole: bool,
}

/// Why what is attached is not stopped by the sweep that finds it.
const JUST_FOUND: &str = "it has only just been found: other workspaces may have jobs on it";

/// The computes of a workspace, with what else there is. `shared_at`: a sweep's `now`, whose pass is to decide; `None`:
/// somebody only asks, so that kinds are looked at too that are not enabled. `beside`: what it shares with other workspaces.
pub async fn standing(
    context: &Context,
    workspace: &Workspace,
    computes: Vec<Compute>,
    (shared_at, beside): (Option<DateTime<Utc>>, Option<&Beside>),
    deadline: Instant,
) -> Standing {
    let enabled = |kind: &Kind| context.settings.kinds.enabled(kind.name());
    let wants = |kind: &Kind| shared_at.is_none() || enabled(kind);
    // A project lists its hub's computes too: each is decided about where it lies.
    let own = format!("{}/", workspace.id.to_lowercase());
    let here = |one: &Compute| {
        let id = one.id.to_lowercase();
        let compute = one.by_kind.attached_as.is_empty() && id.contains("/computes/");
        shared_at.is_none() || !compute || id.starts_with(&own)
    };
    let (attached, computes): (Vec<Compute>, Vec<Compute>) = once_each(computes)
        .into_iter()
        .filter(here)
        .partition(|compute| standing::behind(compute).is_some_and(|kind| wants(&kind)));
    let mut standing = Standing {
        computes,
        problems: Vec::new(),
        whole: true,
    };
    let (attached, new) = match shared_at {
        None => (standing.known(context, attached).await, HashSet::new()),
        Some(now) => standing.share(context, workspace, attached, now).await,
    };
    let wanted = Wanted {
        endpoints: match wants(&Kind::Deployment) && !is_foundry(&workspace.id) {
            true => Endpoints::Of(workspace),
            false => Endpoints::None,
        },
        attached: &attached,
    };
    if !wanted.is_empty() {
        let place = (workspace, beside);
        standing.look(context, place, wanted, &new, deadline).await;
    }
    for compute in &mut standing.computes {
        let kind = Kind::named(compute.compute_type.as_deref());
        compute.by_kind.observe_only = kind.known().is_some() && !enabled(&kind);
    }
    name_namesakes(&mut standing.computes);
    standing
}

impl Standing {
    fn not_whole(&mut self, why: impl std::fmt::Display) {
        self.whole = false;
        let why = format!("who decides about what is attached is not known: {why}");
        self.problems.push(why);
    }

    /// What is attached, with all that it is known to be attached as.
    async fn known(&mut self, context: &Context, mut attached: Vec<Compute>) -> Vec<Compute> {
        if let Err(error) = attached::known(context, &mut attached).await {
            self.not_whole(error);
        }
        attached
    }

    /// What of all that is attached is decided about here, and the ids of what is new; the rest is shown only. What is not
    /// wanted is noted, so that a kind that is enabled later is known by then.
    async fn share(
        &mut self,
        context: &Context,
        workspace: &Workspace,
        attached: Vec<Compute>,
        now: DateTime<Utc>,
    ) -> (Vec<Compute>, HashSet<String>) {
        let others = self.computes.iter();
        let others = others.filter(|one| standing::behind(one).is_some());
        let others: Vec<Compute> = others.cloned().collect();
        if let Err(error) = attached::note(context, workspace, &others, now).await {
            // Nothing is decided about these.
            tracing::warn!(
                event = "oddity",
                "what is attached could not be noted: {error}"
            );
        }
        match attached::share(context, workspace, attached, now).await {
            Ok(shared) => {
                self.computes.extend(shared.elsewhere);
                (shared.here, shared.new)
            }
            Err(error) => {
                self.not_whole(error);
                (Vec::new(), HashSet::new())
            }
        }
    }

    /// Finds what is wanted; what of it is attached and not shown remains as its compute, with the right that may be missing.
    async fn look(
        &mut self,
        context: &Context,
        place: (&Workspace, Option<&Beside>),
        wanted: Wanted<'_>,
        new: &HashSet<String>,
        deadline: Instant,
    ) {
        let found = find(context, place, wanted, deadline).await;
        let (found, troubles) = found.unwrap_or_else(|why| (Vec::new(), vec![why]));
        self.whole &= troubles.is_empty();
        self.problems.extend(troubles);
        let seen: HashSet<String> = found.iter().map(|one| one.id.to_lowercase()).collect();
        let hidden = wanted.attached.iter();
        for one in hidden.filter(|one| !seen.contains(&one.id.to_lowercase())) {
            self.whole = false;
            let right = standing::right_to_see(one).unwrap_or_default();
            let mut one = one.clone();
            one.by_kind.notes.push(format!(
                "not allowed to look: {} is not shown (is it there? it takes the right {right})",
                one.id
            ));
            self.computes.push(one);
        }
        self.computes.extend(found.into_iter().map(|mut one| {
            if new.contains(&one.id.to_lowercase()) {
                one.by_kind.no_stop.get_or_insert_with(|| JUST_FOUND.into());
            }
            one
        }));
    }
}

/// What is attached more than once is one thing, with all the ids by which it is attached.
fn once_each(computes: Vec<Compute>) -> Vec<Compute> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut each: Vec<Compute> = Vec::with_capacity(computes.len());
    for one in computes {
        // A workspace may have tens of thousands of others.
        if one.by_kind.attached_as.is_empty() {
            each.push(one);
            continue;
        }
        let key = one.id.to_lowercase();
        match places.get(&key) {
            Some(&place) => {
                let known = &mut each[place].by_kind;
                known.attached_as.extend(one.by_kind.attached_as);
            }
            None => {
                places.insert(key, each.len());
                each.push(one);
            }
        }
    }
    each
}

async fn find(
    context: &Context,
    (workspace, beside): (&Workspace, Option<&Beside>),
    wanted: Wanted<'_>,
    deadline: Instant,
) -> Result<(Vec<Compute>, Vec<String>), String> {
    // What is attached is asked for by its ids, and the rest with it.
    let shared = match beside.filter(|_| wanted.attached.is_empty()) {
        Some(beside) => beside.rows(context, workspace, deadline).await,
        None => None,
    };
    let rows = match shared {
        Some(rows) => rows,
        None => own_rows(context, workspace, wanted, deadline).await?,
    };
    let (mut found, odd) = standing::read(&rows, wanted);
    let mut troubles: Vec<String> = odd.iter().map(ToString::to_string).collect();
    for one in &mut found {
        if let Err(error) = with_failure(context, workspace, one, deadline).await {
            let name = &one.name;
            troubles.push(format!(
                "{name}: why its last change failed could not be read: {error}"
            ));
        }
    }
    Ok((found, troubles))
}

/// The rows of one workspace, and of what is attached to it wherever that lies.
async fn own_rows(
    context: &Context,
    workspace: &Workspace,
    wanted: Wanted<'_>,
    deadline: Instant,
) -> Result<Vec<Value>, String> {
    let own = std::iter::once(workspace.subscription.to_lowercase());
    let others = wanted
        .attached
        .iter()
        .filter_map(|one| Some(one.id.split('/').nth(2)?.to_lowercase()));
    let mut subscriptions: Vec<String> = own.chain(others).collect();
    subscriptions.sort_unstable();
    subscriptions.dedup();
    let asked = context
        .arm
        .graph_standing(&wanted.query(), &subscriptions, deadline)
        .await;
    let rows = asked
        .map_err(|error| format!("what stands beside its computes could not be found: {error}"))?;
    Ok(rows.items)
}

/// Reads a VM whose last change failed once more: only Resource Manager says why.
async fn with_failure(
    context: &Context,
    workspace: &Workspace,
    compute: &mut Compute,
    deadline: Instant,
) -> Result<(), AzureError> {
    let failed = compute.provisioning_state.as_deref() == Some("Failed");
    let kind = Kind::named(compute.compute_type.as_deref());
    if let Some(known) = kind.known().filter(|_| failed && kind == Kind::Vm) {
        let read = context.arm.resource(known, workspace, compute, deadline);
        compute.errors = read.await?.errors;
    }
    Ok(())
}

/// Marks computes and deployments of endpoints that have one name: a tag that is addressed to it may mean either.
fn name_namesakes(computes: &mut [Compute]) {
    let endpoint = |compute: &Compute| {
        let is = matches!(
            Kind::named(compute.compute_type.as_deref()),
            Kind::Deployment
        );
        let is = is || compute.compute_type.as_deref() == Some(reported::ON_KUBERNETES);
        let name = compute.name.split_once('/').filter(|_| is)?.0;
        Some(name.to_lowercase())
    };
    let endpoints: HashSet<String> = computes.iter().filter_map(endpoint).collect();
    if endpoints.is_empty() {
        return;
    }
    let others = computes
        .iter()
        .filter(|compute| endpoint(compute).is_none());
    let others: HashSet<String> = others.map(|compute| compute.name.to_lowercase()).collect();
    let both: HashSet<String> = endpoints.intersection(&others).cloned().collect();
    for compute in computes {
        let name = endpoint(compute).unwrap_or_else(|| compute.name.to_lowercase());
        compute.by_kind.namesake = both.contains(&name);
    }
}
