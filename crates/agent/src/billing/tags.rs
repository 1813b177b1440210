//! The tags of a row: JSON, or JSON without its braces, as Enterprise Agreements have it.

use serde_json::Value;
use std::collections::HashMap;

/// The tags, by name in lower case. What is neither has none.
pub(super) fn read(written: &str) -> HashMap<String, String> {
    let written = written.trim();
    let whole = match written.starts_with('{') {
        true => written.to_owned(),
        false => format!("{{{written}}}"),
    };
    let read: HashMap<String, Value> = serde_json::from_str(&whole).unwrap_or_default();
    let tags = read.into_iter().filter_map(|(name, value)| match value {
        Value::String(value) => Some((name.to_lowercase(), value)),
        _ => None,
    });
    tags.collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn tags_of_every_agreement_are_read_and_what_is_none_is_none() {
        for written in [
            r#"{"azuremlendpoint":"churn","AzureMLDeployment":"blue"}"#,
            r#""azuremlendpoint": "churn","azuremldeployment": "blue""#,
            r#" { "azuremlendpoint" : "churn", "azuremldeployment" : "blue", "n": 1, "e": null } "#,
        ] {
            let tags = read(written);
            assert_eq!(tags["azuremlendpoint"], "churn", "{written}");
            assert_eq!(tags["azuremldeployment"], "blue", "{written}");
        }
        for written in ["", "{}", "NULL", "a=b", "\"a\": \"b", "[1]"] {
            assert!(read(written).is_empty(), "{written}");
        }
    }
}
