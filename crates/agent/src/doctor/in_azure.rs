//! The lines that Azure has a part in.

use super::check::{Check, Status, many};
use super::facts::{AzureFacts, Facts, PlaceFacts};
use super::{kind_rights, rights, tonight};
use crate::settings::Settings;
use crate::sweep::clock;
use lamplighter_azure::{AzureError, ErrorKind};
use lamplighter_core::kinds;

const PROVIDER: &str = "Microsoft.MachineLearningServices";
const REGISTER: &str =
    "az provider register --namespace Microsoft.MachineLearningServices --subscription";
const NO_WORKSPACE: &str = "there is no workspace";

/// All of them, where nothing could be asked. `settings`: where they can be read.
pub fn untried(settings: Option<&Settings>, why: &str) -> Vec<Check> {
    let mut checks = vec![
        Check::not_tried("subscriptions", why),
        Check::not_tried("clock", why),
    ];
    checks.extend(beyond_subscriptions(settings, why));
    checks
}

/// Those that hang on a subscription.
fn beyond_subscriptions(settings: Option<&Settings>, why: &str) -> Vec<Check> {
    let rights = kinds::rights();
    let rights = rights.iter().map(|right| rights::name(right.action));
    let of_kinds = settings.map(|settings| kind_rights::names(&settings.kinds));
    let rights = rights.chain(of_kinds.into_iter().flatten());
    let later = ["region", "metrics", "tonight"].map(str::to_owned);
    let names = ["provider".to_owned()]
        .into_iter()
        .chain(rights)
        .chain(later);
    names.map(|name| Check::not_tried(name, why)).collect()
}

/// Whether the identity gets a token.
pub fn token(facts: &Facts) -> Check {
    match &facts.token {
        Ok(()) => Check::ok("token", "the identity gets one"),
        Err(error) => Check::failed("token", error.to_string()).with_to_do(
            "assign the app its managed identity, and set AZURE_CLIENT_ID to its client id; by hand: az login",
        ),
    }
}

/// All of them.
pub fn checks(settings: &Settings, azure: &AzureFacts, ledger_works: bool) -> Vec<Check> {
    let subscriptions = subscriptions(settings, azure);
    let clock = clock(azure, &subscriptions);
    if azure.places.is_empty() {
        let mut later = beyond_subscriptions(Some(settings), "no subscription could be read");
        let missing = azure.seen.as_ref().err();
        if let Some((error, right)) = missing.and_then(|e| Some((e, e.missing_right()?))) {
            let name = rights::name(right);
            let failed = Check::failed(name.clone(), error.plain()).with_to_do(
                "grant the identity the role Lamplighter operator, or name subscriptions in SUBSCRIPTIONS",
            );
            later
                .iter_mut()
                .filter(|check| check.name == name)
                .for_each(|check| *check = failed.clone());
        }
        return [subscriptions, clock].into_iter().chain(later).collect();
    }
    let tonight = night(settings, azure, &clock, ledger_works);
    let mut checks = vec![subscriptions, clock, provider(settings, &azure.places)];
    checks.extend(rights::checks(&azure.places, &settings.safety));
    checks.extend(kind_rights::checks(settings, &azure.places));
    checks.push(region(settings, azure));
    checks.push(metrics(settings, azure));
    checks.extend(azure.tonight.as_ref().and_then(tonight::quota));
    checks.push(tonight);
    checks
}

fn subscriptions(settings: &Settings, azure: &AzureFacts) -> Check {
    let name = "subscriptions";
    let seen = match &azure.seen {
        Ok(seen) => seen,
        Err(error) if error.missing_right().is_some() => {
            return Check::not_tried(name, "the right to list them is missing");
        }
        Err(error) => {
            let host = settings.arm_endpoint.host_str().unwrap_or_default();
            let to_do = match error.kind() {
                ErrorKind::Network | ErrorKind::Timeout | ErrorKind::DeadlinePassed => {
                    format!("let the app reach {host}")
                }
                _ => format!("see what {host} says"),
            };
            return Check::failed(name, format!("{host} could not be asked: {error}"))
                .with_to_do(to_do);
        }
    };
    let unseen = settings.subscriptions.iter();
    let unseen = unseen.filter(|id| !seen.iter().any(|one| one.id.eq_ignore_ascii_case(id)));
    let unseen: Vec<&str> = unseen.map(String::as_str).collect();
    if !unseen.is_empty() {
        let unseen = unseen.join(", ");
        return Check::failed(
            name,
            format!("the identity does not see {unseen} of SUBSCRIPTIONS"),
        )
        .with_to_do("grant it the role Lamplighter operator there, or correct SUBSCRIPTIONS");
    }
    if seen.is_empty() {
        return Check::failed(name, "the identity sees none")
            .with_to_do("grant it the role Lamplighter operator on a subscription");
    }
    let (all, swept, looked_at) = (seen.len(), azure.swept, azure.places.len());
    Check::ok(
        name,
        format!("{all} seen, {swept} swept; {looked_at} looked at here"),
    )
}

fn clock(azure: &AzureFacts, subscriptions: &Check) -> Check {
    let name = "clock";
    match azure.clock {
        Some(off) if clock::is_wrong(off) => {
            let seen = format!("{}: nothing is stopped or started", clock::told(off));
            Check::failed(name, seen).with_to_do("set the clock of the computer that this runs on")
        }
        Some(off) => Check::ok(name, clock::told(off)),
        None if subscriptions.status == Status::Failed => {
            Check::not_tried(name, "Azure did not answer")
        }
        None => Check::failed(name, "no answer of Azure's has a Date that can be read")
            .with_to_do("see what changes answers on the way from ARM_ENDPOINT"),
    }
}

fn provider(settings: &Settings, places: &[PlaceFacts]) -> Check {
    let name = "provider";
    let (mut there, mut absent, mut needed) = (0, Vec::new(), Vec::new());
    for place in places {
        let used = place.workspaces.as_ref().is_ok_and(|all| !all.is_empty());
        match &place.registration {
            Ok(state) if state.eq_ignore_ascii_case("Registered") => there += 1,
            Ok(state) if used => needed.push((place, state)),
            Ok(state) => absent.push((place, state)),
            // Who may not read it still sees that it is used.
            Err(_) if used => there += 1,
            Err(_) => {}
        }
    }
    let nowhere = absent.len() == places.len();
    let named = !settings.subscriptions.is_empty();
    let ((place, state), status) = match (needed.first(), absent.first()) {
        (Some(found), _) => (found, Status::Failed),
        (None, Some(found)) if nowhere => (found, Status::Failed),
        // One without it is no concern beside others, unless somebody wants it swept.
        (None, Some(found)) if named => (found, Status::Warning),
        _ if there == 0 => {
            let why = "the identity may not read it, and there is no workspace to show it";
            return Check::not_tried(name, why).with_to_do(
                "az provider show --namespace Microsoft.MachineLearningServices shows it",
            );
        }
        _ => {
            let there = many(there, "subscription");
            let without = match absent.len() {
                0 => String::new(),
                count => format!(
                    "; {} without it: no workspace is there",
                    many(count, "subscription")
                ),
            };
            return Check::ok(name, format!("{PROVIDER} is there in {there}{without}"));
        }
    };
    let id = &place.subscription;
    let seen = format!("{PROVIDER} is {state} in subscription {id}");
    Check::new(name, status, seen).with_to_do(format!("{REGISTER} {id}"))
}

/// Whether a host looked at the question and refused it, though not for want of a right.
fn is_refusal(error: &AzureError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::WrongState | ErrorKind::Refused
    )
}

/// Whether `METRICS_ENDPOINT` names one host for all regions.
fn is_fixed(settings: &Settings) -> bool {
    !settings.metrics_endpoint.contains("{region}")
}

fn regions(azure: &AzureFacts) -> String {
    let regions = azure.metrics.iter().map(|(region, _)| region.as_str());
    regions.collect::<Vec<_>>().join(", ")
}

/// Whether the metrics' endpoint is for the regions that there are: a host refuses what lies in another.
fn region(settings: &Settings, azure: &AzureFacts) -> Check {
    let name = "region";
    if azure.metrics.is_empty() {
        return Check::not_tried(name, NO_WORKSPACE);
    }
    let unnamed = azure.metrics.iter().any(|(region, _)| region.is_empty());
    if unnamed {
        return Check::warning(name, "Azure names no region of a workspace")
            .with_to_do("none: its metrics are read through Azure Resource Manager");
    }
    let mut errors = errors(azure).filter(|(_, error)| is_fixed(settings) && is_refusal(error));
    match errors.next() {
        Some((region, error)) => Check::failed(
            name,
            format!("METRICS_ENDPOINT is not for {region}, where there are workspaces: {error}"),
        )
        .with_to_do("write {region} into METRICS_ENDPOINT, or leave the setting out"),
        None => Check::ok(name, format!("workspaces are in {}", regions(azure))),
    }
}

fn errors(azure: &AzureFacts) -> impl Iterator<Item = (&String, &AzureError)> {
    let answers = azure.metrics.iter();
    answers.filter_map(|(region, answer)| Some((region, answer.as_ref().err()?)))
}

/// Whether the metrics' hosts answer. Without them Azure Resource Manager is asked, for each workspace by itself.
fn metrics(settings: &Settings, azure: &AzureFacts) -> Check {
    let name = "metrics";
    // One that refuses for want of a right, or for its region, has answered: that is told elsewhere.
    let told = |error: &AzureError| {
        error.kind() == ErrorKind::Forbidden || is_fixed(settings) && is_refusal(error)
    };
    let failed = errors(azure).find(|(region, error)| !region.is_empty() && !told(error));
    match failed {
        _ if azure.metrics.is_empty() => Check::not_tried(name, NO_WORKSPACE),
        None => Check::ok(name, format!("the hosts of {} answer", regions(azure))),
        Some((region, error)) => {
            let seen = format!("the host of {region} could not be asked: {error}");
            let instead = "Azure Resource Manager is asked instead, for each workspace by itself";
            match rights::is_missing(&azure.places, "Insights/metrics/read") {
                false => Check::warning(name, format!("{seen}; {instead}")),
                true => Check::failed(name, seen),
            }
            .with_to_do("let the app reach it (METRICS_ENDPOINT)")
        }
    }
}

fn night(settings: &Settings, azure: &AzureFacts, clock: &Check, ledger_works: bool) -> Check {
    let name = "tonight";
    match &azure.tonight {
        Some(tonight) => tonight::check(settings, tonight),
        None if !ledger_works => Check::not_tried(name, "the ledger does not work"),
        None if clock.status != Status::Ok => Check::not_tried(name, "the clock is wrong"),
        None => Check::not_tried(name, "a right to read is missing"),
    }
}
