//! Lists, a page at a time.

use super::answer::{Answer, error};
use super::call::Call;
use super::stage::Stage;
use serde_json::{Value, json};

/// A page of a list whose items are built only for the page.
///
/// # Errors
/// 400 for a `$skip` that the simulator never gave out.
pub(super) fn page<T>(
    call: &Call,
    size: usize,
    items: &[T],
    one: impl Fn(&T) -> Value,
) -> Result<Answer, Answer> {
    let (range, next) = call.page(items.len(), size).map_err(|_| bad_skip())?;
    let mut body = json!({"value": items[range].iter().map(one).collect::<Vec<_>>()});
    if let Some(next) = next {
        body["nextLink"] = next.into();
    }
    Ok(Answer::json(&body))
}

/// A page of a list whose items are kept as text.
///
/// # Errors
/// 400 for a `$skip` that the simulator never gave out.
pub(super) fn page_of_texts<T: Copy>(
    call: &Call,
    stage: &mut Stage,
    items: &[T],
    write: impl Fn(&mut Stage, T, &mut String),
) -> Result<Answer, Answer> {
    let (range, next) = call
        .page(items.len(), stage.page_size)
        .map_err(|_| bad_skip())?;
    let mut body = String::from("{\"value\":[");
    for (place, item) in items[range].iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        write(stage, *item, &mut body);
    }
    body.push(']');
    if let Some(next) = next {
        body.push_str(",\"nextLink\":");
        body.push_str(&Value::from(next).to_string());
    }
    body.push('}');
    Ok(Answer::text(body))
}

/// 400 for a page's token that the simulator never gave out.
pub(super) fn bad_skip() -> Answer {
    error(
        400,
        "InvalidSkipToken",
        "The $skip token is not one that this service gave out.",
    )
}
