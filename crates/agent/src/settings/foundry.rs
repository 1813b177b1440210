//! Microsoft Foundry: by which api-version its machines are read, and how long tags stand that no version shows any more.

use super::reader::Reader;
use lamplighter_core::observe::FoundryVersion;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Copy, Debug)]
pub struct Foundry {
    pub api_version: FoundryVersion,
    /// How long the tags that an answer showed last stand, where the version that is asked for shows none.
    pub tags_stand: Duration,
}

pub(super) fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Foundry> {
    let known = FoundryVersion::ALL.map(FoundryVersion::as_str).join(", ");
    let expected = format!("one of {known}");
    let api_version = r.parsed("FOUNDRY_API_VERSION", &expected, |text| text.parse().ok());
    let tags_stand = r.length("FOUNDRY_TAGS_STAND", DAY, DAY * 365);
    Some(Foundry {
        api_version: api_version?,
        tags_stand: tags_stand?,
    })
}
