//! What tags would save, and what else costs money, on the page.

use super::could::{Finding, Recommended};
use super::locale::Language;
use super::marks::{isolated, owner, resource};
use super::name::ResourceName;
use crate::recommend::RecommendedTag;
use maud::{Markup, html};

pub fn section(all: &Recommended, language: &Language) -> Markup {
    let currency = Some(all.currency.as_str());
    html! {
        section aria-labelledby="recommended" {
            h2 id="recommended" { "What tags would save" }
            p class="soft" {
                "Of " (language.date(all.from)) " to " (language.date(all.to)) ", played again with other tags by the rules that sweeps follow; "
                "worked out once a day from the ledger, at list price. Schedules are of the zone " (all.zone) "."
            }
            @if all.tags.is_empty() { p { "No tag is named." } }
            @else {
                p {
                    @if all.unpriced < all.tags_count {
                        "Together about " strong id="recommended-month" { (language.money(all.month, currency)) } " a month"
                        @if all.unpriced > 0 { ", without " (language.count(all.unpriced)) " whose price is not known" }
                        "."
                    } @else { "Their prices are not known yet: hours, and no money." }
                }
                table class="stack" {
                    caption { "The most money first" @if all.tags.len() < all.tags_count { "; " (language.count(all.tags.len())) " of " (language.count(all.tags_count)) ", all of them: " code { "lamplighter recommend" } } }
                    thead { tr { th scope="col" { "Resource, owner" } th scope="col" { "Tags" } th scope="col" class="n" { "Cost in these weeks" } th scope="col" class="n" { "Saves a month" } th scope="col" class="n" { "Stops in use" } th scope="col" class="n" { "Starts by hand" } } }
                    tbody { @for one in &all.tags { (tag(one, language, currency)) } }
                }
            }
            @if all.not_enough_seen > 0 {
                p class="soft" { "Too little was seen of " (language.count(all.not_enough_seen)) " more that were on without a tag: " code { "lamp-idle = 1h" } " with " code { "lamp-mode = dry-run" } ", or the setting " code { "WATCH_USE" } ", has sweeps look for work, and a beacon shows all of it." }
            }
            @if all.tags_left_out > 0 {
                p class="soft" { (language.count(all.tags_left_out)) " more tags, of all owners, are worth less than these, and in no sum: " code { "lamplighter recommend" } " has them." }
            }
            @if all.not_reached > 0 {
                p class="warn" { "Of all resources, whoever owns them, " (language.count(all.not_reached)) " were not looked at in the time that a sweep has for it: " code { "lamplighter recommend" } " looks at all." }
            }
            @if !all.findings.is_empty() { (findings(all, language)) }
        }
    }
}

fn tag(one: &RecommendedTag, language: &Language, currency: Option<&str>) -> Markup {
    let name = ResourceName::from(&one.resource);
    html! {
        tr {
            th scope="row" { (resource(&name)) div class="soft" { (owner(&name)) } }
            td class="text" {
                @for tag in &one.tags { div { code { (isolated(tag)) } } }
                @if !one.governed_by.is_empty() { div class="soft" { "now: " (isolated(&one.governed_by.join("; "))) } }
            }
            td class="n" data-label="Cost in these weeks" { @match one.cost { Some(cost) => (language.money(cost, currency)), None => "unknown" } }
            td class="n" data-label="Saves a month" {
                @match one.month {
                    Some(month) => { (language.money(month.amount, currency)) div class="soft" { (language.money(month.least, currency)) " to " (language.money(month.most, currency)) } }
                    None => (language.hours(one.month_seconds)),
                }
            }
            td class="n" data-label="Stops in use" { (language.count(one.stops_in_use as usize)) }
            td class="n" data-label="Starts by hand" { (language.count(one.starts_by_hand as usize)) }
        }
    }
}

fn findings(all: &Recommended, language: &Language) -> Markup {
    html! {
        table class="stack" {
            caption { "What else costs money" @if all.findings.len() < all.findings_count { "; " (language.count(all.findings.len())) " of " (language.count(all.findings_count)) ", all of them: " code { "lamplighter recommend --all" } } }
            thead { tr { th scope="col" { "Resource" } th scope="col" { "What" } th scope="col" class="n" { "A month" } } }
            tbody {
                @for one in &all.findings {
                    tr {
                        th scope="row" { (names(one, language)) }
                        td class="text" { (one.text) }
                        td class="n" data-label="A month" { @match one.month { Some(month) => { (language.money(month, one.currency.as_deref())) @if one.count > 1 { " each" } } None => "not known" } }
                    }
                }
            }
        }
    }
}

fn names(one: &Finding, language: &Language) -> Markup {
    let more = one.count - one.resources.len();
    html! {
        @for (index, name) in one.resources.iter().enumerate() { @if index > 0 { ", " } (resource(name)) }
        @if more > 0 { " and " (language.count(more)) " more" }
    }
}
