//! What is attached to a workspace, and what is billed behind it.

use crate::observe::parse::{Fields, Oddity};
use crate::observe::{ByKind, Compute};
use serde_json::Value;

/// What Azure tells of any resource: name, region and tags, which are its own and not those of the compute that it is
/// attached as.
///
/// # Errors
/// The answer is about another resource.
pub(super) fn read(item: &Value, known: &Compute, compute_type: &str) -> Result<Compute, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "", &mut oddities);
    let id = fields.text("id").unwrap_or_default();
    if !id.eq_ignore_ascii_case(&known.id) {
        return Err(Oddity::new("resource", "the one that was asked for", item));
    }
    let name = fields.text("name");
    let name = name.or_else(|| id.rsplit('/').next().map(str::to_owned));
    Ok(Compute {
        name: name.unwrap_or_default(),
        location: fields.text("location"),
        tags: fields.tags(),
        compute_type: Some(compute_type.to_owned()),
        by_kind: ByKind {
            attached_as: known.by_kind.attached_as.clone(),
            observe_only: known.by_kind.observe_only,
            above: match known.compute_type.as_deref() == Some(compute_type) {
                true => known.by_kind.above.clone(),
                false => known.tags.clone(),
            },
            ..ByKind::default()
        },
        id,
        oddities,
        ..Compute::default()
    })
}
