//! A cluster's scale settings, and what Azure does not take for them.

use crate::duration;
use serde_json::{Value, json};

/// `scaleSettings`, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeScale {
    pub min: u32,
    pub max: u32,
    /// `nodeIdleTimeBeforeScaleDown` as it was given.
    pub idle_time: String,
    /// The same in seconds.
    pub idle_seconds: i64,
}

/// Settings that Azure does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    #[error("scaleSettings are missing from properties.properties")]
    Missing,
    #[error("maxNodeCount is required, and a whole number from 0 on")]
    NoMax,
    #[error("minNodeCount is a whole number from 0 on")]
    NoMin,
    #[error("minNodeCount {min} is above maxNodeCount {max}")]
    MinAboveMax { min: u32, max: u32 },
    #[error("\"{0}\" is not a time; expected ISO 8601 such as PT2M")]
    IdleTime(String),
}

impl NodeScale {
    /// Reads settings.
    ///
    /// # Errors
    /// The time is not ISO 8601, or the least is more than the most.
    pub(crate) fn new(min: u32, max: u32, idle_time: &str) -> Result<NodeScale, ScaleError> {
        if min > max {
            return Err(ScaleError::MinAboveMax { min, max });
        }
        let wrong = || ScaleError::IdleTime(idle_time.to_owned());
        if !idle_time.starts_with('P') {
            return Err(wrong());
        }
        let length = duration::read(idle_time).map_err(|_| wrong())?;
        Ok(NodeScale {
            min,
            max,
            idle_time: idle_time.to_owned(),
            idle_seconds: i64::try_from(length.as_secs()).map_err(|_| wrong())?,
        })
    }

    /// What a PATCH's body asks for; what it leaves out stays, but for `maxNodeCount`, which Azure demands.
    ///
    /// # Errors
    /// As [`NodeScale::new`], and where there is nothing of the kind in the body.
    pub(crate) fn asked(&self, body: &Value) -> Result<NodeScale, ScaleError> {
        let given = &body["properties"]["properties"]["scaleSettings"];
        if !given.is_object() {
            return Err(ScaleError::Missing);
        }
        let count = |name: &str| given[name].as_u64().and_then(|n| u32::try_from(n).ok());
        let max = count("maxNodeCount").ok_or(ScaleError::NoMax)?;
        let min = match &given["minNodeCount"] {
            Value::Null => self.min,
            _ => count("minNodeCount").ok_or(ScaleError::NoMin)?,
        };
        let idle_time = match &given["nodeIdleTimeBeforeScaleDown"] {
            Value::Null => self.idle_time.clone(),
            other => other
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| ScaleError::IdleTime(other.to_string()))?,
        };
        NodeScale::new(min, max, &idle_time)
    }

    /// As Azure shows them.
    pub(crate) fn json(&self) -> Value {
        json!({
            "minNodeCount": self.min, "maxNodeCount": self.max,
            "nodeIdleTimeBeforeScaleDown": self.idle_time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_must_name_the_most_and_keeps_what_it_leaves_out() {
        let now = NodeScale::new(2, 4, "PT5M").expect("good");
        let asked = |settings: Value| {
            now.asked(&json!({"properties": {"properties": {"scaleSettings": settings}}}))
        };
        let zero = asked(json!({"minNodeCount": 0, "maxNodeCount": 4})).expect("good");
        assert_eq!((zero.min, zero.idle_time.as_str()), (0, "PT5M"));
        assert_eq!(asked(json!({"minNodeCount": 0})), Err(ScaleError::NoMax));
        assert_eq!(
            asked(json!({"minNodeCount": 5, "maxNodeCount": 4})),
            Err(ScaleError::MinAboveMax { min: 5, max: 4 })
        );
        assert_eq!(
            asked(json!({"minNodeCount": -1, "maxNodeCount": 4})),
            Err(ScaleError::NoMin)
        );
        let wrong = asked(json!({"maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "5 minutes"}));
        assert!(matches!(wrong, Err(ScaleError::IdleTime(_))));
        assert_eq!(now.asked(&json!({})), Err(ScaleError::Missing));
    }
}
