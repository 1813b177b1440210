//! What needs attention, and the days: each picture with its table.

use super::charts;
use super::data::{Need, Page};
use super::locale::Language;
use super::marks::{owner, resource};
use lamplighter_core::record::Cause;
use maud::{Markup, html};
use rust_decimal::Decimal;

/// So many lines of what needs attention stand open; the others fold, so that the week is not far below.
const UNFOLDED: usize = 12;

pub fn needs(page: &Page, language: &Language) -> Markup {
    let (first, others) = page.needs.split_at(page.needs.len().min(UNFOLDED));
    html! {
        section aria-labelledby="needs" {
            h2 id="needs" { "Needs attention" }
            @if page.needs.is_empty() { p { "Nothing: every tag can be read, every action succeeded, every price is known." } }
            @else {
                @let caption = html! { (language.count(page.needs_count)) " in all" @if page.needs.len() < page.needs_count { ", the first " (language.count(page.needs.len())) " here; all of them: " code { "lamplighter report" } } };
                (needs_table(first, &caption))
                @if !others.is_empty() {
                    details {
                        summary { (language.count(others.len())) " more" }
                        (needs_table(others, &html! { "The others" }))
                    }
                }
            }
        }
    }
}

fn needs_table(needs: &[Need], caption: &Markup) -> Markup {
    html! {
        table class="stack" {
            caption { (caption) }
            thead { tr { th scope="col" { "Resource" } th scope="col" { "What" } th scope="col" { "Owner" } th scope="col" { "Details" } } }
            tbody {
                @for need in needs {
                    tr {
                        th scope="row" { @match &need.resource { Some(name) => (resource(name)), None => "–" } }
                        td { (need.what) }
                        td data-label="Owner" { @match &need.resource { Some(name) => (owner(name)), None => "–" } }
                        td class="text" { pre dir="auto" { (need.text) } }
                    }
                }
            }
        }
    }
}

pub fn days(page: &Page, language: &Language) -> Markup {
    let in_hours = page.currency.is_none();
    let unit = page.currency.as_deref().unwrap_or("hours");
    let shown = |cause: &Cause| page.causes.contains_key(cause);
    let causes: Vec<Cause> = Cause::ALL.into_iter().filter(shown).collect();
    // What unused starts cost is money; hours saved are not fewer for it.
    let unused = !in_hours && page.total.unused_seconds > 0;
    let number = |value: Decimal| language.number(value, 2);
    html! {
        section aria-labelledby="days" {
            h2 id="days" { "Saved each day by cause" }
            @if causes.is_empty() { p { "Nothing yet in this period." } }
            @else {
                ul class="legend" {
                    @for cause in &causes { li { svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true" { rect class=(cause) width="14" height="12" {} } (cause) } }
                    @if unused { li { svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true" { rect class="unused" width="14" height="12" {} } "unused starts, taken off" } }
                }
                div class="chart" { (charts::days(&page.days, in_hours, unit, language)) }
                details {
                    summary { "The same as a table" }
                    div {
                        table class="stack" {
                            caption { "In " (unit) ", UTC days; together they are what was saved" }
                            thead { tr { th scope="col" { "Day" } @for cause in &causes { th scope="col" class="n" { (cause) } } @if unused { th scope="col" class="n" { "Unused starts" } } th scope="col" class="n" { "All" } } }
                            tbody {
                                @for (day, of_day) in &page.days {
                                    tr { th scope="row" class="t" { (language.day(*day)) } @for cause in &causes { td class="n" data-label=(cause) { (number(charts::saved(of_day, *cause, in_hours))) } } @if unused { td class="n" data-label="Unused starts" { (number(Decimal::ZERO - charts::unused(of_day))) } } td class="n" data-label="All" { (number(charts::net(of_day, in_hours))) } }
                                }
                            }
                            tfoot {
                                tr { th scope="row" { "All" } @for cause in &causes { td class="n" data-label=(cause) { (number(charts::saved(&page.causes, *cause, in_hours))) } } @if unused { td class="n" data-label="Unused starts" { (number(Decimal::ZERO - charts::unused(&page.causes))) } } td class="n" data-label="All" { (number(charts::net(&page.causes, in_hours))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
