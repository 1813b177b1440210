//! What can go wrong with the ledger, in one line each: where, what happened, what was expected.

use lamplighter_azure::AzureError;
use lamplighter_core::record::SCHEMA;
use object_store::path::Path;
use std::error::Error as _;
use thiserror::Error;

/// Every message is one line, names the location without its SAS, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// The setting itself cannot be used.
    #[error("ledger {location}: {problem}")]
    Location { location: String, problem: String },
    /// The folder or the storage account refused, failed or did not answer in time.
    #[error("ledger {location}: cannot {doing}: {problem}")]
    Store {
        location: String,
        doing: String,
        problem: String,
    },
    /// A document is there and cannot be read. It is never replaced by an empty one.
    #[error(
        "ledger {location}: {document} cannot be read: {problem}; expected a whole document as Lamplighter wrote it; mend it, or delete it, so that the one before it counts again (docs/records.md, A broken document)"
    )]
    Unreadable {
        location: String,
        document: String,
        problem: String,
    },
    /// A saved state of a schema that this version does not know: acting on it could undo what it stands for.
    #[error(
        "ledger {location}: {document} is of schema {schema}, saved by {version}; this is Lamplighter {}, which acts on schema {SCHEMA} at most: deploy {version}, or one after it",
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        location: String,
        document: String,
        schema: u32,
        /// The version that wrote it, as a text.
        version: String,
    },
    /// What was given to be written has no form in JSON.
    #[error("ledger {location}: cannot {doing}: it has no form in JSON: {problem}")]
    Unwritable {
        location: String,
        doing: String,
        problem: String,
    },
}

/// Why no credential can be had, in one line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NoCredential(String);

impl From<&str> for NoCredential {
    fn from(why: &str) -> NoCredential {
        NoCredential(why.to_owned())
    }
}

impl From<AzureError> for NoCredential {
    fn from(error: AzureError) -> NoCredential {
        NoCredential(error.to_string())
    }
}

/// One document of many that cannot be read: its name, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{document}: {problem}")]
pub(super) struct UnreadableDocument {
    document: String,
    problem: String,
}

impl UnreadableDocument {
    pub fn new(document: &Path, problem: impl AsRef<str>) -> UnreadableDocument {
        UnreadableDocument {
            document: document.to_string(),
            problem: one_line(problem.as_ref()),
        }
    }
}

/// Why a state was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SaveError {
    /// Somebody else saved after this version was loaded, or it was loaded too long ago to be sure that
    /// nobody did: load again and decide again.
    #[error("the state was saved by somebody else since it was loaded")]
    Conflict,
    #[error(transparent)]
    Other(#[from] LedgerError),
}

/// What a store answered, in one short line without addresses or secrets.
pub(super) fn explain(error: &object_store::Error) -> String {
    let text = error.to_string();
    if let Some(code) = between(&text, "<Code>", "</Code>") {
        return explain_code(code, &text);
    }
    match error {
        object_store::Error::Unauthenticated { .. } => unauthorised("no valid sign-in"),
        object_store::Error::PermissionDenied { .. } => unauthorised("not permitted"),
        _ => one_line(&root_cause(error)),
    }
}

fn explain_code(code: &str, text: &str) -> String {
    match code {
        "ContainerNotFound" => {
            "the blob container does not exist; expected one made beforehand (it is not made here)"
                .into()
        }
        "AuthorizationPermissionMismatch"
        | "AuthorizationFailure"
        | "InsufficientAccountPermissions"
        | "AuthenticationFailed"
        | "AuthorizationResourceTypeMismatch" => unauthorised(code),
        _ => {
            // Azure puts a request id and a time on the lines after the first.
            let said = between(text, "<Message>", "</Message>").unwrap_or_default();
            one_line(&format!(
                "{code}: {}",
                said.lines().next().unwrap_or_default()
            ))
        }
    }
}

fn unauthorised(code: &str) -> String {
    format!(
        "access refused ({code}); expected the role Storage Blob Data Contributor on the container, or a SAS in force with read, create, write, delete and list"
    )
}

/// The innermost error tells most (`Connection refused`), the outer ones repeat the address.
fn root_cause(error: &object_store::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let from = text.find(open)? + open.len();
    let length = text[from..].find(close)?;
    Some(&text[from..from + length])
}

/// One line of at most 300 characters, without the signature of a SAS wherever it stands.
pub(super) fn one_line(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let mut line = line.join(" ");
    let mut searched = 0;
    while let Some(found) = line[searched..].to_ascii_lowercase().find("sig=") {
        let from = searched + found + "sig=".len();
        let end = line[from..]
            .find(|c: char| c == '&' || c.is_whitespace() || "\"')>".contains(c))
            .map_or(line.len(), |length| from + length);
        line.replace_range(from..end, "REDACTED");
        searched = from;
    }
    match line.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_never_shows_and_a_message_is_one_line() {
        let line = one_line("GET https://a/b?sv=1&sig=S3cr%2Bet&se=2\n failed; Sig=again\"x");
        assert_eq!(
            line,
            "GET https://a/b?sv=1&sig=REDACTED&se=2 failed; Sig=REDACTED\"x"
        );
        assert!(one_line(&"é".repeat(4000)).chars().count() <= 301);
    }
}
