//! Who comes in, and to which page.

use super::answer::Answer;
use super::page::{refused, unavailable};
use super::request::{Asked, Request};
use super::{keep, resource};
use crate::sweep::Context;
use chrono::{DateTime, Utc};

/// Answers a caller.
pub async fn answer(context: &Context, request: &Request, now: DateTime<Utc>) -> Answer {
    let Some(base) = &context.settings.people.url else {
        return refused();
    };
    // Days without work may stand in a calendar of the platform's.
    let (context, _) = &context.with_calendars(now).await;
    let answered = match (request.asked, request.post) {
        (Asked::Keep, false) => keep::look(context, request, now).await,
        (Asked::Keep, true) => keep::keep(context, request, base, now).await,
        (Asked::Resource, false) => resource::look(context, request, now).await,
        (Asked::Resource, true) => resource::keep(context, request, base, now).await,
    };
    answered.unwrap_or_else(|error| failed(&error.to_string()))
}

/// What a caller sees where settings or ledger cannot be read; why is for the log alone.
pub fn failed(why: &str) -> Answer {
    tracing::error!(
        event = "page",
        "a page for an owner could not be made: {why}"
    );
    unavailable()
}
