//! The api-versions of Microsoft.CognitiveServices that know workbenches. All of them are previews.

/// The resource provider.
pub(crate) const PROVIDER: &str = "Microsoft.CognitiveServices";

/// One of the api-versions, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    March,
    May,
    July,
    September,
}

impl Version {
    /// As callers write them, newest first.
    pub const NAMES: [&str; 4] = [
        "2026-09-15-preview",
        "2026-07-15-preview",
        "2026-05-15-preview",
        "2026-03-15-preview",
    ];

    /// The version of an `api-version`, in any case.
    pub fn of(text: &str) -> Option<Version> {
        Some(match text.to_ascii_lowercase().as_str() {
            "2026-03-15-preview" => Version::March,
            "2026-05-15-preview" => Version::May,
            "2026-07-15-preview" => Version::July,
            "2026-09-15-preview" => Version::September,
            _ => return None,
        })
    }

    /// Whether a workbench has tags and a location in it, and its power in `provisioningState`; since then it has a
    /// `status`, and neither.
    pub fn is_before_status(self) -> bool {
        self < Version::September
    }
}
