//! Names of documents, made of what they are: readable, safe in every file system and in blob storage, of
//! bounded length, and never the same for two different ids.

use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write;

/// Characters of an id that stay readable in a name; the rest of it is told apart by the digest.
const READABLE: usize = 80;

/// The folder of a workspace's saved state. ARM ids ignore case, and so does the name.
pub(super) fn workspace(id: &str) -> String {
    let lower = id.to_lowercase();
    let last = lower.trim_end_matches('/').rsplit('/').next();
    name(last.unwrap_or_default(), &lower)
}

/// The name of a record. Record ids keep their case.
pub(super) fn record(id: &str) -> String {
    name(id, id)
}

/// `readable` as far as it is plain, then half of the SHA-256 of `whole`. The digest is always there, so
/// that no id can be written to look like another's name, and names stay apart where the file system
/// ignores case or folds unicode.
fn name(readable: &str, whole: &str) -> String {
    let mut out = String::with_capacity(READABLE + 33);
    for c in readable.chars().take(READABLE) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            // One dash for a run of anything else; none in front.
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let digest = digest(&SHA256, whole.as_bytes());
    if !out.is_empty() && !out.ends_with('-') {
        out.push('-');
    }
    for byte in &digest.as_ref()[..16] {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_one_name_in_any_case_and_no_two_share_one() {
        let id = "/subscriptions/S1/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/Churn";
        assert_eq!(workspace(id), workspace(&id.to_uppercase()));
        assert!(workspace(id).starts_with("churn-"), "{}", workspace(id));
        assert_ne!(workspace(id), workspace(&id.replace("RG", "RG2")));
    }

    #[test]
    fn odd_ids_become_safe_names_that_stay_apart() {
        let long = "x".repeat(300);
        let ids = [
            "",
            ".",
            "..",
            "../..",
            "a/b",
            "a:b",
            "a b",
            "A/b",
            "ünï",
            "uni",
            "a\u{0}b",
            "a%2Fb",
            "a#1",
            long.as_str(),
            &long[1..],
            "CON",
            "\u{202e}",
        ];
        let names: Vec<String> = ids.iter().map(|id| record(id)).collect();
        for (i, name) in names.iter().enumerate() {
            assert!(name.len() <= READABLE + 33, "{name}");
            assert!(
                name.chars()
                    .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')),
                "{name}"
            );
            assert!(!names[..i].contains(name), "{name} twice");
        }
    }
}
