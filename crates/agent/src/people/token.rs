//! The token of a link: what it allows, signed. Nothing in it is a secret but that nobody else can make one.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Ours have a few hundred characters.
pub const LONGEST: usize = 2048;
const VERSION: u8 = 1;
/// What is signed begins so: these signatures are of use for nothing else.
const PURPOSE: &[u8] = b"lamplighter keep 1\n";

/// What a link allows: to keep one resource on beyond one stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The ARM id, in lower case.
    pub resource: String,
    /// The instant that demands the stop.
    pub cause: DateTime<Utc>,
    /// When the stop is to come; lengths are counted from it.
    pub stop_at: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    /// The object id of the person whom it is for alone, who has signed in.
    pub by: Option<String>,
}

/// As it is written; names are short because people see links.
#[derive(Serialize, Deserialize)]
struct Payload {
    v: u8,
    k: u64,
    r: String,
    c: DateTime<Utc>,
    s: DateTime<Utc>,
    e: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    b: Option<String>,
}

/// A key that signs tokens.
pub struct Key {
    id: u64,
    key: hmac::Key,
}

impl Key {
    pub fn new(id: u64, secret: &[u8]) -> Key {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Key { id, key }
    }

    fn mac(&self, payload: &str) -> String {
        let mut signing = hmac::Context::with_key(&self.key);
        signing.update(PURPOSE);
        signing.update(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(signing.sign())
    }
}

impl Grant {
    /// The token, which is of letters, digits, `-`, `_` and one `.`: no proxy and no mail program rewrites these.
    pub fn token(&self, key: &Key) -> String {
        let payload = Payload {
            v: VERSION,
            k: key.id,
            r: self.resource.clone(),
            c: self.cause,
            s: self.stop_at,
            e: self.expires.timestamp(),
            b: self.by.clone(),
        };
        // Texts, numbers and times always have a form in JSON.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&payload).unwrap_or_default());
        let mac = key.mac(&payload);
        format!("{payload}.{mac}")
    }

    /// What a token allows at this time. Nothing in it is looked at before one of the keys has signed it, which takes as
    /// long for every token of its length; why it is refused is not told.
    pub fn of(token: &str, keys: &[Key], now: DateTime<Utc>) -> Option<Grant> {
        if !is_plain(token) {
            return None;
        }
        let (text, mac) = token.split_once('.')?;
        let mut signer = None;
        for key in keys {
            if verify_slices_are_equal(key.mac(text).as_bytes(), mac.as_bytes()).is_ok() {
                signer = Some(key.id);
            }
        }
        let signer = signer?;
        let payload = URL_SAFE_NO_PAD.decode(text).ok()?;
        let payload: Payload = serde_json::from_slice(&payload).ok()?;
        let expires = DateTime::from_timestamp(payload.e, 0)?;
        let good = payload.v == VERSION && payload.k == signer && now < expires;
        good.then_some(Grant {
            resource: payload.r,
            cause: payload.c,
            stop_at: payload.s,
            expires,
            by: payload.b,
        })
    }
}

/// Whether a text can be a token at all: of two values of one name the host makes one with a comma.
pub fn is_plain(token: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    token.len() <= LONGEST && token.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-23T{text}Z").parse().expect("a time")
    }

    fn grant() -> Grant {
        Grant {
            resource: "/subscriptions/s/resourcegroups/rg/computes/ci-ana".into(),
            cause: at("19:00:00.25"),
            stop_at: at("19:00:00"),
            expires: at("23:00:00"),
            by: None,
        }
    }

    #[test]
    fn a_token_says_what_it_was_made_of_until_it_expires() {
        let key = Key::new(7, &[1; 32]);
        let token = grant().token(&key);
        assert!(is_plain(&token) && token.len() < 400, "{token}");
        let open = |at| Grant::of(&token, std::slice::from_ref(&key), at);
        assert_eq!(open(at("18:45:00")), Some(grant()));
        assert_eq!(open(at("22:59:59")), Some(grant()));
        assert_eq!(open(at("23:00:00")), None);
        let mine = Grant {
            by: Some("0f8fad5b".into()),
            ..grant()
        };
        let token = mine.token(&key);
        assert_eq!(Grant::of(&token, &[key], at("18:45:00")), Some(mine));
    }

    #[test]
    fn whoever_has_not_the_key_makes_none_and_changes_none() {
        let (key, other) = (Key::new(7, &[1; 32]), Key::new(7, &[2; 32]));
        let (next, same) = (Key::new(8, &[3; 32]), Key::new(8, &[1; 32]));
        let now = at("18:45:00");
        let token = grant().token(&key);
        let (payload, mac) = token.split_once('.').expect("two parts");
        let later = Grant {
            stop_at: at("19:00:00") + TimeDelta::hours(1),
            ..grant()
        };
        let forged = later.token(&other);
        let altered = forged.split_once('.').expect("two parts").0;
        let plain = URL_SAFE_NO_PAD.encode(br#"{"v":1}"#);
        for bad in [
            "",
            ".",
            "a.b",
            payload,
            &forged,
            &format!("{altered}.{mac}"),
            &format!("{payload}.{}", &mac[1..]),
            &format!("{payload}.{mac}="),
            &format!("{payload}.{mac},{token}"),
            &format!("{payload}.{mac}.{mac}"),
            &format!("{payload}."),
            &format!("{plain}.{}", other.mac(&plain)),
            &"a".repeat(LONGEST + 1),
        ] {
            assert_eq!(Grant::of(bad, &[Key::new(7, &[1; 32])], now), None, "{bad}");
        }
        // Signed, but no token of ours; and one that names another key than the one that signed it.
        let odd = format!("{plain}.{}", key.mac(&plain));
        assert_eq!(Grant::of(&odd, std::slice::from_ref(&key), now), None);
        assert_eq!(Grant::of(&token, &[same], now), None);
        assert_eq!(Grant::of(&token, &[other], now), None);
        assert_eq!(Grant::of(&token, &[], now), None);
        assert_eq!(Grant::of(&token, &[next, key], now), Some(grant()));
    }

    #[test]
    fn what_is_signed_stays_what_it_is_from_version_to_version() {
        let token = grant().token(&Key::new(7, &[1; 32]));
        let (payload, mac) = token.split_once('.').expect("two parts");
        let payload = URL_SAFE_NO_PAD.decode(payload).expect("Base64");
        let expected = r#"{"v":1,"k":7,"r":"/subscriptions/s/resourcegroups/rg/computes/ci-ana","c":"2026-11-23T19:00:00.250Z","s":"2026-11-23T19:00:00Z","e":1795474800}"#;
        assert_eq!(String::from_utf8_lossy(&payload), expected);
        assert_eq!(mac.len(), 43);
    }
}
