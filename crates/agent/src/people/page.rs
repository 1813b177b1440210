//! What people see: plain pages without a script, for a phone and a desk, by day and by night.

use super::answer::Answer;
use super::figures::Shown;
use super::offers::Offer;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use lamplighter_core::record::PersonalHold;
use lamplighter_core::schedule::wall;
use lamplighter_core::text::visible;
use lamplighter_core::tz::Tz;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rust_decimal::Decimal;

const STYLE: &str = include_str!("style.css");

/// Nothing but this very style works on a page, nothing is fetched, and its form goes nowhere else.
fn policy() -> String {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'")
}

/// A page with a title and a body.
pub(super) fn page(status: u16, title: &str, body: &Markup) -> Answer {
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " - Lamplighter" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { "Lamplighter" }
                main { (body) }
            }
        }
    };
    Answer {
        status,
        html: visible(&whole.into_string()).into_owned(),
        policy: policy(),
    }
}

/// For every link that is not good, and where there are none: the same, so that nobody learns why.
pub(super) fn refused() -> Answer {
    page(
        404,
        "This link is not good",
        &html! {
            h1 { "This link is not good" }
            p { "It may be over, or not whole. A newer notice has a newer link." }
            p { "You can keep your resource on without a link, too: by the tag that the notice names." }
        },
    )
}

/// A form that did not come from our page.
pub(super) fn not_from_here(status: u16) -> Answer {
    page(
        status,
        "Nothing was changed",
        &html! {
            h1 { "Nothing was changed" }
            p { "Open the link of the notice in a browser, and use the buttons of its page." }
        },
    )
}

/// Settings or ledger cannot be read; why is for the log alone.
pub fn unavailable() -> Answer {
    page(
        503,
        "Not available just now",
        &html! {
            h1 { "Not available just now" }
            p { "Nothing was changed. Please try again in a few minutes." }
        },
    )
}

/// Whoever has not signed in yet.
pub(super) fn sign_in(id: &str) -> Answer {
    let query: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let back = format!("/api/resource?id={query}");
    let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    page(
        401,
        "Sign in first",
        &html! {
            h1 { "Sign in first" }
            p { a href={ "/.auth/login/aad?post_login_redirect_uri=" (back) } { "Sign in with your work account" } ", and this page shows your resource." }
        },
    )
}

/// All about one resource. `state`: what it is now.
pub(super) fn resource(
    view: &View<'_>,
    (state, token): (&str, &str),
    offers: &[Offer],
    shown: &Shown,
) -> Answer {
    let body = html! {
        h1 { bdi { (view.name) } }
        p class="soft" { "Workspace " bdi { (view.workspace) } }
        (view.held())
        dl {
            dt { "Now" } dd { (state) }
            @if let Some(why) = &shown.why { dt { "Why" } dd { bdi { (why) } } }
            @if let Some((price, currency)) = &view.price { dt { "An hour costs" } dd { (format!("{price:.2} {currency}")) } }
        }
        @if !offers.is_empty() {
            h2 { "Keep it on" }
            (view.offers(token, offers))
            p class="soft" { "Nothing happens until you press one. It never stops anything, and ends by itself." }
        }
        h2 { "Its schedule" }
        @if shown.policy.is_empty() { p { "It has none." } }
        @for text in &shown.policy { p { bdi { (text) } } }
        @if !shown.week.is_empty() {
            h2 { "The week to come" }
            table {
                tbody { @for (at, what) in &shown.week { tr { th scope="row" { (at) } td { (what) } } } }
            }
        }
        @if !shown.month.is_empty() {
            h2 { "This month so far" }
            dl { @for (name, value) in &shown.month { dt { (name) } dd { (value) } } }
        }
        (view.start())
        footer { p { "As the last sweep left it. Months are of UTC." } }
    };
    page(200, view.name, &body)
}

/// What a page says of one resource and its stop.
pub(super) struct View<'a> {
    pub name: &'a str,
    pub workspace: &'a str,
    pub zone: Tz,
    pub stop_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub why: Option<&'static str>,
    /// What an hour costs.
    pub price: Option<(Decimal, String)>,
    /// Where its form goes.
    pub action: &'static str,
    pub held: Option<&'a PersonalHold>,
    /// A start by hand stands for so long.
    pub lease: String,
    /// Where more is told of it.
    pub more: Option<String>,
}

impl View<'_> {
    pub fn at(&self, at: DateTime<Utc>) -> String {
        wall::shown(at, self.zone)
    }

    fn heading(&self, words: &str) -> Markup {
        html! {
            h1 { bdi { (self.name) } " " (words) }
            p class="soft" { "Workspace " bdi { (self.workspace) } }
        }
    }

    /// What is asked for already.
    fn held(&self) -> Markup {
        html! {
            @if let Some(hold) = self.held {
                p class="held" { "It is kept on until " strong { (self.at(hold.until)) } " " (hold.door.words()) "." }
            }
        }
    }

    fn start(&self) -> Markup {
        html! {
            h2 { "To start it again" }
            p { "Start it at any time after the stop, in Azure Machine Learning studio under Compute. Outside its schedule, a start by hand stands for " (self.lease) "." }
        }
    }

    fn cost(&self) -> Markup {
        html! { @if let Some((price, currency)) = &self.price { p { "While it is on, it costs " (format!("{price:.2} {currency}")) " an hour." } } }
    }

    fn more(&self) -> Markup {
        html! { @if let Some(more) = &self.more { p { a href=(more) { "All about it: its schedule, and what it cost and saved" } } } }
    }

    /// The choices, and a form that changes nothing before one of them is pressed.
    fn offers(&self, token: &str, offers: &[Offer]) -> Markup {
        html! {
            @if offers.is_empty() {
                p { "It cannot be kept on for longer here. Your platform team limits that." }
            } @else {
                form method="post" action=(self.action) {
                    input type="hidden" name="t" value=(token);
                    @for offer in offers {
                        button type="submit" name="for" value=(offer.choice) {
                            strong { (offer.label) }
                            span { "on until " (self.at(offer.until)) }
                        }
                    }
                }
            }
        }
    }

    pub fn ahead(&self, token: &str, offers: &[Offer]) -> Answer {
        let words = match self.held {
            Some(_) => "is kept on",
            None if self.stop_at > self.now => "will be stopped",
            None => "is about to be stopped",
        };
        let body = html! {
            (self.heading(words))
            (self.held())
            @if self.held.is_none() {
                p { "It will be stopped at " strong { (self.at(self.stop_at)) } @if let Some(why) = self.why { ": " (why) } "." }
            }
            (self.cost())
            h2 { "Keep it on" }
            (self.offers(token, offers))
            p class="soft" { "Nothing happens until you press one. It never stops anything, and ends by itself." }
            (self.start())
            (self.more())
        };
        page(200, &format!("{} {words}", self.name), &body)
    }

    /// After a choice.
    pub fn kept(&self, until: DateTime<Utc>, longer: bool) -> Answer {
        let words = format!("is kept on until {}", self.at(until));
        let body = html! {
            (self.heading(&words))
            @if longer { p { "That was asked for before, and is longer than what you have just chosen." } }
            p { "After that its schedule and its other rules count again, and you are told before a stop as you were now." }
            (self.cost())
            p class="soft" { "You may close this page. Pressing again changes nothing." }
            (self.more())
        };
        page(200, &format!("{} {words}", self.name), &body)
    }

    /// Once it is off.
    pub fn stopped(&self) -> Answer {
        let body = html! {
            (self.heading("has been stopped"))
            p { "It was to be stopped at " (self.at(self.stop_at)) @if let Some(why) = self.why { ": " (why) } ". It cannot be kept on any more." }
            (self.start())
            (self.more())
        };
        page(200, &format!("{} has been stopped", self.name), &body)
    }

    /// While a stop of ours may be on its way.
    pub fn stopping(&self) -> Answer {
        let words = "may be stopping just now";
        let body = html! {
            (self.heading(words))
            p { "A stop may just have been sent; look again in a minute." }
            p { "What was chosen here counts if the stop has not been sent yet." }
            (self.held())
            (self.start())
            (self.more())
        };
        page(200, &format!("{} {words}", self.name), &body)
    }

    /// A tag is above what anybody asks for here.
    pub fn held_off(&self, until: DateTime<Utc>) -> Answer {
        let body = html! {
            (self.heading("is held off by its tag"))
            p { "Its tag holds it off until " strong { (self.at(until)) } ", which is above this page. Whoever may change its tags can end that." }
        };
        page(200, &format!("{} is held off", self.name), &body)
    }
}
