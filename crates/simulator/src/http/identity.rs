//! The managed identity's endpoint, and the tokens that it gave out.

use super::answer::{Answer, error};
use super::call::Call;
use super::metrics::host;
use crate::ids::{guid, number_of};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use serde_json::{Value, json};

/// Seconds of real time that a token lives.
const LIFE: i64 = 86_400;
/// Not a secret: nothing but the simulator believes these tokens.
const SIGNATURE: &str = "c2ltdWxhdG9y";

/// Answers `/msi/token` (as App Service does) and `/metadata/identity/oauth2/token` (as a VM does).
pub(super) fn answer(call: &Call, tenant: &str, expected_header: Option<&str>) -> Answer {
    let on_vm = call.lower.first().is_some_and(|first| first == "metadata");
    let refused = |status: u16, message: &str| {
        Answer::json(
            &json!({"statusCode": status, "message": message, "error": "invalid_request",
            "error_description": message}),
        )
        .with_status(status)
    };
    if on_vm {
        if !call
            .header("metadata")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            return refused(400, "Required metadata header not specified");
        }
    } else {
        let given = call.header("x-identity-header").unwrap_or_default();
        let known = expected_header.map_or(!given.is_empty(), |expected| expected == given);
        if !known {
            return refused(
                401,
                "The X-IDENTITY-HEADER header is missing or not the one of this app",
            );
        }
        if call.query("api-version") != Some("2019-08-01") {
            return refused(400, "The api-version is not supported; expected 2019-08-01");
        }
    }
    let Some(resource) = call
        .query("resource")
        .filter(|resource| !resource.is_empty())
    else {
        return refused(400, "The resource parameter is missing");
    };
    let client = call.query("client_id").or_else(|| call.query("clientid"));
    let client = client
        .unwrap_or("00000000-0000-4000-8000-00000000c11e")
        .to_owned();
    let (token, life) = issue(tenant, resource, &client);
    Answer::json(&json!({
        "access_token": token, "expires_on": (Utc::now().timestamp() + life).to_string(),
        "expires_in": life.to_string(), "resource": resource, "token_type": "Bearer", "client_id": client,
    }))
}

/// A token for `resource`, and for how many seconds it is good.
pub(super) fn issue(tenant: &str, resource: &str, client: &str) -> (String, i64) {
    let now = Utc::now().timestamp();
    let claims = json!({
        "aud": resource, "iss": issuer(tenant), "iat": now, "nbf": now, "exp": now + LIFE,
        "appid": client, "appidacr": "2", "idtyp": "app", "oid": principal(client), "sub": principal(client),
        "tid": tenant, "ver": "1.0",
    });
    (token(&claims), LIFE)
}

/// The object id of the identity with that client id.
fn principal(client: &str) -> String {
    guid(0, 0x1d, number_of(client))
}

fn issuer(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

fn token(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{SIGNATURE}",
        part(&json!({"typ": "JWT", "alg": "none"})),
        part(claims)
    )
}

/// The object id of a call's caller.
///
/// # Errors
/// 401 as ARM sends it: no token, not one of the simulator's, expired by the real clock, or for another service: the
/// metrics' batch call has tokens of its own, and ARM does not take them.
pub(super) fn caller(call: &Call, tenant: &str, for_metrics: bool) -> Result<String, Answer> {
    let refused = |code: &str, message: &str| {
        let challenge = format!(
            "Bearer authorization_uri=\"{}/{tenant}\", error=\"invalid_token\", error_description=\"{message}\"",
            call.base
        );
        error(401, code, message).with_header("WWW-Authenticate", challenge)
    };
    let given = call.header("authorization").unwrap_or_default();
    let Some((scheme, given)) = given.split_once(' ').filter(|(_, token)| !token.is_empty()) else {
        return Err(refused(
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
        ));
    };
    let claims = scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| claims_of(given.trim(), |signature| signature == SIGNATURE))
        .flatten();
    let invalid = || refused("InvalidAuthenticationToken", "The access token is invalid.");
    let claims = claims.ok_or_else(invalid)?;
    if claims["iss"] != issuer(tenant) {
        return Err(invalid());
    }
    let audience = claims["aud"].as_str().unwrap_or_default();
    if (audience.trim_end_matches('/') == host::AUDIENCE) != for_metrics {
        return Err(refused(
            "InvalidAuthenticationTokenAudience",
            "The access token has been obtained for wrong audience or resource.",
        ));
    }
    if claims["exp"]
        .as_i64()
        .is_none_or(|exp| exp <= Utc::now().timestamp())
    {
        return Err(refused(
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time has passed.",
        ));
    }
    Ok(claims["oid"].as_str().unwrap_or_default().to_owned())
}

/// The claims of a JWT whose signature is as wanted.
pub(super) fn claims_of(token: &str, wanted: impl Fn(&str) -> bool) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if !wanted(signature) || parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
