//! An autoscale setting's JSON.

use serde_json::{Value, json};

/// `properties` of a setting on the resource with an ARM id. Capacities are text, as Azure has them.
pub(crate) fn properties(
    name: &str,
    target: &str,
    enabled: bool,
    range: (u32, u32),
    requests_per_instance: Option<u32>,
) -> Value {
    let (minimum, maximum) = range;
    let endpoint = target
        .rsplit_once("/deployments/")
        .map_or(target, |(endpoint, _)| endpoint);
    let rule = |operator: &str, threshold: u32, direction: &str| {
        json!({
            "metricTrigger": {
                "metricName": "RequestsPerMinute", "metricNamespace": "", "metricResourceUri": endpoint,
                "timeGrain": "PT1M", "statistic": "Average", "timeWindow": "PT5M", "timeAggregation": "Average",
                "operator": operator, "threshold": threshold, "dividePerInstance": true, "dimensions": [],
            },
            "scaleAction": {"direction": direction, "type": "ChangeCount", "value": "1", "cooldown": "PT5M"},
        })
    };
    let rules: Vec<Value> = requests_per_instance
        .map(|requests| {
            vec![
                rule("GreaterThan", requests, "Increase"),
                rule("LessThan", requests / 2, "Decrease"),
            ]
        })
        .unwrap_or_default();
    json!({
        "name": name,
        "enabled": enabled,
        "targetResourceUri": target,
        "targetResourceLocation": "",
        "profiles": [{
            "name": "Auto created default scale condition",
            "capacity": {
                "minimum": minimum.to_string(), "maximum": maximum.to_string(), "default": minimum.to_string(),
            },
            "rules": rules,
        }],
        "notifications": [],
    })
}
