//! The metrics of the workspace that the path names.

use super::asked::{Asked, NAMESPACE};
use super::span::{ends, timespan};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::lookup::workspace_of;
use crate::http::stage::Stage;
use crate::stamps;
use serde_json::json;

/// Its metrics, in one `value` each.
pub(crate) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    let world = &stage.world;
    let workspace = workspace_of(call, world)?;
    let given = timespan(call);
    let times = given.as_deref().map(ends);
    let asked = Asked::of(call, times, world.now())?;
    let span = &asked.span;
    Ok(Answer::json(&json!({
        "cost": 0,
        "timespan": format!("{}/{}", stamps::short(span.from), stamps::short(span.to)),
        "interval": asked.interval,
        "namespace": NAMESPACE,
        "resourceregion": world.estate.workspaces[workspace].location,
        "value": asked.value(world, workspace),
    })))
}
