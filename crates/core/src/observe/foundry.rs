//! The api-versions in which Microsoft Foundry shows its machines: what they show has moved between them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One of the versions that are known. All are previews; a later one compares greater.
///
/// ```
/// use lamplighter_core::observe::FoundryVersion;
///
/// let newest = FoundryVersion::default();
/// assert_eq!(newest.as_str(), "2026-09-15-preview");
/// assert_eq!("2026-07-15-preview".parse(), Ok(FoundryVersion::July2026));
/// assert!(FoundryVersion::July2026 < newest && "2026-07-15".parse::<FoundryVersion>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum FoundryVersion {
    March2026,
    May2026,
    July2026,
    /// Since this one a workbench has a `status`, and no tags.
    #[default]
    September2026,
}

impl FoundryVersion {
    pub const ALL: [FoundryVersion; 4] = [
        FoundryVersion::March2026,
        FoundryVersion::May2026,
        FoundryVersion::July2026,
        FoundryVersion::September2026,
    ];

    /// As `api-version` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            FoundryVersion::March2026 => "2026-03-15-preview",
            FoundryVersion::May2026 => "2026-05-15-preview",
            FoundryVersion::July2026 => "2026-07-15-preview",
            FoundryVersion::September2026 => "2026-09-15-preview",
        }
    }
}

/// Text that is none of the versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of the api-versions that are known: {known}", known = FoundryVersion::ALL.map(FoundryVersion::as_str).join(", "))]
pub struct UnknownVersion(String);

impl FromStr for FoundryVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let mut all = FoundryVersion::ALL.into_iter();
        all.find(|version| version.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

impl TryFrom<String> for FoundryVersion {
    type Error = UnknownVersion;

    fn try_from(text: String) -> Result<Self, UnknownVersion> {
        text.parse()
    }
}

impl From<FoundryVersion> for &'static str {
    fn from(version: FoundryVersion) -> &'static str {
        version.as_str()
    }
}

impl fmt::Display for FoundryVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
