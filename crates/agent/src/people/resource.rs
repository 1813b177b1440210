//! The page of one resource: what it is, what its schedule says, what it cost and saved, and the choices to keep it on.
//! Whoever has the link of a notice sees it, or whoever has signed in and may.

use super::answer::Answer;
use super::figures::shown;
use super::keep::{Press, open_link, press, terms, view};
use super::known::Known;
use super::page::{self, View, refused, sign_in};
use super::principal::object_id;
use super::request::Request;
use super::token::Grant;
use crate::ledger::LedgerError;
use crate::settings::SignIn;
use crate::sweep::Context;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use lamplighter_core::record::Door;
use lamplighter_core::schedule::Power;

/// A page that somebody has signed in for is good for so long; after that it has to be loaded again.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);
/// A stop by schedule that is nearer than this is the one that is put off.
const NEAR: TimeDelta = TimeDelta::hours(12);

/// Shows a resource; changes nothing.
pub async fn look(
    context: &Context,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Answer, LedgerError> {
    if let Some(token) = request.token() {
        return match open_link(context, &token, now).await? {
            Some((grant, known)) => {
                Ok(shown_page(context, (&known, &grant), &token, "keep", now).await)
            }
            None => Ok(refused()),
        };
    }
    let Some(id) = request.value("id") else {
        return Ok(refused());
    };
    let (mode, tenant) = &context.settings.people.sign_in;
    if *mode == SignIn::Off || !context.settings.people.platform_signs_in {
        return Ok(refused());
    }
    let Some(header) = &request.principal else {
        return Ok(sign_in(&id));
    };
    let Some((person, known)) = signed_in(context, (header, tenant), &id, now).await? else {
        return Ok(refused());
    };
    let (cause, stop_at) = next_stop(&known, now);
    let grant = Grant {
        resource: known.resource.id.clone(),
        cause,
        stop_at,
        expires: now + GOOD_FOR,
        by: Some(person),
    };
    // It goes back in the form: another site can neither make nor read it.
    let token = context.keys.sign(&grant, now).await?;
    Ok(shown_page(context, (&known, &grant), &token, "resource", now).await)
}

/// What a form asks for that somebody sent who has signed in.
pub async fn keep(
    context: &Context,
    request: &Request,
    (token, choice): (String, String),
    now: DateTime<Utc>,
) -> Result<Answer, LedgerError> {
    let Some(header) = &request.principal else {
        return Ok(refused());
    };
    let (_, tenant) = &context.settings.people.sign_in;
    let Some(grant) = context.keys.open(&token, now).await? else {
        return Ok(refused());
    };
    let found = signed_in(context, (header, tenant), &grant.resource, now).await?;
    let Some((person, known)) = found.filter(|(person, _)| grant.by.as_ref() == Some(person))
    else {
        return Ok(refused());
    };
    let owner = known.state.owner_id.as_ref() == Some(&person);
    // An owner by the name that everybody knows; of others only the platform knows one.
    let by = match (owner, &known.resource.owner) {
        (true, Some(name)) => name.clone(),
        _ => person,
    };
    let pressed = Press {
        choice: &choice,
        token: &token,
        door: Door::SignedIn,
        by: Some(by),
        action: "resource",
    };
    press(context, (&known, &grant), pressed, now).await
}

/// The person whom the platform has signed in, and the resource, where that person may see it.
async fn signed_in(
    context: &Context,
    (header, tenant): (&str, &str),
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<(String, Known)>, LedgerError> {
    let people = &context.settings.people;
    let mode = people.sign_in.0;
    // Where nothing stands in front that signs people in, the header is anybody's word.
    let counts = mode != SignIn::Off && people.platform_signs_in;
    let person = object_id(header, tenant).filter(|_| counts);
    let Some(person) = person else {
        return Ok(None);
    };
    let known = Known::read(context, id, now).await?;
    let may = |known: &Known| match mode {
        SignIn::Off => false,
        SignIn::Tenant => true,
        SignIn::Owner => known.state.owner_id.as_ref() == Some(&person),
    };
    let known = known.filter(may);
    Ok(known.map(|known| (person, known)))
}

/// The stop that a choice puts off, by what demands it and when it comes: the one that was told, or that its schedule has
/// soon; else the time counts from now.
fn next_stop(known: &Known, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let held = known.hold(now).map(|hold| hold.until);
    // What demands a stop for want of work is over when it is told.
    let told = known.state.given();
    let told = told.map(|given| (given.cause, given.stop_at.unwrap_or(given.cause)));
    let told = told.filter(|(_, stop_at)| *stop_at > now);
    let told = told.min_by_key(|(_, stop_at)| *stop_at);
    let edges = known
        .schedule()
        .map(|schedule| schedule.edges(now, now + NEAR));
    let mut stops = edges.iter().flatten();
    let stop = stops.find(|edge| edge.power == Power::Off && edge.at > now);
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let schedule = stop.map_or(minute, |edge| edge.at);
    let known = held.map(|held| (held, held)).or(told);
    known.unwrap_or((schedule, schedule))
}

async fn shown_page(
    context: &Context,
    (known, grant): (&Known, &Grant),
    token: &str,
    action: &'static str,
    now: DateTime<Utc>,
) -> Answer {
    let view = view(context, known, grant, action, now).await;
    let shown = shown(context, known, view.price.as_ref(), now).await;
    let settled = known.is_off() || known.stop_pending(now);
    let offers = match settled || known.held_off(now).is_some() {
        true => Vec::new(),
        false => {
            let held = view.held.map_or(now, |hold| hold.until);
            terms(context, known, grant, now).offers(held)
        }
    };
    let state = State { known, now };
    page::resource(&view, (&state.words(&view), token), &offers, &shown)
}

/// What it is now.
struct State<'a> {
    known: &'a Known,
    now: DateTime<Utc>,
}

impl State<'_> {
    fn words(&self, view: &View<'_>) -> String {
        let seen = self.known.state.observation.as_ref();
        let since = seen.map(|seen| view.at(seen.since));
        let words = match seen.and_then(|seen| seen.power) {
            Some(Power::On) => "On",
            Some(Power::Off) => "Off",
            None => "Changing",
        };
        let held = self.known.held_off(self.now);
        let held = held.map(|until| format!(", held off by its tag until {}", view.at(until)));
        let since = since.map(|since| format!(" since {since}"));
        let pending = match !self.known.is_off() && self.known.stop_pending(self.now) {
            true => "; a stop may just have been sent",
            false => "",
        };
        let (since, held) = (since.unwrap_or_default(), held.unwrap_or_default());
        [words, &since, &held, pending].concat()
    }
}
