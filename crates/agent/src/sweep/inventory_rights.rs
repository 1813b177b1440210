//! What may not be looked at. Resource Graph says nothing of what the identity may not read, so where it shows none of
//! something, that is asked for by a call of its own, once a day: a refusal tells it from there being none.

use super::inventory_reading::Reading;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::ErrorKind;
use lamplighter_core::kinds::workbench::place::is_foundry;
use lamplighter_core::kinds::{Call, Kind, SORTS, reported};
use lamplighter_core::observe::{Compute, Workspace};
use lamplighter_core::record::NotAllowed;
use serde_json::Value;
use std::collections::BTreeMap;

const EVERY: TimeDelta = TimeDelta::days(1);
/// So many subscriptions, and so many resources that are attached, are tried in a day: who may not read one rarely may
/// read the next.
const AT_MOST: usize = 5;

/// One call that shows whether something may be read.
struct Attempt {
    call: Call,
    refused: NotAllowed,
}

/// What may not be looked at, and when that was tried.
pub async fn not_allowed(
    reading: &Reading<'_>,
    rows: &[Value],
    attached: &[Compute],
) -> (Vec<NotAllowed>, Option<DateTime<Utc>>) {
    let before = reading.before;
    let tried = before.tried_at;
    if tried.is_some_and(|at| at <= reading.now && reading.now - at < EVERY) {
        return (before.not_allowed.clone(), tried);
    }
    let mut refused = Vec::new();
    for attempt in attempts(reading, rows, attached) {
        let arm = &reading.context.arm;
        let tried = arm.try_call(&attempt.call, reading.until).await;
        // What is not there may be looked at; of any other failure nothing is known.
        if tried.is_err_and(|error| error.kind() == ErrorKind::Forbidden) {
            refused.push(attempt.refused);
        }
    }
    refused.sort();
    (refused, Some(reading.now))
}

/// What is to be tried: of each subscription what is not shown in any of its workspaces, and what is attached and not
/// shown.
fn attempts(reading: &Reading<'_>, rows: &[Value], attached: &[Compute]) -> Vec<Attempt> {
    let mut subscriptions: BTreeMap<String, &Workspace> = BTreeMap::new();
    let workspaces = reading.targets.values().map(|target| &target.workspace);
    for workspace in workspaces.filter(|one| !is_foundry(&one.id)) {
        let known = subscriptions
            .entry(workspace.subscription.to_lowercase())
            .or_insert(workspace);
        if workspace.id < known.id {
            *known = workspace;
        }
    }
    let mut attempts = Vec::new();
    for (subscription, workspace) in subscriptions.into_iter().take(AT_MOST) {
        let below = format!("/subscriptions/{subscription}");
        for sort in SORTS.iter().filter(|sort| !sort.is_shown(rows, &below)) {
            let right = sort.right();
            let call = right.attempt(&subscription, Some(workspace));
            attempts.extend(call.map(|call| Attempt {
                call,
                refused: NotAllowed {
                    what: sort.what.to_owned(),
                    right: right.action.to_owned(),
                    on: workspace.id.clone(),
                },
            }));
        }
    }
    let shown = |one: &Compute| {
        let id = |row: &Value| row.get("id").and_then(Value::as_str).map(str::to_owned);
        let mut ids = rows.iter().filter_map(id);
        ids.any(|id| id.eq_ignore_ascii_case(&one.id))
    };
    let hidden = attached.iter().filter(|one| !shown(one));
    let hidden = hidden.filter_map(|one| of_attached(reading, one));
    attempts.extend(hidden.take(AT_MOST));
    attempts
}

fn of_attached(reading: &Reading<'_>, one: &Compute) -> Option<Attempt> {
    let kind = Kind::from(reported::billed(&one.id)?.to_owned());
    let known = kind.known()?;
    let right = known.rights().into_iter().find(|right| !right.acts())?;
    Some(Attempt {
        call: known.get(&reading.target_of(one)?.workspace, one),
        refused: NotAllowed {
            what: format!("the {kind} {}", one.name),
            right: right.action.to_owned(),
            on: one.id.clone(),
        },
    })
}
