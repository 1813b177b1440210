//! A notice as JSON, for programs: the same in `webhook` and `eventgrid`.

use super::words::{event, instant, stop_at};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use lamplighter_core::text::visible;
use serde_json::{Value, json};

/// Documented in docs/notices.md.
pub(super) fn notice(notice: &Notice) -> Value {
    let resource = notice.resource.as_ref().map(|resource| {
        json!({
            "id": visible(&resource.id),
            "kind": resource.kind,
            "name": visible(&resource.name),
            "workspace": visible(&resource.workspace),
            "owner": resource.owner.as_deref().map(visible),
        })
    });
    json!({
        "event": event(notice),
        "stopAt": stop_at(notice).map(instant),
        "text": visible(&notice.text),
        "costAnHour": notice.cost_an_hour.as_deref().map(visible),
        "toKeep": notice.to_keep.iter().map(|way| visible(way)).collect::<Vec<_>>(),
        "keepUrl": notice.page,
        "resource": resource,
    })
}

/// Whom a message is for.
pub(super) fn to(message: &Message<'_>) -> Value {
    json!(message.to.map(visible))
}
