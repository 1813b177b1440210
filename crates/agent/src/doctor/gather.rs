//! Asks the ledger, Azure and the other hosts. Nothing that was there before is changed.

use super::check::Diagnosis;
use super::facts::{AzureFacts, Facts, LedgerFacts, PlaceFacts};
use super::{judge, place, tonight};
use crate::beacons::Beacons;
use crate::ledger::{self, Ledger, LedgerError, NoCredential, Trial};
use crate::settings::Settings;
use crate::sweep::clock::Clock;
use crate::sweep::{Context, ContextError, all};
use chrono::{DateTime, Utc};
use lamplighter_azure::{AzureError, Pace, PriceProblem, TokenCredential, from_environment};
use lamplighter_core::observe::{Subscription, Workspace};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// All of it takes no longer than this, or than a sweep may.
const WITHIN: Duration = Duration::from_secs(60);
/// One thing takes no longer than this.
const EACH: Duration = Duration::from_secs(10);
/// So many subscriptions are looked at; a sweep goes through all.
pub(super) const SUBSCRIPTIONS: usize = 10;
/// So many regions' hosts are asked for metrics.
const REGIONS: usize = 5;
/// Any list of prices has it.
const SIZE: &str = "Standard_DS3_v2";

/// Tries everything, at an instant of the clock that sweeps go by. `starting`: the app has only just started.
///
/// # Errors
/// No HTTP client can be made.
pub async fn examine(
    settings: Settings,
    now: DateTime<Utc>,
    starting: bool,
) -> Result<Diagnosis, ContextError> {
    let settings = Arc::new(settings);
    let facts = facts(&settings, now, starting).await?;
    let checks = judge::checks(&settings, &facts);
    Ok(Diagnosis::of(checks, now))
}

async fn facts(
    settings: &Arc<Settings>,
    now: DateTime<Utc>,
    starting: bool,
) -> Result<Facts, ContextError> {
    let clock = Clock::begin(now);
    let deadline = Instant::now() + WITHIN.min(settings.sweep_deadline);
    let beacons = beacons(settings);
    let reading = Ledger::open_to_read(&settings.ledger, || credential(settings)).await;
    let reading = reading.unwrap_or_else(|_| Ledger::in_memory());
    let plain = Settings {
        beacons: None,
        ..Settings::clone(settings)
    };
    let opened = Context::with_ledger(plain, reading, Pace::Arm);
    let context = match opened {
        Ok(context) => context,
        Err(ContextError::Azure(error)) => return Ok(without_azure(settings, now, error).await),
        Err(other) => return Err(other),
    };
    let (context, _) = context.with_calendars(now).await;
    let token = context.arm.sign_in(soon(deadline)).await;
    let (ledger, prices, beacons) = futures::join!(
        ledger_facts(settings, token.is_ok()),
        prices(&context, now, soon(deadline)),
        count(beacons)
    );
    let azure = match &token {
        Ok(()) => Some(azure(&context, (clock, now), ledger.tried.works.is_ok(), deadline).await),
        Err(_) => None,
    };
    Ok(Facts {
        now,
        starting,
        token,
        ledger,
        calendars: context.settings.defaults.calendars.clone(),
        beacons,
        prices: Some(prices),
        azure,
    })
}

/// What is left to see where there is not even a credential.
async fn without_azure(settings: &Settings, now: DateTime<Utc>, error: AzureError) -> Facts {
    Facts {
        now,
        starting: false,
        ledger: ledger_facts(settings, false).await,
        calendars: settings.defaults.calendars.clone(),
        beacons: None,
        prices: None,
        token: Err(error),
        azure: None,
    }
}

fn soon(deadline: Instant) -> Instant {
    deadline.min(Instant::now() + EACH)
}

fn credential(settings: &Settings) -> Result<Arc<dyn TokenCredential>, NoCredential> {
    Ok(from_environment(settings.azure_client_id.as_deref())?)
}

async fn ledger_facts(settings: &Settings, signed_in: bool) -> LedgerFacts {
    let location = &settings.ledger;
    let takes_token = ledger::takes_token(location);
    let opened = Ledger::open(location, || credential(settings)).await;
    let place = opened.as_ref().map_or_else(
        |_| location.split('?').next().unwrap_or_default().to_owned(),
        |ledger| ledger.location().to_owned(),
    );
    let (tried, last_sweep) = match opened {
        Err(error) => (Trial::of(Err(error)), Ok(None)),
        // Its calls would wait for a token that does not come.
        Ok(_) if takes_token && !signed_in => (Trial::of(Ok(())), Ok(None)),
        Ok(ledger) => (ledger.try_out().await, ledger.last_sweep().await),
    };
    LedgerFacts {
        place,
        takes_token,
        tried,
        last_sweep,
    }
}

fn beacons(settings: &Settings) -> Option<Result<Beacons, LedgerError>> {
    let location = settings.beacons.as_deref()?;
    Some(Beacons::open(location, || credential(settings)))
}

async fn count(
    beacons: Option<Result<Beacons, LedgerError>>,
) -> Option<Result<usize, LedgerError>> {
    Some(match beacons? {
        Ok(beacons) => beacons.names().await.map(|names| names.len()),
        Err(error) => Err(error),
    })
}

/// Whether the price list can be asked. That it has no such size is an answer as well.
async fn prices(
    context: &Context,
    now: DateTime<Utc>,
    deadline: Instant,
) -> Result<(), PriceProblem> {
    let retail = &context.pricing.retail;
    match retail.linux_price(SIZE, "westeurope", now, deadline).await {
        Ok(_) | Err(PriceProblem::None { .. }) => Ok(()),
        Err(problem) => Err(problem),
    }
}

async fn azure(
    context: &Context,
    (clock, now): (Clock, DateTime<Utc>),
    ledger_works: bool,
    deadline: Instant,
) -> AzureFacts {
    let seen = context.arm.subscriptions(soon(deadline)).await;
    let seen = seen.map(|listing| listing.items);
    let swept = swept(context, &seen);
    let looked_at = swept.iter().take(SUBSCRIPTIONS);
    let asked = looked_at.map(|id| place::ask(context, id, deadline));
    let mut places = all(asked.collect(), context.settings.concurrency).await;
    places.sort_by_key(|place| swept.iter().position(|id| *id == place.subscription));
    let metrics = metrics(context, &places, now, deadline).await;
    let dated = context.arm.dated();
    let clock = dated.and_then(|dated| clock.off(dated.date, dated.at));
    let mut facts = AzureFacts {
        seen,
        clock,
        swept: swept.len(),
        places,
        metrics,
        tonight: None,
    };
    if ledger_works && judge::may_play(&facts) {
        facts.tonight = Some(tonight::play(context, &facts.places, now, deadline).await);
    }
    facts
}

/// The ids of the subscriptions that a sweep goes through.
fn swept(context: &Context, seen: &Result<Vec<Subscription>, AzureError>) -> Vec<String> {
    let named = &context.settings.subscriptions;
    match seen {
        Ok(seen) if named.is_empty() => seen.iter().map(|one| one.id.clone()).collect(),
        // One that is named and not seen is told of, and needs no more.
        Ok(seen) => {
            let sees = |id: &&String| seen.iter().any(|one| one.id.eq_ignore_ascii_case(id));
            named.iter().filter(sees).cloned().collect()
        }
        // A list that was refused says nothing of those that are named.
        Err(error) if error.status() == Some(403) => named.clone(),
        Err(_) => Vec::new(),
    }
}

/// Asks the metrics' host of each region for one workspace.
async fn metrics(
    context: &Context,
    places: &[PlaceFacts],
    now: DateTime<Utc>,
    deadline: Instant,
) -> Vec<(String, Result<(), AzureError>)> {
    let mut regions: BTreeMap<String, &Workspace> = BTreeMap::new();
    let workspaces = places
        .iter()
        .flat_map(|place| place.workspaces.iter().flatten());
    for workspace in workspaces {
        let region = workspace.location.clone().unwrap_or_default();
        regions.entry(region).or_insert(workspace);
    }
    let asked = regions.into_iter().take(REGIONS);
    let asked = asked.map(|(region, workspace)| async move {
        let answer = context.metrics.reach(workspace, now, soon(deadline)).await;
        (region, answer)
    });
    let mut answers = all(asked.collect(), REGIONS).await;
    answers.sort_by(|a, b| a.0.cmp(&b.0));
    answers
}
