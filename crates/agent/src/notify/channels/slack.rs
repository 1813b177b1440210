//! Slack's incoming webhook: one post of blocks.

use super::channel::Channel;
use super::words::{self, Piece, and_more, cost, headline, pieces_of, short, text, to, to_keep};
use crate::notify::message::Message;
use crate::notify::notice::Notice;
use crate::notify::sender::{Answer, Post, outcome};
use crate::notify::told::{Outcome, Unfit};
use serde_json::{Value, json};
use url::Url;

/// Of the 50 blocks that Slack takes, without those at the top and the end.
const SECTIONS: usize = 46;
/// A section takes 3000 characters.
const SECTION: usize = 2950;
const HEADER: usize = 150;
/// What phones show before a message is opened; Slack asks for at most 4000 characters.
const FALLBACK: usize = 3000;

pub(super) struct Slack(pub Url);

impl Channel for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn posts(&self, message: &Message<'_>) -> Result<Vec<Post>, Unfit> {
        Ok(vec![Post::json(&self.0, &body(message))])
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer, meaning(answer))
    }
}

/// What Slack's one word means, where asking again will not change it.
fn meaning(answer: &Answer) -> &'static str {
    match answer.body.trim() {
        "invalid_payload" | "invalid_blocks" | "no_text" => {
            "invalid_payload: Slack cannot read the message"
        }
        "user_not_found" => "user_not_found: the user whom this webhook writes to is gone",
        "action_prohibited" => "action_prohibited: the workspace's administrators forbid it",
        "posting_to_general_channel_denied" => {
            "posting_to_general_channel_denied: nobody may post to that channel"
        }
        "channel_not_found" => "channel_not_found: the channel is gone; make a new webhook",
        "channel_is_archived" => "channel_is_archived: make a webhook for another channel",
        "no_service" | "no_team" | "team_disabled" | "invalid_token" | "no_active_hooks" => {
            "the webhook was removed, or its app: make a new one"
        }
        "rollup_error" => "rollup_error: Slack could not post it just now",
        _ => "",
    }
}

fn body(message: &Message<'_>) -> Value {
    let headline = headline(message);
    let title = short(&headline, HEADER);
    let mut blocks = vec![json!({"type": "header", "text": {"type": "plain_text", "text": title}})];
    if let Some(to) = to(message) {
        blocks.push(context(&format!("For {}", escaped(&to, 400))));
    }
    let (sections, left) = sections(&message.notices);
    blocks.extend(sections.iter().map(|text| section(text)));
    if left > 0 {
        blocks.push(context(&escaped(&and_more(left), 400)));
    }
    let all = message.notices.iter().map(|notice| text(notice));
    let all = format!("{headline}. {}", all.collect::<Vec<_>>().join(" "));
    json!({
        "text": escaped(&all, FALLBACK),
        "blocks": blocks,
        // Slack would fetch every link to show what is behind it.
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

/// The texts of the sections, and how many notices none of them holds.
fn sections(notices: &[&Notice]) -> (Vec<String>, usize) {
    if notices.len() <= SECTIONS {
        return (notices.iter().map(|notice| whole(notice)).collect(), 0);
    }
    let mut sections = vec![String::new()];
    for (index, notice) in notices.iter().enumerate() {
        let line = format!("{}: {}", title(notice), escaped(&text(notice), 300));
        let room = |section: &String| section.chars().count() + line.chars().count() < SECTION;
        if !sections.last().is_some_and(room) {
            if sections.len() == SECTIONS {
                return (sections, notices.len() - index);
            }
            sections.push(String::new());
        }
        if let Some(section) = sections.last_mut() {
            if !section.is_empty() {
                section.push('\n');
            }
            section.push_str(&line);
        }
    }
    (sections, 0)
}

/// All that is to be said of one.
fn whole(notice: &Notice) -> String {
    let mut lines = vec![title(notice), escaped(&text(notice), 1500)];
    lines.extend(cost(notice).map(|cost| escaped(&cost, 200)));
    let mut all = lines.join("\n");
    for way in to_keep(notice).map(|way| linked(notice, &way)) {
        if all.chars().count() + way.chars().count() < SECTION {
            all.push('\n');
            all.push_str(&way);
        }
    }
    all
}

fn title(notice: &Notice) -> String {
    match words::title(notice) {
        (name, Some(place)) => format!("*{}* in {}", escaped(&name, 300), escaped(&place, 300)),
        (name, None) => format!("*{}*", escaped(&name, 300)),
    }
}

/// A sentence of ours: its links as text, because a button's link is followed by a warning sign unless the app answers
/// Slack.
fn linked(notice: &Notice, sentence: &str) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Words(words) => escaped(words, usize::MAX),
        Piece::Link(url) => format!("<{}|this page>", escaped(url, usize::MAX)),
    };
    let pieces = pieces_of(notice, sentence);
    pieces.into_iter().map(piece).collect()
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": mrkdwn(text)})
}

fn context(text: &str) -> Value {
    json!({"type": "context", "elements": [mrkdwn(text)]})
}

/// Verbatim: Slack makes no links and mentions of its own of what looks like them.
fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text, "verbatim": true})
}

/// Escaped as Slack asks, in at most so many characters; none is cut in two.
fn escaped(text: &str, most: usize) -> String {
    let (mut out, mut length) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        let mut own = [0; 4];
        let piece = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            c => c.encode_utf8(&mut own),
        };
        length += piece.chars().count();
        if length >= most {
            out.push('…');
            break;
        }
        out.push_str(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{message, notice};
    use super::*;

    #[test]
    fn a_tag_makes_no_link_and_mentions_nobody_and_our_own_link_is_text() {
        let mut one = notice("ci");
        one.text = "<!channel> & <https://evil.example|click>".to_owned();
        let notices = [one];
        let body = body(&message(Some("<@U123>"), &notices));
        let blocks = body["blocks"].as_array().expect("blocks");
        assert_eq!(blocks[1]["elements"][0]["text"], "For &lt;@U123&gt;");
        let section = blocks[2]["text"]["text"].as_str().expect("a text");
        let said = "*ci* in w\n&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;\n\
            It costs 1.20 USD an hour.\n\
            Open <https://keep.example/api/keep?t=a_b|this page> to keep it on.";
        assert_eq!(section, said);
        assert_eq!(blocks[2]["text"]["verbatim"], true);
        assert!(!body["text"].as_str().expect("a text").contains('<'));
    }

    #[test]
    fn whatever_there_is_to_say_the_lengths_are_kept_and_nobody_is_forgotten_silently() {
        for (count, length, all_named) in [
            (1, 100_000, true),
            (46, 3000, true),
            (47, 40, true),
            (300, 100, true),
            (2000, 600, false),
        ] {
            let long = |index: usize| {
                let mut one = notice(&format!("ci-{index:04}"));
                one.text = "&".repeat(length);
                one.to_keep = vec!["&".repeat(length); 3];
                one
            };
            let notices: Vec<Notice> = (0..count).map(long).collect();
            let body = body(&message(Some("ana@example.org"), &notices));
            let blocks = body["blocks"].as_array().expect("blocks");
            assert!(blocks.len() <= 50, "{}", blocks.len());
            let texts = blocks
                .iter()
                .filter_map(|block| block["text"]["text"].as_str());
            let texts: Vec<&str> = texts.collect();
            assert!(texts.iter().all(|text| text.chars().count() <= 3000));
            assert!(texts.iter().all(|text| !text.is_empty()));
            let named = (0..count).filter(|index| {
                let name = format!("*ci-{index:04}*");
                texts.iter().any(|text| text.contains(&name))
            });
            let named = named.count();
            assert_eq!(named == count, all_named, "{named} of {count}");
            if !all_named {
                let last = blocks.last().expect("a block").to_string();
                assert!(
                    last.contains(&format!("And {} more", count - named)),
                    "{last}"
                );
            }
        }
    }

    #[test]
    fn a_cut_text_has_whole_entities() {
        assert_eq!(escaped("a&b", 100), "a&amp;b");
        assert_eq!(escaped("a&b", 6), "a…");
        assert_eq!(escaped("a&b", 7), "a&amp;…");
    }
}
