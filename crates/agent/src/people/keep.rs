//! The page of one stop, and what its form does.

use super::answer::Answer;
use super::known::Known;
use super::offers::Terms;
use super::page::{View, refused};
use super::request::Request;
use super::token::Grant;
use crate::ledger::{HeldResource, LedgerError};
use crate::pricing::Wanted;
use crate::settings::SignIn;
use crate::sweep::Context;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use lamplighter_core::duration;
use lamplighter_core::record::{Door, PersonalHold, Reason};
use rust_decimal::Decimal;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A price that comes later is not shown.
const PRICE_WITHIN: Duration = Duration::from_secs(2);

/// Shows what is to come; changes nothing.
pub(super) async fn look(
    context: &Context,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Answer, LedgerError> {
    let Some(token) = request.token() else {
        return Ok(refused());
    };
    let Some((grant, known)) = open_link(context, &token, now).await? else {
        return Ok(refused());
    };
    let mut view = view(context, &known, &grant, "keep", now).await;
    view.more = Some(format!("resource?t={token}"));
    if let Some(until) = known.held_off(now) {
        return Ok(view.held_off(until));
    }
    if known.is_off() {
        return Ok(view.stopped());
    }
    if known.stop_pending(now) {
        return Ok(view.stopping());
    }
    let held = view.held.map_or(now, |hold| hold.until);
    let offers = terms(context, &known, &grant, now).offers(held);
    Ok(view.ahead(&token, &offers))
}

/// What a form asks for.
pub(super) async fn keep(
    context: &Context,
    (token, choice): (String, String),
    now: DateTime<Utc>,
) -> Result<Answer, LedgerError> {
    let Some((grant, known)) = open_link(context, &token, now).await? else {
        return Ok(refused());
    };
    let pressed = Press {
        choice: &choice,
        token: &token,
        door: Door::Link,
        by: None,
        action: "keep",
    };
    press(context, (&known, &grant), pressed, now).await
}

/// What somebody has chosen, and by which door.
pub(super) struct Press<'a> {
    pub choice: &'a str,
    /// For the form, where there is one again.
    pub token: &'a str,
    pub door: Door,
    pub by: Option<String>,
    pub action: &'static str,
}

/// Does what was chosen.
pub(super) async fn press(
    context: &Context,
    (known, grant): (&Known, &Grant),
    pressed: Press<'_>,
    now: DateTime<Utc>,
) -> Result<Answer, LedgerError> {
    if known.held_off(now).is_some() || known.is_off() {
        let view = view(context, known, grant, pressed.action, now).await;
        let held_off = known.held_off(now);
        return Ok(held_off.map_or_else(|| view.stopped(), |until| view.held_off(until)));
    }
    let terms = terms(context, known, grant, now);
    let Some(offer) = terms.chosen(pressed.choice, now) else {
        // A length that is over by now, or one that was never offered: what can be chosen is shown.
        let view = view(context, known, grant, pressed.action, now).await;
        let held = view.held.map_or(now, |hold| hold.until);
        return Ok(view.ahead(pressed.token, &terms.offers(held)));
    };
    // The same again is the same; of two that differ, the later end counts.
    let held = known.hold(now);
    if held.is_none_or(|hold| hold.until < offer.until) {
        let hold = PersonalHold {
            until: offer.until,
            since: terms.since,
            at: now,
            door: pressed.door,
            by: pressed.by,
        };
        add(context, known, hold.within(terms.limit)).await?;
    }
    let price = price(context, known, now).await;
    // Only now: a sweep that claims a stop after this looks for holds once more, and finds it.
    let Some(after) = Known::read(context, &known.resource.id, now).await? else {
        return Ok(refused());
    };
    let view = view_with(context, &after, (grant, pressed.action), price, now);
    if after.is_off() {
        return Ok(view.stopped());
    }
    if after.stop_pending(now) {
        return Ok(view.stopping());
    }
    let held = view.held.map(|hold| hold.until);
    Ok(match held {
        Some(until) => view.kept(until, until > offer.until),
        None => view.ahead(pressed.token, &terms.offers(now)),
    })
}

/// Writes a hold down, where sweeps find it.
async fn add(context: &Context, known: &Known, hold: PersonalHold) -> Result<(), LedgerError> {
    let (until, by) = (hold.until, hold.by.clone().unwrap_or_default());
    let words = hold.door.words();
    let resource = known.resource.id.clone();
    let held = HeldResource { resource, hold };
    context.ledger.add_hold(&known.workspace, &held).await?;
    tracing::info!(
        event = "hold",
        workspace = known.resource.workspace,
        name = known.resource.name,
        id = known.resource.id,
        until = until.to_rfc3339(),
        by,
        "kept on {words}"
    );
    Ok(())
}

/// What a token allows on which resource: it must be ours, and of a stop that its owner was told of.
///
/// Where people sign in, nobody comes in by a link alone.
pub(super) async fn open_link(
    context: &Context,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Grant, Known)>, LedgerError> {
    let by_link = context.settings.people.sign_in.0 == SignIn::Off;
    let grant = context.keys.open(token, now).await?;
    let Some(grant) = grant.filter(|grant| by_link && grant.by.is_none()) else {
        return Ok(None);
    };
    let known = Known::read(context, &grant.resource, now).await?;
    // Who started it after that stop has another one before them.
    let good =
        |known: &Known| known.was_told_of(grant.cause) && !known.came_on_after(grant.stop_at);
    let known = known.filter(good);
    Ok(known.map(|known| (grant, known)))
}

pub(super) fn terms(context: &Context, known: &Known, grant: &Grant, now: DateTime<Utc>) -> Terms {
    // A run of holds begins when the first is asked for, as sweeps count it too.
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    Terms {
        stop_at: grant.stop_at,
        since: known.run_begins(minute).min(grant.stop_at),
        limit: context.settings.hold_limit(),
        next_start: known.next_start(grant.stop_at),
    }
}

pub(super) async fn view<'a>(
    context: &Context,
    known: &'a Known,
    grant: &Grant,
    action: &'static str,
    now: DateTime<Utc>,
) -> View<'a> {
    let price = price(context, known, now).await;
    view_with(context, known, (grant, action), price, now)
}

fn view_with<'a>(
    context: &Context,
    known: &'a Known,
    (grant, action): (&Grant, &'static str),
    price: Option<(Decimal, String)>,
    now: DateTime<Utc>,
) -> View<'a> {
    View {
        name: &known.resource.name,
        workspace: &known.resource.workspace,
        zone: known.zone,
        stop_at: grant.stop_at,
        now,
        why: known.reason(grant.cause).and_then(why),
        price,
        action,
        held: known.hold(now),
        lease: duration::print(context.settings.lease),
        more: None,
    }
}

/// What an hour costs, where that is known soon.
async fn price(context: &Context, known: &Known, now: DateTime<Utc>) -> Option<(Decimal, String)> {
    let until = Instant::now() + PRICE_WITHIN;
    let wanted = Wanted {
        subscription: known.subscription(),
        size: known.resource.vm_size.as_deref()?,
        region: known.resource.location.as_deref()?,
    };
    let price = timeout_at(until, context.pricing.price(wanted, now, until)).await;
    let price = price.ok()?.ok()?.price;
    Some((price.amount, price.currency))
}

/// Why a stop comes, as it goes on after its time.
fn why(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::ScheduleOff | Reason::Enforced => Some("its schedule turns it off then"),
        Reason::LeaseEnded => Some("the time for which its start by hand stands is over then"),
        Reason::HoldOff => Some("its tag holds it off from then on"),
        Reason::Idle => Some("nobody has worked on it for as long as its idle time"),
        Reason::MaxUptime => Some("it has run for as long as it may without a break"),
        _ => None,
    }
}
