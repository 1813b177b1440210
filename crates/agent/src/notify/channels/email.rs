//! Mail through Azure Communication Services, by the identity: one mail for each address and sweep.

use super::channel::Channel;
use super::ids::uuid;
use super::words::{Piece, cost, headline, is_mail, pieces_of, short, text, title, to_keep};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use crate::notify::pace::Limit;
use crate::notify::sender::{Answer, Post, outcome};
use crate::notify::told::{Outcome, Unfit};
use maud::{Markup, html};
use serde_json::json;
use url::Url;

/// The resource's own slash before the word.
const SCOPE: &str = "https://communication.azure.com//.default";
const API: &str = "2025-09-01";
/// What a domain that Azure manages sends; it cannot be raised.
const AZURE_MANAGED: &[Limit] = &[
    Limit {
        posts: 5,
        seconds: 60,
    },
    Limit {
        posts: 10,
        seconds: 3600,
    },
];
/// What a domain of one's own sends, unless Microsoft has raised it.
const OWN: &[Limit] = &[
    Limit {
        posts: 30,
        seconds: 60,
    },
    Limit {
        posts: 100,
        seconds: 3600,
    },
];

/// A Communication Services resource and who sends; no secret.
#[derive(Clone, Debug)]
pub struct Mail {
    pub endpoint: Url,
    /// An address of a domain that the resource is linked to.
    pub from: String,
}

impl Mail {
    /// Reads a mail address.
    pub fn address(text: &str) -> Option<String> {
        is_mail(text).then(|| text.to_owned())
    }
}

impl Channel for Mail {
    fn name(&self) -> &'static str {
        "email"
    }

    fn scope(&self) -> Option<String> {
        Some(SCOPE.to_owned())
    }

    fn limits(&self) -> &'static [Limit] {
        match self.from.to_ascii_lowercase().ends_with(".azurecomm.net") {
            true => AZURE_MANAGED,
            false => OWN,
        }
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        let to = message.to.filter(|to| is_mail(to));
        let to = to.ok_or(Unfit::NoAddress)?;
        let mut url = self.endpoint.clone();
        url.set_path("/emails:send");
        url.query_pairs_mut()
            .clear()
            .append_pair("api-version", API);
        let body = json!({
            "senderAddress": self.from,
            "recipients": {"to": [{"address": to}]},
            "content": {
                "subject": short(&headline(message), 200),
                "plainText": plain(message),
                "html": page(message).into_string(),
            },
            // So that no answer comes back of a machine's.
            "headers": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
            // Tracking would lead every link over another host.
            "userEngagementTrackingDisabled": true,
        });
        let post = Post::json(&url, &body);
        Ok(vec![post.with("Operation-Id", uuid(&[&message.id]))])
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        let words = match answer.status {
            401 | 403 => "the identity may not send with the Communication Services resource",
            404 => "the Communication Services resource or the sender's domain is not there",
            _ => "",
        };
        outcome(answer, words)
    }
}

fn plain(message: &Message<'_>) -> String {
    let one = |notice: &&Notice| {
        let mut lines = vec![
            match title(notice) {
                (name, Some(place)) => format!("{name} in {place}"),
                (name, None) => name,
            },
            text(notice),
        ];
        lines.extend(cost(notice));
        lines.extend(to_keep(notice));
        lines.join("\n")
    };
    let all = message.notices.iter().map(one);
    format!("{}\n", all.collect::<Vec<_>>().join("\n\n"))
}

fn page(message: &Message<'_>) -> Markup {
    html! {
        html {
            body {
                @for notice in &message.notices {
                    @let (name, place) = title(notice);
                    p {
                        b { (name) }
                        @if let Some(place) = place { " in " (place) }
                        br;
                        (text(notice))
                        @if let Some(cost) = cost(notice) {
                            br;
                            (cost)
                        }
                        @for way in to_keep(notice) {
                            br;
                            @for piece in pieces_of(notice, &way) {
                                @match piece {
                                    Piece::Words(words) => (words),
                                    Piece::Link(url) => a href=(url) { "this page" },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;
    use serde_json::Value;

    fn mail(from: &str) -> Mail {
        Mail {
            endpoint: "https://r.communication.azure.com".parse().expect("a URL"),
            from: Mail::address(from).expect("an address"),
        }
    }

    #[test]
    fn a_mail_is_escaped_and_known_again_when_it_is_sent_again() {
        let mut one = notice("ci");
        one.text = "<script>alert(1)</script> & \"so\"".to_owned();
        let notices = [one, notice("co")];
        let mail = mail("notices@example.org");
        let mut message = message(Some("ana@example.org"), &notices);
        let id = |post: &Post| {
            let found = post
                .headers
                .iter()
                .find(|(name, _)| *name == "Operation-Id");
            found.expect("an id").1.clone()
        };
        let posts = mail.posts(&message).expect("a post");
        let body: Value = serde_json::from_slice(&posts[0].body).expect("JSON");
        let html = body["content"]["html"].as_str().expect("a page");
        assert!(
            !html.contains("<script>") && html.contains("&lt;script&gt;"),
            "{html}"
        );
        let link = r#"<a href="https://keep.example/api/keep?t=a_b">this page</a>"#;
        assert!(html.contains(link), "{html}");
        assert_eq!(body["content"]["subject"], "2 resources will be stopped");
        assert_eq!(
            posts[0].url.as_str(),
            "https://r.communication.azure.com/emails:send?api-version=2025-09-01"
        );
        message.now += chrono::TimeDelta::minutes(5);
        let again = mail.posts(&message).expect("a post");
        assert_eq!(id(&again[0]), id(&posts[0]));
    }

    #[test]
    fn nobody_is_guessed_and_the_limits_are_those_of_the_senders_domain() {
        let notices = [notice("ci")];
        let own = mail("notices@example.org");
        for to in [
            None,
            Some("team-nlp"),
            Some("ana@example.org, bo@example.org"),
        ] {
            let refused = own.posts(&message(to, &notices)).err();
            assert!(refused.is_some(), "{to:?}");
        }
        let managed = mail("DoNotReply@8a3bcf2.azurecomm.net");
        assert_eq!((own.limits()[0].posts, managed.limits()[0].posts), (30, 5));
    }
}
