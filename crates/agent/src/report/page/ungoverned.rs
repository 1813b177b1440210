//! What nothing governs, on the page.

use super::locale::Language;
use super::marks::{owner, resource};
use super::name::ResourceName;
use crate::report::ungoverned::{Ungoverned, UngovernedItem};
use maud::{Markup, html};

/// `count`: how many there are, of which the first may be here.
pub fn section(all: &Ungoverned, count: usize, language: &Language) -> Markup {
    let currency = all.currency.as_deref();
    html! {
        section aria-labelledby="ungoverned" {
            h2 id="ungoverned" { "Not governed, and what it costs" }
            p class="soft" {
                @match all.at { Some(at) => { "As of " (language.time(at)) " " (language.zone()) }, None => "Never read yet" }
                ": about " (language.money(all.costs_a_month, currency)) " a month at list price, an estimate"
                @if all.unpriced > 0 { ", without " (language.count(all.unpriced)) " whose price is not known" }
                ". None of it is saved."
            }
            @if let Some(failed) = &all.failed { p class="warn" { "The reading of " (language.time(failed.at)) " " (language.zone()) " came to nothing: " (failed.why) } }
            @for one in &all.not_allowed { p class="warn" { "Not allowed to look at " (one.what) ": " code { (one.right) } " is missing on " (one.on) } }
            @if all.items.is_empty() { p { "Nothing was found." } }
            @else {
                table class="stack" {
                    caption { "The most expensive first" @if all.items.len() < count { "; " (language.count(all.items.len())) " of " (language.count(count)) } }
                    thead { tr { th scope="col" { "Resource" } th scope="col" { "Kind" } th scope="col" { "Owner" } th scope="col" class="n" { "A month" } th scope="col" { "Nothing to do since" } th scope="col" { "What, and what to do" } } }
                    tbody { @for item in &all.items { (row(item, language, currency)) } }
                }
            }
        }
    }
}

fn row(item: &UngovernedItem, language: &Language, currency: Option<&str>) -> Markup {
    let name = ResourceName::from(&item.resource);
    html! {
        tr {
            th scope="row" { (resource(&name)) }
            td data-label="Kind" { (item.resource.kind) }
            td data-label="Owner" { (owner(&name)) }
            td class="n" data-label="A month" { @match item.costs_a_month { Some(cost) => (language.money(cost, currency)), None => "unknown" } }
            td class="t" data-label="Nothing to do since" {
                @match item.since { Some(since) => (language.time(since)), None => "–" }
                @if let Some(cost) = item.costs_since { " (" (language.money(cost, currency)) " since)" }
            }
            td class="text" dir="auto" {
                (item.text)
                @if !item.remedy.is_empty() { div class="soft" { (item.remedy) } }
            }
        }
    }
}
