//! A caller's request, as the host forwards it.

use crate::guid::guid;
use crate::invoke::VERSION;

const KEY: &str = "x-functions-key";

/// The path as it came, and its query as the host writes it anew: decoded and encoded again, values of one name joined by
/// commas, and a name without a value with an empty one.
pub(crate) fn rewritten(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let mut pairs: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name.is_empty() && value.is_empty() {
            continue;
        }
        let known = pairs
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(&name));
        match known {
            Some((_, values)) => values.push(value.into_owned()),
            None => pairs.push((name.into_owned(), vec![value.into_owned()])),
        }
    }
    let pair = |(name, values): &(String, Vec<String>)| {
        let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
        format!("{}={}", escaped(name), values.join(","))
    };
    let pairs: Vec<String> = pairs.iter().map(pair).collect();
    match pairs.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", pairs.join("&")),
    }
}

/// All but what never needs it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A caller's headers with what the host adds; an id that the caller has made up is joined, not replaced.
pub(crate) fn headers(given: &[(String, String)]) -> Vec<(String, String)> {
    let mut headers = given.to_vec();
    let mut add = |name: &str, value: String, between: &str| {
        let known = headers
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        match known {
            Some((_, known)) => *known = format!("{known}{between}{value}"),
            None => headers.push((name.to_owned(), value)),
        }
    };
    add("User-Agent", format!("Azure-Functions-Host/{VERSION}"), " ");
    add("X-Azure-Functions-HostVersion", VERSION.to_owned(), ", ");
    add("X-Azure-Functions-InvocationId", guid(), ", ");
    headers
}

/// Whether a caller gives this key, in the query or as a header.
pub(crate) fn has_key(key: &str, path: &str, headers: &[(String, String)]) -> bool {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, value)| name == "code" && value == key)
        || headers
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case(KEY) && value == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_anew_and_a_path_is_not() {
        for (came, goes) in [
            ("/api/hello/w%20x/a%2Fb", "/api/hello/w%20x/a%2Fb"),
            ("/api/x?y=+z+q", "/api/x?y=%20z%20q"),
            ("/api/x?a=%41&b=%7e", "/api/x?a=A&b=~"),
            ("/api/x?d", "/api/x?d="),
            ("/api/x?code=a&code=b", "/api/x?code=a,b"),
            ("/api/x?Code=a&z=1&code=b", "/api/x?Code=a,b&z=1"),
            ("/api/x?", "/api/x"),
        ] {
            assert_eq!(rewritten(came), goes);
        }
    }
}
