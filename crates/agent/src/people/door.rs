//! Who comes in, and to which page.

use super::answer::Answer;
use super::page::{not_from_here, refused, unavailable};
use super::request::{Asked, NoForm, Request};
use super::{keep, resource};
use crate::sweep::Context;
use chrono::{DateTime, Utc};
use url::Url;

/// Answers a caller.
pub async fn answer(context: &Context, request: &Request, now: DateTime<Utc>) -> Answer {
    let Some(base) = &context.settings.people.url else {
        return refused();
    };
    let form = match request.post.then(|| sent(request, base)).transpose() {
        Ok(form) => form,
        Err(answer) => return answer,
    };
    // Days without work may stand in a calendar of the platform's.
    let (context, _) = &context.with_calendars(now).await;
    let answered = match (request.asked, form) {
        (Asked::Keep, None) => keep::look(context, request, now).await,
        (Asked::Keep, Some(form)) => keep::keep(context, form, now).await,
        (Asked::Resource, None) => resource::look(context, request, now).await,
        (Asked::Resource, Some(form)) => resource::keep(context, request, form, now).await,
    };
    answered.unwrap_or_else(|error| failed(&error.to_string()))
}

/// The token and the choice of a form, or the answer to what is none of ours.
fn sent(request: &Request, base: &Url) -> Result<(String, String), Answer> {
    let form = request.form(base).map_err(|why| match why {
        NoForm::Type => not_from_here(415),
        NoForm::Elsewhere => not_from_here(403),
    })?;
    form.ok_or_else(refused)
}

/// What a caller sees where settings or ledger cannot be read; why is for the log alone.
pub fn failed(why: &str) -> Answer {
    tracing::error!(
        event = "page",
        "a page for an owner could not be made: {why}"
    );
    unavailable()
}
