//! The parts of the page that are a table, each a landmark with a heading.

use super::charts;
use super::data::{DecisionRow, Page};
use super::locale::Language;
use super::marks::{isolated, owner, resource};
use super::recorded_zones;
use lamplighter_core::record::{ChangedBy, Observation};
use lamplighter_core::savings::Figures;
use maud::{Markup, html};
use rust_decimal::Decimal;

pub fn causes(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    html! {
        section aria-labelledby="causes" {
            h2 id="causes" { "Causes" }
            table class="stack" {
                caption { "Saved and upper bound of the period, by the rule that stopped the resource" }
                thead { tr { th scope="col" { "Cause" } th scope="col" class="n" { "Intervals" } th scope="col" class="n" { "Hours off" } th scope="col" class="n" { "Saved" } th scope="col" class="n" { "Upper bound" } } }
                tbody {
                    @for (cause, figures) in &page.causes { (figures_row(&html! { (cause) }, figures, language, currency)) }
                    (figures_row(&html! { "All" }, &page.total, language, currency))
                }
            }
        }
    }
}

fn figures_row(
    name: &Markup,
    figures: &Figures,
    language: &Language,
    currency: Option<&str>,
) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td class="n" data-label="Intervals" { (language.number(Decimal::from(figures.intervals), 0)) }
            td class="n" data-label="Hours off" { (language.hours(figures.saved_seconds)) }
            td class="n" data-label="Saved" { (language.money(figures.saved.value(), currency)) }
            td class="n" data-label="Upper bound" { (language.money(figures.upper_bound.value(), currency)) }
        }
    }
}

pub fn running(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="running" {
            h2 id="running" { "Running now, and why" }
            @if page.running.is_empty() { p { "No resource is running." } }
            @else {
                (recorded_zones::note(page.running.iter().map(|one| (one.why.as_str(), one.zone.as_deref())), language))
                table class="stack" {
                    caption { "Longest first" @if page.running.len() < page.running_count { "; " (language.count(page.running.len())) " of " (language.count(page.running_count)) } }
                    thead { tr { th scope="col" { "Resource" } th scope="col" { "Owner" } th scope="col" { "Since" } th scope="col" { "Started by" } th scope="col" { "Why" } } }
                    tbody {
                        @for one in &page.running {
                            tr {
                                th scope="row" { (resource(&one.resource)) }
                                td data-label="Owner" { (owner(&one.resource)) }
                                td class="t" data-label="Since" { (language.time(one.observation.since)) }
                                td data-label="Started by" { (by(&one.observation)) @if one.observation.job { ", in a job" } }
                                td class="text" dir="auto" { (one.why) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn by(observation: &Observation) -> &'static str {
    match observation.whose() {
        ChangedBy::Lamplighter => "Lamplighter",
        ChangedBy::Azure => "Azure",
        ChangedBy::Person => "a person",
        ChangedBy::Unknown => observation.by.map_or("unknown", |_| "others"),
    }
}

pub fn tops(page: &Page, language: &Language) -> Markup {
    let owners = page
        .owners
        .iter()
        .map(|(name, figures)| (isolated(name), figures));
    let resources = page
        .resources
        .iter()
        .map(|(name, figures)| (resource(name), figures));
    html! {
        section aria-labelledby="tops" {
            h2 id="tops" { "Most saved" }
            (top("Owners", &owners.collect::<Vec<_>>(), page, language))
            (top("Resources", &resources.collect::<Vec<_>>(), page, language))
        }
    }
}

fn top(title: &str, rows: &[(Markup, &Figures)], page: &Page, language: &Language) -> Markup {
    let most = rows
        .first()
        .map_or(Decimal::ZERO, |(_, figures)| figures.saved.value());
    html! {
        table class="stack" {
            caption { (title) ", the first " (rows.len()) }
            thead { tr { th scope="col" { (title) } th scope="col" class="n" { "Hours off" } th scope="col" class="n" { "Saved" } th scope="col" class="n" { "Upper bound" } th scope="col" { "Share of the first" } } }
            tbody {
                @for (name, figures) in rows {
                    tr {
                        th scope="row" { (name) }
                        td class="n" data-label="Hours off" { (language.hours(figures.saved_seconds)) }
                        td class="n" data-label="Saved" { (language.money(figures.saved.value(), page.currency.as_deref())) }
                        td class="n" data-label="Upper bound" { (language.money(figures.upper_bound.value(), page.currency.as_deref())) }
                        td class="bar" { (charts::bar(figures.saved.value(), most)) }
                    }
                }
            }
        }
    }
}

/// Decisions of a day that is unfolded at first.
const UNFOLDED: usize = 40;
/// Decisions on paper: the latest. Hundreds of pages are read by nobody, and a screen has a filter.
const ON_PAPER: usize = 40;

pub fn decisions(page: &Page, language: &Language) -> Markup {
    let all = &page.decisions;
    let same_day =
        |a: &DecisionRow, b: &DecisionRow| language.local_day(a.at) == language.local_day(b.at);
    let mut before = 0;
    html! {
        section aria-labelledby="decisions-title" {
            h2 id="decisions-title" { "Decisions of the week" }
            p class="soft" { "Written when a decision changes; the latest first" @if all.len() < page.decisions_count { ". " (language.count(all.len())) " of " (language.count(page.decisions_count)) } }
            (recorded_zones::note(all.iter().map(|one| (one.text.as_str(), one.zone.as_deref())), language))
            @if all.len() > ON_PAPER { p class="soft on-paper" { "On paper the latest " (language.count(ON_PAPER)) " of " (language.count(all.len())) "; the others: on the screen, or " code { "lamplighter report --page-json" } "." } }
            div class="filter" hidden { label for="filter" { "Only rows with these words " } input id="filter" type="search" autocomplete="off"; " " span id="shown" role="status" {} }
            div id="decisions" {
                @for of_day in all.chunk_by(same_day) {
                    (decisions_of_a_day(of_day, before, language))
                    ({ before += of_day.len(); "" })
                }
            }
        }
    }
}

/// `before`: how many decisions stand above these.
fn decisions_of_a_day(of_day: &[DecisionRow], before: usize, language: &Language) -> Markup {
    let day = of_day.first();
    let day = day.map(|decision| language.whole_day(language.local_day(decision.at)));
    let day = day.unwrap_or_default();
    let later = |index: usize| (before + index >= ON_PAPER).then_some("not-on-paper");
    html! {
        details class=[later(0)] open[before == 0 && of_day.len() <= UNFOLDED] {
            summary { (day) ": " (language.count(of_day.len())) @if of_day.len() == 1 { " decision" } @else { " decisions" } }
            table class="stack" {
                caption { "Decisions of " (day) ", " (language.zone()) }
                thead { tr { th scope="col" { "When" } th scope="col" { "Resource" } th scope="col" { "Decision" } th scope="col" { "Why" } } }
                tbody {
                    @for (index, decision) in of_day.iter().enumerate() {
                        tr class=[later(index)] {
                            td class="t" { (language.time(decision.at)) }
                            th scope="row" { (resource(&decision.resource)) }
                            td class="t" { (decision.action) @if decision.dry_run { " (dry run)" } " · " (decision.reason) }
                            td class="text" dir="auto" { (decision.text) }
                        }
                    }
                }
            }
        }
    }
}
