//! What Azure itself says is wrong with a resource.

use super::oddity::one_line;
use serde_json::Value;

/// More of them say no more.
const MOST: usize = 3;

/// Errors in words, one line each: as `{"code", "message"}`, or that below `error`.
///
/// ```
/// use lamplighter_core::observe::parse::errors;
/// use serde_json::json;
///
/// let given = [
///     json!({"error": {"code": "UserError", "message": "Restart it."}}),
///     json!({"code": "x", "message": "node unusable"}),
///     json!({"message": null}),
///     json!("?"),
/// ];
/// assert_eq!(errors(&given), ["UserError: Restart it.", "x: node unusable"]);
/// ```
pub fn errors(given: &[Value]) -> Vec<String> {
    let said = given.iter().filter_map(|item| {
        let error = item.get("error").filter(|inner| inner.is_object());
        let error = error.unwrap_or(item);
        let text = |name: &str| {
            let text = error.get(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        match (text("code"), text("message")) {
            (Some(code), Some(message)) => Some(one_line(&format!("{code}: {message}"))),
            (code, message) => message.or(code).map(one_line),
        }
    });
    said.take(MOST).collect()
}
