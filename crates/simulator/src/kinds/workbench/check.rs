//! What the types of a fleet file's workbench cannot tell.

use super::spec::WorkbenchSpec;
use crate::duration;

/// What is wrong with a workbench of a fleet file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkbenchError {
    #[error(
        "\"{0}\" is not a workbench's name; expected 1 to 63 letters, digits, _ and -, the first and the last neither"
    )]
    Name(String),
    #[error("\"{0}\" is not an idle time; expected ISO 8601 such as PT30M")]
    IdleTime(String),
    #[error("no compute of this account is named \"{0}\"; expected one, or an ARM id")]
    NoTarget(String),
}

const LONGEST_NAME: usize = 63;

/// Checks a workbench; `has_compute` tells whether its account has a compute of a name.
///
/// # Errors
/// The first thing that is wrong, with its field.
pub(crate) fn check(
    spec: &WorkbenchSpec,
    has_compute: impl Fn(&str) -> bool,
) -> Result<(), (&'static str, WorkbenchError)> {
    if !is_name(&spec.name) {
        return Err(("name", WorkbenchError::Name(spec.name.clone())));
    }
    if let Some(text) = &spec.idle_time_before_shutdown
        && !(text.starts_with('P') && duration::read(text).is_ok())
    {
        return Err((
            "idleTimeBeforeShutdown",
            WorkbenchError::IdleTime(text.clone()),
        ));
    }
    if !spec.target.starts_with('/') && !has_compute(&spec.target) {
        return Err(("target", WorkbenchError::NoTarget(spec.target.clone())));
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let rim = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    bytes.len() <= LONGEST_NAME
        && rim(bytes.first())
        && rim(bytes.last())
        && bytes.iter().all(|byte| inner(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_azures() {
        for name in ["a", "wb-anna", "A_1", &"x".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-a", "a-", "_", "a.b", "a b", &"x".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
