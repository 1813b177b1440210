//! Microsoft Entra's token endpoint, as far as workload identity goes: a service account's token for one of ours.

use super::answer::Answer;
use super::call::Call;
use super::identity::{claims_of, issue};
use axum::http::Method;
use chrono::Utc;
use serde_json::{Value, json};

/// For whom a cluster writes the tokens that Entra takes.
const AUDIENCE: &str = "api://AzureADTokenExchange";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why there is no token: Entra's number, its words and its sort of error.
struct Refused(u32, &'static str, String);

/// Answers `POST /{tenant}/oauth2/v2.0/token`.
pub(super) fn answer(call: &Call, tenant: &str) -> Answer {
    match token(call, tenant) {
        Ok(token) => Answer::json(&token),
        Err(Refused(code, error, words)) => {
            let status = if error == "invalid_client" { 401 } else { 400 };
            Answer::json(&json!({
                "error": error, "error_codes": [code], "error_description": format!("AADSTS{code}: {words}"),
                "error_uri": format!("{}/error?code={code}", call.base),
            }))
            .with_status(status)
        }
    }
}

fn token(call: &Call, tenant: &str) -> Result<Value, Refused> {
    let asked = call.segments.first().map_or("", String::as_str);
    if asked != tenant {
        let words = format!("Tenant '{asked}' not found.");
        return Err(Refused(90_002, "invalid_request", words));
    }
    if call.method != Method::POST {
        let words = "The endpoint only accepts POST requests.".to_owned();
        return Err(Refused(900_561, "invalid_request", words));
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&call.body)
        .into_owned()
        .collect();
    let given = |name: &str| {
        let found = form.iter().find(|(field, _)| field == name);
        let value = found.map_or("", |(_, value)| value.as_str());
        let words = format!("The request body must contain the following parameter: '{name}'.");
        match value.is_empty() {
            true => Err(Refused(900_144, "invalid_request", words)),
            false => Ok(value),
        }
    };
    if given("grant_type")? != "client_credentials" || given("client_assertion_type")? != ASSERTION
    {
        let words = "The app requested an unsupported grant type.".to_owned();
        return Err(Refused(70_003, "unsupported_grant_type", words));
    }
    let (client, scope) = (given("client_id")?, given("scope")?);
    let Some(resource) = scope.strip_suffix("/.default") else {
        let words =
            format!("The provided value for the input parameter 'scope' is not valid: {scope}.");
        return Err(Refused(70_011, "invalid_scope", words));
    };
    trusted(given("client_assertion")?)?;
    let (token, life) = issue(tenant, resource, client);
    Ok(
        json!({"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token}),
    )
}

/// That an assertion looks like what a cluster writes. Nothing here knows a cluster's keys, or whom an identity trusts:
/// any issuer and any subject will do, and any signature.
fn trusted(assertion: &str) -> Result<(), Refused> {
    let refused = |code: u32, words: &str| Err(Refused(code, "invalid_client", words.to_owned()));
    let Some(claims) = claims_of(assertion.trim(), |signature| !signature.is_empty()) else {
        return refused(50_027, "JWT token is invalid or malformed.");
    };
    let named = |name: &str| claims[name].as_str().is_some_and(|text| !text.is_empty());
    let audience = match &claims["aud"] {
        Value::Array(all) => all.iter().any(|one| one == AUDIENCE),
        one => one == AUDIENCE,
    };
    if !(named("iss") && named("sub") && audience) {
        return refused(
            700_212,
            "No matching federated identity record found for presented assertion's issuer, subject and audience.",
        );
    }
    let ends = claims["exp"].as_i64();
    if ends.is_none_or(|ends| ends <= Utc::now().timestamp()) {
        return refused(
            700_024,
            "Client assertion is not within its valid time range.",
        );
    }
    Ok(())
}
