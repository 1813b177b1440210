//! Whether a stop gives an instance's cores up to others. Stable api-versions do not show that.

use super::kind::COMPUTE_TYPE;
use serde_json::Value;

/// As Azure names it.
pub const FIELD: &str = "releaseQuotaOnStop";
/// What follows for whoever counts on its next start.
pub const WORDS: &str = "its cores are free for others while it is stopped: the start may fail";
/// The same as a sentence.
pub const SENTENCE: &str = "Its cores are free for others while it is stopped: the start may fail.";

/// What an answer shows of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaShown {
    /// In lower case.
    pub name: String,
    /// `None`: the answer does not say.
    pub released: Option<bool>,
}

/// Reads it of one compute in the list of a workspace; nothing of what is no instance, or lies in another workspace.
///
/// # Errors
/// The compute has no id.
///
/// ```
/// use lamplighter_core::kinds::instance::quota::read;
/// use serde_json::json;
///
/// let of = |flag| json!({"id": "/S/W/computes/CI", "properties": {"computeType": "ComputeInstance",
///     "properties": {"releaseQuotaOnStop": flag}}});
/// let released = |flag| read(&of(flag), "/s/w").map(|shown| shown.and_then(|shown| shown.released));
/// assert_eq!(released(json!(true)), Ok(Some(true)));
/// // What is no answer to the question is none.
/// assert_eq!(released(json!("true")), Ok(None));
/// assert_eq!(read(&of(json!(true)), "/s/hub"), Ok(None));
/// assert_eq!(read(&json!({"id": "/s/w/computes/c", "properties": null}), "/s/w"), Ok(None));
/// assert!(read(&json!([]), "/s/w").is_err());
/// ```
pub fn read(compute: &Value, workspace: &str) -> Result<Option<QuotaShown>, &'static str> {
    let id = compute.get("id").and_then(Value::as_str);
    let id = id.ok_or("a compute without an id")?.to_lowercase();
    let within = format!("{}/computes/", workspace.to_lowercase());
    let outer = compute.get("properties");
    let kind = outer.and_then(|outer| outer.get("computeType"));
    let is_instance = kind.and_then(Value::as_str) == Some(COMPUTE_TYPE);
    let Some(name) = id.strip_prefix(&within).filter(|_| is_instance) else {
        return Ok(None);
    };
    let inner = outer.and_then(|outer| outer.get("properties"));
    let released = inner.and_then(|inner| inner.get(FIELD));
    Ok(Some(QuotaShown {
        name: name.to_owned(),
        released: released.and_then(Value::as_bool),
    }))
}
