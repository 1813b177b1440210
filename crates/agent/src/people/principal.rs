//! Who has signed in, as the platform says it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Longer ones are not read.
const LONGEST: usize = 64 * 1024;
/// Claims may have these names, or their older ones.
const OBJECT_ID: [&str; 2] = [
    "oid",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
];
const TENANT: [&str; 2] = [
    "tid",
    "http://schemas.microsoft.com/identity/claims/tenantid",
];

#[derive(Deserialize)]
struct Principal {
    auth_typ: String,
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    typ: String,
    val: String,
}

/// The object id, in lower case, of a person of this tenant. The header is to be trusted where the platform's sign-in
/// stands in front of us, and nowhere else.
pub fn object_id(header: &str, tenant: &str) -> Option<String> {
    if header.len() > LONGEST {
        return None;
    }
    let text = STANDARD.decode(header.trim()).ok()?;
    let principal: Principal = serde_json::from_slice(&text).ok()?;
    let known = principal.auth_typ.eq_ignore_ascii_case("aad");
    let of = |names: [&str; 2]| {
        let claims = principal.claims.iter();
        let mut values = claims.filter(|claim| names.contains(&claim.typ.as_str()));
        let first = values.next()?;
        let same = values.all(|other| other.val.eq_ignore_ascii_case(&first.val));
        (same && !first.val.is_empty()).then(|| first.val.to_lowercase())
    };
    let here = of(TENANT)? == tenant.to_lowercase();
    of(OBJECT_ID).filter(|_| known && here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn header(kind: &str, claims: &[(&str, &str)]) -> String {
        let claims = claims.iter();
        let claims: Vec<Value> = claims
            .map(|(typ, val)| json!({"typ": typ, "val": val}))
            .collect();
        let text = json!({"auth_typ": kind, "claims": claims, "name_typ": "x", "role_typ": "y"});
        STANDARD.encode(text.to_string())
    }

    #[test]
    fn a_person_is_an_object_id_of_this_tenant() {
        let (oid, tid) = (OBJECT_ID, TENANT);
        for (kind, claims, id) in [
            ("aad", &[("oid", "A-1"), ("tid", "T")][..], Some("a-1")),
            ("aad", &[(oid[1], "a-1"), (tid[1], "t")], Some("a-1")),
            (
                "aad",
                &[("oid", "a-1"), (oid[1], "A-1"), ("tid", "t")],
                Some("a-1"),
            ),
            (
                "aad",
                &[("oid", "a-1"), (oid[1], "b-2"), ("tid", "t")],
                None,
            ),
            ("aad", &[("oid", "a-1"), ("tid", "another")], None),
            ("aad", &[("oid", "a-1")], None),
            ("aad", &[("oid", ""), ("tid", "t")], None),
            (
                "aad",
                &[("preferred_username", "a@b.c"), ("tid", "t")],
                None,
            ),
            ("google", &[("oid", "a-1"), ("tid", "t")], None),
        ] {
            let found = object_id(&header(kind, claims), "t");
            assert_eq!(found.as_deref(), id, "{kind} {claims:?}");
        }
        for odd in ["", "e30=", "%%%", "e30", &"A".repeat(LONGEST + 4)] {
            assert_eq!(object_id(odd, "t"), None);
        }
    }
}
