//! One line of the doctor's table, and all of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Ok,
    /// It works, though not as well as it could, or not everywhere.
    Warning,
    /// Something does not work until somebody does something.
    Failed,
    /// It hangs on something else, which failed, or which is not there.
    NotTried,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Failed => "failed",
            Status::NotTried => "not tried",
        })
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Such as `ledger`, or `right workspaces/computes/stop/action`.
    pub name: String,
    pub status: Status,
    /// What was seen.
    pub seen: String,
    /// What to do; empty where there is nothing to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to_do: String,
}

impl Check {
    pub(super) fn new(name: impl Into<String>, status: Status, seen: impl Into<String>) -> Check {
        Check {
            name: name.into(),
            status,
            seen: seen.into(),
            to_do: String::new(),
        }
    }

    pub(super) fn ok(name: impl Into<String>, seen: impl Into<String>) -> Check {
        Check::new(name, Status::Ok, seen)
    }

    pub(super) fn warning(name: impl Into<String>, seen: impl Into<String>) -> Check {
        Check::new(name, Status::Warning, seen)
    }

    pub(super) fn failed(name: impl Into<String>, seen: impl Into<String>) -> Check {
        Check::new(name, Status::Failed, seen)
    }

    pub(super) fn not_tried(name: impl Into<String>, why: impl Into<String>) -> Check {
        Check::new(name, Status::NotTried, why)
    }

    /// The same with what to do.
    pub(super) fn with_to_do(self, to_do: impl Into<String>) -> Check {
        Check {
            to_do: to_do.into(),
            ..self
        }
    }
}

/// All checks of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Of the program that made it.
    pub version: String,
    pub at: DateTime<Utc>,
    /// Nothing failed.
    pub ok: bool,
    pub failed: usize,
    pub warnings: usize,
    pub checks: Vec<Check>,
}

impl Diagnosis {
    pub(super) fn of(checks: Vec<Check>, at: DateTime<Utc>) -> Diagnosis {
        let count = |status| checks.iter().filter(|check| check.status == status).count();
        let failed = count(Status::Failed);
        Diagnosis {
            version: env!("CARGO_PKG_VERSION").into(),
            at,
            ok: failed == 0,
            failed,
            warnings: count(Status::Warning),
            checks,
        }
    }
}

/// `1 stop`, `2 stops`.
pub(super) fn many(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}
