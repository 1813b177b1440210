//! Which redirects are followed.

use reqwest::redirect::Policy;
use url::Url;

/// More than a server needs to find its own page.
const MOST: usize = 5;

/// Follows redirects that stay on the same host; any other is answered with as it came. Whoever was named in the
/// settings was named with a secret, and nobody has said that another may have it, or may answer instead.
pub fn on_one_host() -> Policy {
    Policy::custom(|attempt| {
        let before = attempt.previous().last();
        let stays = before.is_none_or(|before| is_same(before, attempt.url()));
        match stays && attempt.previous().len() <= MOST {
            true => attempt.follow(),
            false => attempt.stop(),
        }
    })
}

/// The same for a post: only those that repeat it (307 and 308) are followed. After the others a client asks with GET,
/// and whatever is answered then is no answer to what was posted.
pub fn posts_on_one_host() -> Policy {
    Policy::custom(|attempt| {
        let repeats = matches!(attempt.status().as_u16(), 307 | 308);
        let before = attempt.previous().last();
        let stays = before.is_none_or(|before| is_same(before, attempt.url()));
        match repeats && stays && attempt.previous().len() <= MOST {
            true => attempt.follow(),
            false => attempt.stop(),
        }
    })
}

/// The same host and port, or the step from http to https on it; never the step back.
fn is_same(before: &Url, after: &Url) -> bool {
    let ports = (before.port(), after.port());
    let schemes = (before.scheme(), after.scheme());
    let same_scheme = schemes.0 == schemes.1 && ports.0 == ports.1;
    let safer = schemes == ("http", "https") && ports == (None, None);
    before.host_str() == after.host_str() && (same_scheme || safer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_host() {
        for (before, after, same) in [
            ("https://a.example/x", "https://a.example/y?k", true),
            ("http://a.example/x", "https://a.example/x", true),
            ("https://A.example/x", "https://a.example:443/x", true),
            ("https://a.example/x", "http://a.example/x", false),
            ("https://a.example/x", "https://b.example/x", false),
            ("https://a.example/x", "https://a.example.evil/x", false),
            ("https://a.example/x", "https://sub.a.example/x", false),
            ("https://a.example/x", "https://a.example:8443/x", false),
            ("http://127.0.0.1:1/x", "http://127.0.0.1:2/x", false),
            ("http://a.example:8080/x", "https://a.example/x", false),
        ] {
            let url = |text: &str| Url::parse(text).expect("an address");
            assert_eq!(
                is_same(&url(before), &url(after)),
                same,
                "{before} to {after}"
            );
        }
    }
}
