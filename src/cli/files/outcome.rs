//! Everything that was found in files.

use lamplighter_templates::{Checked, Finding, Language, Level, Place};
use serde::Serialize;

/// One file in which the prefix stands, checked.
pub(super) struct File {
    pub path: String,
    pub language: Language,
    pub checked: Checked,
}

/// Why a file, or a part of one, was not read.
#[derive(Serialize)]
pub(super) struct Problem {
    pub path: String,
    #[serde(flatten)]
    pub place: Option<Place>,
    pub message: String,
}

/// Everything that was found.
pub(super) struct Outcome {
    pub files: Vec<File>,
    /// How many were looked at.
    pub seen: usize,
    pub problems: Vec<Problem>,
}

impl Outcome {
    pub fn findings(&self) -> impl Iterator<Item = (&File, &Finding)> {
        self.files.iter().flat_map(|file| {
            let findings = file.checked.findings.iter();
            findings.map(move |finding| (file, finding))
        })
    }

    pub fn count(&self, level: Level) -> usize {
        let findings = self.findings();
        findings.filter(|(_, one)| one.level == level).count()
    }

    pub fn tags(&self) -> usize {
        self.files.iter().map(|file| file.checked.tags).sum()
    }
}
