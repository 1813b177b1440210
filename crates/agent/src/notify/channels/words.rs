//! What is said of a notice, in parts that each channel writes in its own way.

use crate::notify::message::Message;
use crate::notify::notice::{About, Notice};
use chrono::{DateTime, SecondsFormat, Utc};
use lamplighter_core::text::visible;

/// Longer texts are cut: a policy's tag has at most 256 characters, so ours are far shorter.
const LONGEST: usize = 1500;

/// The kind of a notice.
pub(super) fn event(notice: &Notice) -> &'static str {
    notice.about.word()
}

/// The id of what it is about; nothing where that is a week.
pub(super) fn id(notice: &Notice) -> &str {
    let resource = notice.resource.as_ref();
    resource.map_or("week", |resource| &resource.id)
}

pub(super) fn stop_at(notice: &Notice) -> Option<DateTime<Utc>> {
    if let About::StopAt(at) = notice.about {
        return Some(at);
    }
    None
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What it is about, and the workspace that it is in: `ci-ana`, `ml-prod`.
pub(super) fn title(notice: &Notice) -> (String, Option<String>) {
    let shown = |text: &str| short(&visible(text), 120);
    match &notice.resource {
        Some(resource) => (shown(&resource.name), Some(shown(&resource.workspace))),
        None => ("Last week".to_owned(), None),
    }
}

pub(super) fn name(notice: &Notice) -> String {
    title(notice).0
}

pub(super) fn text(notice: &Notice) -> String {
    short(&visible(&notice.text), LONGEST)
}

pub(super) fn cost(notice: &Notice) -> Option<String> {
    let cost = notice.cost_an_hour.as_deref()?;
    Some(format!("It costs {} an hour.", short(&visible(cost), 60)))
}

/// How to keep it on, the page first; these may hold links.
pub(super) fn to_keep(notice: &Notice) -> impl Iterator<Item = String> {
    let page = notice.page.as_ref().map(|page| {
        // A link is one in full or none at all.
        format!("To keep it on, press a button on {page}")
    });
    let ways = notice.to_keep.iter();
    page.into_iter()
        .chain(ways.map(|way| short(&visible(way), LONGEST)))
}

/// What a message is about, in a few words.
pub(super) fn headline(message: &Message<'_>) -> String {
    let all = &message.notices;
    let what = match all.as_slice() {
        [one] => name(one),
        all => format!("{} resources", all.len()),
    };
    match all.as_slice() {
        [first, others @ ..] if others.iter().all(|one| event(one) == event(first)) => {
            let (one, several) = first.about.headline();
            let then = if others.is_empty() { one } else { several };
            format!("{what}{then}")
        }
        _ => format!("Lamplighter about {what}"),
    }
}

/// Whom it is for, as one may show it.
pub(super) fn to(message: &Message<'_>) -> Option<String> {
    message.to.map(|to| short(&visible(to), 200))
}

/// Of what one message can hold, the rest in one line.
pub(super) fn and_more(left: usize) -> String {
    format!("And {left} more: the log and the report name each of them.")
}

/// At most so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.chars().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{kept}…")
        }
    }
}

/// One mail address: no list, no name beside it, no guest's name in this tenant, which has no mailbox here.
pub(super) fn is_mail(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"#|".contains(c);
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let labels = domain.split('.');
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let sound = !local.is_empty() && local.chars().all(plain) && !local.contains("..");
    let dots = local.starts_with('.') || local.ends_with('.');
    sound && !dots && text.len() <= 254 && domain.contains('.') && labels.into_iter().all(label)
}

/// An object id of Microsoft Entra.
pub(super) fn is_object_id(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// A piece of one of our own sentences.
pub(super) enum Piece<'a> {
    Words(&'a str),
    Link(&'a str),
}

/// A sentence of a notice, its https links apart, where it is ours alone.
pub(super) fn pieces_of<'a>(notice: &Notice, sentence: &'a str) -> Vec<Piece<'a>> {
    match notice.about.quotes() {
        true => vec![Piece::Words(sentence)],
        false => pieces(sentence),
    }
}

fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some(at) = rest.find("https://") {
        let (before, link) = rest.split_at(at);
        let end = link.find(|c: char| c.is_whitespace() || "<>\"|".contains(c));
        let whole = &link[..end.unwrap_or(link.len())];
        let url = whole.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
        pieces.extend([Piece::Words(before), Piece::Link(url)]);
        rest = &link[url.len()..];
    }
    pieces.push(Piece::Words(rest));
    pieces
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use lamplighter_core::record::Resource;
    use serde_json::json;

    /// A notice about `name`.
    pub fn notice(name: &str) -> Notice {
        let id = format!(
            "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices/workspaces/w/computes/{name}"
        );
        let resource = json!({"id": id, "kind": "instance", "name": name, "workspace": "w", "owner": "ana@example.org"});
        Notice {
            resource: Some(serde_json::from_value::<Resource>(resource).expect("a resource")),
            about: About::StopAt(now() + chrono::TimeDelta::minutes(15)),
            text: format!("{name} will be stopped at 19:00, as its schedule says."),
            cost_an_hour: Some("1.20 USD".to_owned()),
            to_keep: vec!["Open https://keep.example/api/keep?t=a_b to keep it on.".to_owned()],
            page: None,
        }
    }

    pub fn now() -> DateTime<Utc> {
        "2026-11-23T18:45:00Z".parse().expect("a time")
    }

    pub fn message<'a>(to: Option<&'a str>, notices: &'a [Notice]) -> Message<'a> {
        Message {
            id: "m-1".to_owned(),
            to,
            notices: notices.iter().collect(),
            now: now(),
        }
    }

    #[test]
    fn a_headline_says_what_has_happened_and_of_different_things_only_whom_it_concerns() {
        use lamplighter_core::record::OwedAbout;
        let of = |about: OwedAbout| Notice {
            about: About::Happened(about),
            ..notice("ci")
        };
        let week = Notice {
            resource: None,
            ..of(OwedAbout::WeeklyDigest)
        };
        for (notices, expected) in [
            (vec![of(OwedAbout::Stopped)], "ci was stopped"),
            (
                vec![of(OwedAbout::Stopped), of(OwedAbout::Stopped)],
                "2 resources were stopped",
            ),
            (
                vec![of(OwedAbout::UnreadableTag)],
                "ci: a tag cannot be read",
            ),
            (
                vec![notice("ci"), of(OwedAbout::Stopped)],
                "Lamplighter about 2 resources",
            ),
            (vec![week], "Last week: what it came to"),
        ] {
            assert_eq!(headline(&message(None, &notices)), expected);
        }
    }

    #[test]
    fn what_is_one_mail_address() {
        for (text, is) in [
            ("ana@example.org", true),
            ("ana.li+ml@sub.example.org", true),
            ("o'brien@example.org", true),
            ("jörg@müller.example", true),
            ("team-nlp", false),
            ("ana@example", false),
            ("ana@example.org, bo@example.org", false),
            ("Ana <ana@example.org>", false),
            ("ana@bo@example.org", false),
            ("ana_example.org#EXT#@contoso.onmicrosoft.com", false),
            ("live.com#ana@example.org", false),
            ("ana@example..org", false),
            ("ana@-example.org", false),
            ("@example.org", false),
            ("ana@example.org\nBcc: bo@example.org", false),
        ] {
            assert_eq!(is_mail(text), is, "{text}");
        }
    }

    #[test]
    fn links_are_found_in_our_own_sentences_only_as_far_as_they_go() {
        let shown = |sentence| {
            let pieces = pieces(sentence).into_iter().map(|piece| match piece {
                Piece::Words(words) => words.to_owned(),
                Piece::Link(url) => format!("[{url}]"),
            });
            pieces.collect::<String>()
        };
        assert_eq!(shown("Run it."), "Run it.");
        assert_eq!(
            shown("Open (https://a.example/k?t=x.y) or https://b.example."),
            "Open ([https://a.example/k?t=x.y]) or [https://b.example]."
        );
    }
}
