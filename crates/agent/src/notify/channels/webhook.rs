//! A webhook of one's own, signed as Standard Webhooks says.

use super::channel::Channel;
use super::json;
use super::words::instant;
use crate::notify::message::Message;
use crate::notify::sender::Post;
use crate::notify::told::Unfit;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::json as value;
use url::Url;

/// With or without `=` at the end, as whoever made the secret copied it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where signed notices are posted.
#[derive(Clone, Debug)]
pub struct SignedWebhook {
    pub url: Url,
    pub keys: SigningKeys,
}

/// One key, or two while they are changed; they are never shown.
#[derive(Clone, Debug)]
pub struct SigningKeys(Vec<hmac::Key>);

impl SigningKeys {
    /// Reads `whsec_` and Base64 of 24 to 64 bytes; two with a space or a comma between.
    pub fn read(text: &str) -> Option<SigningKeys> {
        let secrets = text.split([' ', ',', '\n']).map(str::trim);
        let secrets = secrets.filter(|secret| !secret.is_empty());
        let key = |secret: &str| {
            let bytes = LENIENT.decode(secret.strip_prefix("whsec_")?).ok()?;
            let key = (24..=64).contains(&bytes.len());
            key.then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        };
        let keys: Vec<hmac::Key> = secrets.map(key).collect::<Option<_>>()?;
        matches!(keys.len(), 1 | 2).then_some(SigningKeys(keys))
    }

    fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let signed = [format!("{id}.{at}.").as_bytes(), body].concat();
        let signatures = self.0.iter().map(|key| {
            let tag = hmac::sign(key, &signed);
            format!("v1,{}", STANDARD.encode(tag))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl Channel for SignedWebhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        let notices = message.notices.iter();
        let body = value!({
            "type": "lamplighter.notice",
            "timestamp": instant(message.now),
            "data": {
                "id": message.id,
                "to": json::to(message),
                "notices": notices.map(|notice| json::notice(notice)).collect::<Vec<_>>(),
            },
        });
        let post = Post::json(&self.url, &body);
        let at = message.now.timestamp();
        let signature = self.keys.sign(&message.id, at, &post.body);
        let post = post
            .with("webhook-id", message.id.clone())
            .with("webhook-timestamp", at.to_string())
            .with("webhook-signature", signature);
        Ok(vec![post])
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;

    #[test]
    fn a_secret_is_whsec_and_24_to_64_bytes_and_at_most_two_of_them() {
        let secret = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for (text, count) in [
            (secret(24), Some(1)),
            (secret(25), Some(1)),
            (secret(25).trim_end_matches('=').to_owned(), Some(1)),
            (secret(64), Some(1)),
            (format!("{} {}", secret(32), secret(24)), Some(2)),
            (format!("{},\n{}", secret(32), secret(24)), Some(2)),
            (secret(23), None),
            (secret(65), None),
            ([secret(24), secret(25), secret(26)].join(" "), None),
            (format!("{} x", secret(24)), None),
            (STANDARD.encode([7; 24]), None),
            ("whsec_!!".to_owned(), None),
            ("whpk_AAAA".to_owned(), None),
            (" ".to_owned(), None),
        ] {
            let read = SigningKeys::read(&text).map(|keys| keys.0.len());
            assert_eq!(read, count, "{text}");
        }
    }

    /// The example of the specification's own test vectors.
    #[test]
    fn it_signs_as_the_reference_does() {
        let keys = SigningKeys::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let body = br#"{"test": 2432232314}"#;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        assert_eq!(
            keys.sign(id, 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn what_is_signed_is_what_is_sent_and_the_id_stays_when_it_is_sent_again() {
        let notices = [notice("ci"), notice("co")];
        let keys = SigningKeys::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let webhook = SignedWebhook {
            url: "https://hooks.example/x".parse().expect("a URL"),
            keys: keys.clone(),
        };
        assert!(!format!("{webhook:?}").contains("MfKQ"));
        let mut message = message(None, &notices);
        for _ in 0..2 {
            let posts = webhook.posts(&message).expect("posts");
            let header = |name: &str| {
                let found = posts[0].headers.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            assert_eq!((posts.len(), header("webhook-id").as_str()), (1, "m-1"));
            let at = header("webhook-timestamp").parse().expect("a number");
            assert_eq!(at, message.now.timestamp());
            let signature = keys.sign("m-1", at, &posts[0].body);
            assert_eq!(header("webhook-signature"), signature);
            message.now += chrono::TimeDelta::minutes(5);
        }
    }
}
