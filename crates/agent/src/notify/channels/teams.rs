//! A channel of Microsoft Teams, through a flow that begins "When a Teams webhook request is received": one post with an
//! Adaptive Card.

use super::channel::Channel;
use super::words::{
    Piece, and_more, cost, headline, is_mail, is_object_id, name, pieces_of, short, text, title,
    to, to_keep,
};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use crate::notify::pace::Limit;
use crate::notify::sender::{Answer, Post, outcome};
use crate::notify::told::{Outcome, Unfit};
use serde_json::{Value, json};
use url::Url;

/// Teams takes 28 KB, the flow's own wrapping included.
const MOST: usize = 24 * 1024;
/// What the flow's connection posts as its bot.
const LIMITS: &[Limit] = &[Limit {
    posts: 25,
    seconds: 300,
}];
/// The audience of flows, and its own slash.
const SCOPE: &str = "https://service.flow.microsoft.com//.default";

/// A flow, and how it knows us.
#[derive(Clone, Debug)]
pub struct TeamsFlow {
    pub url: Url,
    pub auth: TeamsAuth,
}

/// How the flow's trigger lets a caller in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamsAuth {
    /// Whoever knows the URL: its `sig` is the secret.
    Url,
    /// Whoever has a token of the tenant: this app's identity.
    Identity,
}

impl Channel for TeamsFlow {
    fn name(&self) -> &'static str {
        "teams"
    }

    fn scope(&self) -> Option<String> {
        (self.auth == TeamsAuth::Identity).then(|| SCOPE.to_owned())
    }

    fn limits(&self) -> &'static [Limit] {
        LIMITS
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        Ok(vec![Post::json(&self.url, &body(message))])
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        let words = match (answer.status, self.auth) {
            (401 | 403, TeamsAuth::Url) => {
                "the URL's sig is not the flow's, or it asks for a token"
            }
            (401 | 403, TeamsAuth::Identity) => "the flow does not let this app's identity in",
            (404 | 410, _) => "the flow is gone or turned off",
            _ => "",
        };
        outcome(answer, words)
    }
}

/// The message that the flow's template posts.
fn body(message: &Message<'_>) -> Value {
    let full: Vec<Vec<Value>> = message.notices.iter().map(|one| whole(one)).collect();
    let card = card(message, &full, 0);
    if size(&card) <= MOST {
        return wrapped(card);
    }
    let brief = message.notices.iter().map(|one| vec![line(one)]);
    let brief: Vec<Vec<Value>> = brief.collect();
    // Room for the line that counts the rest.
    let mut room = MOST.saturating_sub(size(&self::card(message, &[], brief.len())));
    let fits = brief.iter().take_while(|items| {
        // And the comma.
        let size: usize = items.iter().map(|item| size(item) + 1).sum();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    let fits = fits.count();
    wrapped(self::card(message, &brief[..fits], brief.len() - fits))
}

fn size(value: &Value) -> usize {
    value.to_string().len()
}

fn wrapped(card: Value) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

/// Version 1.4 is the newest that flows show; the elements are those of 1.2.
fn card(message: &Message<'_>, notices: &[Vec<Value>], left: usize) -> Value {
    let headline = escaped(&short(&headline(message), 300));
    let mut body = vec![block(
        &headline,
        json!({"weight": "Bolder", "size": "Medium"}),
    )];
    let mention = message.to.and_then(mention);
    match (&mention, to(message)) {
        (Some(mention), _) => body.push(block(&format!("For {}", mention.text), json!({}))),
        (None, Some(to)) => body.push(block(&format!("For {}", escaped(&to)), json!({}))),
        (None, None) => {}
    }
    body.extend(notices.iter().flatten().cloned());
    if left > 0 {
        body.push(block(&escaped(&and_more(left)), json!({"separator": true})));
    }
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "msteams": {"width": "Full"},
    });
    if let Some(Mention { text, id, name }) = mention {
        let entity =
            json!({"type": "mention", "text": text, "mentioned": {"id": id, "name": name}});
        card["msteams"]["entities"] = json!([entity]);
    }
    card
}

/// All that is to be said of one.
fn whole(notice: &Notice) -> Vec<Value> {
    let title = match title(notice) {
        (name, Some(place)) => format!("**{}** in {}", escaped(&name), escaped(&place)),
        (name, None) => format!("**{}**", escaped(&name)),
    };
    let mut items = vec![
        block(&title, json!({"separator": true})),
        block(&escaped(&text(notice)), json!({"spacing": "Small"})),
    ];
    let more = cost(notice).map(|cost| escaped(&cost)).into_iter();
    let more = more.chain(to_keep(notice).map(|way| linked(notice, &way)));
    items.extend(more.map(|text| block(&text, json!({"spacing": "Small", "isSubtle": true}))));
    items
}

/// The same in one line, where there are too many.
fn line(notice: &Notice) -> Value {
    let text = short(&text(notice), 200);
    let text = format!("**{}**: {}", escaped(&name(notice)), escaped(&text));
    block(&text, json!({"spacing": "Small"}))
}

fn block(text: &str, more: Value) -> Value {
    let mut block = json!({"type": "TextBlock", "text": text, "wrap": true});
    if let (Value::Object(block), Value::Object(more)) = (&mut block, more) {
        block.extend(more);
    }
    block
}

struct Mention {
    text: String,
    id: String,
    name: String,
}

/// A user principal name or an object id is all that Teams needs; a mail address mostly is the former.
fn mention(to: &str) -> Option<Mention> {
    let name = match (is_object_id(to), is_mail(to)) {
        (true, _) => "owner".to_owned(),
        (_, true) => {
            let local = to.split('@').next().unwrap_or_default();
            // In the text and in the entity it must be the same, whatever Markdown would make of it.
            let plain = |c: char| {
                if c.is_alphanumeric() || c == '.' {
                    c
                } else {
                    ' '
                }
            };
            local.chars().map(plain).collect()
        }
        _ => return None,
    };
    Some(Mention {
        text: format!("<at>{name}</at>"),
        id: to.to_owned(),
        name,
    })
}

/// A sentence of ours, with links.
fn linked(notice: &Notice, sentence: &str) -> String {
    if notice.about.quotes() {
        return escaped(sentence);
    }
    let piece = |piece: Piece<'_>| match piece {
        Piece::Words(words) => escaped_inside(words),
        Piece::Link(url) => {
            let url = url.replace('(', "%28").replace(')', "%29");
            format!("[this page]({url})")
        }
    };
    let pieces = pieces_of(notice, sentence);
    pieces.into_iter().map(piece).collect()
}

/// A text as it is, for Markdown; on one line, so that only its first character can begin a list.
fn escaped(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.starts_with(['-', '+']) {
        true => format!("\\{}", escaped_inside(&text)),
        false => escaped_inside(&text),
    }
}

fn escaped_inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\\' | '&' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '#' | '|' => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;

    fn texts(body: &Value) -> Vec<String> {
        let items = body["attachments"][0]["content"]["body"].as_array();
        let texts = items.expect("a body").iter();
        texts
            .map(|item| item["text"].as_str().expect("a text").to_owned())
            .collect()
    }

    #[test]
    fn a_tag_makes_no_link_and_no_mention() {
        let mut one = notice("ci");
        one.text = "- [click](https://evil.example) <at>all</at>\n# *now*".to_owned();
        let notices = [one];
        let body = body(&message(Some("team_nlp"), &notices));
        assert_eq!(
            texts(&body),
            [
                "ci will be stopped",
                "For team\\_nlp",
                "**ci** in w",
                "\\- \\[click\\](https://evil.example) \\<at\\>all\\</at\\> \\# \\*now\\*",
                "It costs 1.20 USD an hour.",
                "Open [this page](https://keep.example/api/keep?t=a_b) to keep it on.",
            ]
        );
        let card = &body["attachments"][0]["content"];
        assert_eq!(card["msteams"]["entities"], Value::Null);
    }

    #[test]
    fn an_address_and_an_object_id_are_mentioned_and_nothing_else() {
        let notices = [notice("ci")];
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        for (to, name) in [("ana_li@example.org", "ana li"), (id, "owner")] {
            let body = body(&message(Some(to), &notices));
            let card = &body["attachments"][0]["content"];
            let text = format!("<at>{name}</at>");
            assert_eq!(texts(&body)[1], format!("For {text}"));
            let entity =
                json!({"type": "mention", "text": text, "mentioned": {"id": to, "name": name}});
            assert_eq!(card["msteams"]["entities"], json!([entity]));
        }
        let guest = "ana_example.org#EXT#@contoso.onmicrosoft.com";
        for to in [None, Some(guest), Some("team-nlp"), Some("a@b.c, d@e.f")] {
            let body = body(&message(to, &notices));
            let card = &body["attachments"][0]["content"];
            assert_eq!(card["msteams"]["entities"], Value::Null, "{to:?}");
        }
    }

    #[test]
    fn however_many_there_are_it_stays_under_28_kb_and_nobody_is_forgotten_silently() {
        for (count, length) in [(1, 100_000), (10, 500), (60, 300), (400, 300), (5000, 300)] {
            let long = |index: usize| {
                let mut one = notice(&format!("ci-{index:04}"));
                one.text = "_é".repeat(length / 2);
                one
            };
            let notices: Vec<Notice> = (0..count).map(long).collect();
            let body = body(&message(Some("ana@example.org"), &notices));
            assert!(
                body.to_string().len() < 26 * 1024,
                "{}",
                body.to_string().len()
            );
            let texts = texts(&body);
            let named = (0..count).filter(|index| {
                let name = format!("**ci-{index:04}**");
                texts.iter().any(|text| text.starts_with(&name))
            });
            let named = named.count();
            let more = texts.last().filter(|text| text.starts_with("And "));
            assert_eq!(
                more.is_some(),
                named < count,
                "{named} of {count}: {more:?}"
            );
            if let Some(more) = more {
                assert!(
                    more.contains(&format!("And {} more", count - named)),
                    "{more}"
                );
            }
            assert!(named >= count.min(30), "{named} of {count}");
        }
    }
}
