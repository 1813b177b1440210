//! The page as one HTML file: no network, no script needed to read it, everything from outside escaped.

use super::chosen::Links;
use super::data::Page;
use super::locale::Language;
use super::{cards, origin, recommended, sections, tables, ungoverned, weeks, year};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lamplighter_core::kinds::instance::prices::STOPPED_COSTS_A_DAY;
use lamplighter_core::text::visible;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");
/// The filter of the decisions, without which the whole list is there; and the reader's key in links to other periods.
const SCRIPT: &str = include_str!("filter.js");

/// The page with what belongs to it.
#[derive(Clone, Debug)]
pub struct Html {
    pub html: String,
    /// For the `Content-Security-Policy` header; the page has the same in its head.
    pub policy: String,
}

/// Nothing but this very style and script may work on the page, and nothing may be fetched.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Writes a page for a reader of some language. `links`: where there are pages beside it.
pub fn html(page: &Page, language: &Language, links: Option<&Links>) -> Html {
    let policy = policy();
    let html = document(page, language, links, &policy).into_string();
    let html = visible(&html).into_owned();
    Html { html, policy }
}

fn document(page: &Page, language: &Language, links: Option<&Links>, policy: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "Lamplighter: what was saved, " (language.date(page.from)) " to " (language.date(page.to)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#main" { "Skip to the report" }
                header {
                    h1 { "Lamplighter" }
                    span class="soft" {
                        (language.date(page.from)) " to " (language.date(page.to)) " " (page.to.format("%H:%M")) " UTC"
                        @if let Some(currency) = &page.currency { ", money in " (currency) }
                    }
                    nav aria-label="Parts of the report" {
                        a href="#needs" { "Needs attention" }
                        a href="#week" { "Week" }
                        a href="#months" { "Months" }
                        a href="#days" { "Days" }
                        a href="#origin" { "Where from" }
                        a href="#decisions" { "Decisions" }
                    }
                    @if let Some(links) = links { (beside(links)) }
                }
                main id="main" {
                    @if let Some(stale) = &page.stale { p id="stale" class="warn" role="alert" { strong { (stale) } } }
                    (cards::cards(page, language))
                    (sections::needs(page, language))
                    (weeks::week(page, language))
                    (year::months(page, language))
                    (sections::days(page, language))
                    (year::unusual(page, language))
                    (tables::causes(page, language))
                    (origin::origin(page, language))
                    (tables::tops(page, language))
                    @if let Some(all) = &page.recommended { (recommended::section(all, language)) }
                    @if let Some(all) = &page.ungoverned { (ungoverned::section(all, page.ungoverned_count, language)) }
                    (tables::running(page, language))
                    (tables::decisions(page, language))
                }
                footer {
                    p { "Saved: time off because of Lamplighter, up to when the resource would have been off anyway, less unused starts. "
                        "Upper bound: all time off because of Lamplighter, against a resource left on. "
                        "A stopped instance still costs about " (STOPPED_COSTS_A_DAY) " USD a day (disk, load balancer, address), which is not counted as saved." }
                    @for parked in &page.while_parked { p { (parked) "; that is not counted as saved." } }
                    p { "Made " (language.time(page.generated_at)) " " (language.zone()) " from the ledger alone. Times of day are of the zone " (language.zone()) ", figures of UTC days. "
                        "Time zones of tags: IANA " (page.time_zones) ". "
                        "Every figure with its evidence: " code { "lamplighter report --csv" } "." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Addresses that begin with a question mark are of the page itself, and hold no key: the script adds that of the reader's
/// own address as a link is followed, and writes it nowhere into the page, which may be saved and passed on.
fn beside(links: &Links) -> Markup {
    html! {
        nav id="beside" aria-label="Other periods" {
            a rel="prev" href=(links.previous) { "← before" }
            @if let Some(next) = &links.next { a rel="next" href=(next) { "after →" } }
            a href=(links.latest) { "this month" }
            @for (zone, link) in &links.zones { a href=(link) { "times of " (zone) } }
        }
    }
}
