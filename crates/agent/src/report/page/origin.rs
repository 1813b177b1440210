//! Where it comes from, as tables.

use super::cards::of_always_on;
use super::data::Page;
use super::groups::{Group, GroupRow};
use super::locale::Language;
use super::marks::isolated;
use lamplighter_core::savings::Amount;
use maud::{Markup, html};

/// On paper no more of each.
const ON_PAPER: usize = 10;

pub fn origin(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="origin" {
            h2 id="origin" { "Where it comes from" }
            p class="soft" { "Those with the most money first. Spent: time on at list price; its percentage is of what always-on would cost. What nothing governs is among them" }
            @for (index, group) in page.groups.iter().enumerate() { (by(group, index == 0, page.currency.as_deref(), language)) }
        }
    }
}

fn by(group: &Group, open: bool, currency: Option<&str>, language: &Language) -> Markup {
    let heading = group.by.heading();
    let word = heading.to_lowercase();
    html! {
        details open[open] {
            summary { "By " (word) ": " (language.count(group.count)) }
            table class="stack" {
                caption {
                    "By " (word)
                    @if group.rows.len() < group.count { "; " (language.count(group.rows.len())) " of " (language.count(group.count)) ", all of them: " code { "lamplighter report --by " (group.by) } }
                }
                thead { tr { th scope="col" { (heading) } th scope="col" class="n" { "Resources" } th scope="col" class="n" { "Spent" } th scope="col" class="n" { "Of always-on" } th scope="col" class="n" { "Saved" } th scope="col" class="n" { "Upper bound" } } }
                tbody { @for (index, row) in group.rows.iter().enumerate() { (line(row, index >= ON_PAPER, currency, language)) } }
            }
        }
    }
}

fn line(row: &GroupRow, not_on_paper: bool, currency: Option<&str>, language: &Language) -> Markup {
    let money = |amount: Amount| language.money(amount.value(), currency);
    html! {
        tr class=[not_on_paper.then_some("not-on-paper")] {
            th scope="row" { (isolated(&row.name)) }
            td class="n" data-label="Resources" { (language.count(row.resources)) }
            td class="n" data-label="Spent" { (money(row.spent.spent)) }
            td class="n" data-label="Of always-on" { (of_always_on(row.spent.spent, &row.spent, language)) }
            td class="n" data-label="Saved" { (money(row.saved)) }
            td class="n" data-label="Upper bound" { (money(row.upper_bound)) }
        }
    }
}
