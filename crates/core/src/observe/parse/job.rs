//! The jobs of a workspace.

use super::fields::Fields;
use super::oddity::Oddity;
use super::time;
use crate::observe::job::Job;
use serde_json::Value;

/// A job.
///
/// # Errors
/// Whether it is on a resource cannot be read, and it may be active: then it is no job but an oddity, and the caller
/// must not take the list as proof of anything.
pub fn job(item: &Value) -> Result<Job, Oddity> {
    let mut oddities = Vec::new();
    let mut fields = Fields::new(Some(item), "job", &mut oddities);
    let name = fields.text("name");
    let mut system_data = fields.below("systemData");
    let created_at = system_data.read("createdAt", "a time", time::instant);
    let changed_at = system_data.read("lastModifiedAt", "a time", time::instant);
    let mut properties = fields.below("properties");
    let job = Job {
        name: name.unwrap_or_else(|| "(no name)".to_owned()),
        display_name: properties.text("displayName"),
        status: properties.text("status"),
        compute_id: properties.text("computeId"),
        created_at,
        changed_at,
    };
    let understood =
        properties.object().is_some() && properties.get("computeId").is_none_or(Value::is_string);
    match understood || !job.is_active() {
        true => Ok(job),
        false => {
            let expected = "one whose computeId can be read";
            Err(Oddity::new("job", expected, item))
        }
    }
}
