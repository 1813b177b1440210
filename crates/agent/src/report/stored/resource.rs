//! A resource from its row.

use super::document::{MIDDLE, ResourceRow};
use lamplighter_core::kinds::Kind;
use lamplighter_core::record::Resource;

/// The text at a place, which is 0 for none; `None`: there is no such place.
pub fn option(texts: &[String], place: u32) -> Option<Option<String>> {
    match place.checked_sub(1) {
        None => Some(None),
        Some(index) => texts.get(index as usize).map(|text| Some(text.clone())),
    }
}

/// `None`: a text that it names is not there.
pub fn resource(texts: &[String], row: &ResourceRow) -> Option<Resource> {
    let option = |place| option(texts, place);
    let id = match (option(row.0)??, option(row.1)?) {
        (first, Some(second)) => format!("{first}{MIDDLE}{second}"),
        (first, None) => first,
    };
    let text = |place| Some(option(place)?.unwrap_or_default());
    let tags = row.10.iter();
    let tags = tags.map(|(name, value)| Some((option(*name)??, option(*value)??)));
    Some(Resource {
        id,
        kind: Kind::from(text(row.2)?),
        name: text(row.3)?,
        workspace: text(row.4)?,
        owner: option(row.5)?,
        vm_size: option(row.6)?,
        location: option(row.7)?,
        decided_in: option(row.8)?,
        billed_in: option(row.9)?,
        tags: tags.collect::<Option<_>>()?,
    })
}
