//! The parts of the page that are more than a table: each a landmark with a heading, and each picture with its table.

use super::charts;
use super::data::Page;
use super::locale::Language;
use super::marks::{owner, resource};
use super::week::{Condition, ResourceWeek};
use lamplighter_core::record::Cause;
use lamplighter_core::savings::{Amount, Figures};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// The change against an earlier sum, in per cent, where there was one.
fn change(now: Decimal, before: Decimal, language: &Language) -> Option<String> {
    if before <= Decimal::ZERO {
        return None;
    }
    let change = (now - before) / before * Decimal::ONE_HUNDRED;
    let sign = if change > Decimal::ZERO { "+" } else { "" };
    Some(format!("{sign}{}\u{a0}%", language.number(change, 0)))
}

pub fn cards(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    let money = |figures: &Figures| language.money(figures.saved.value(), currency);
    let before = &page.before;
    let against = change(
        page.total.saved.value(),
        before.same_part.saved.value(),
        language,
    );
    html! {
        section aria-labelledby="glance" {
            h2 id="glance" { "At a glance" }
            ul class="cards" {
                li {
                    h3 { "Saved" }
                    strong id="saved" { (money(&page.total)) }
                    p { "upper bound " span id="upper-bound" { (language.money(page.total.upper_bound.value(), currency)) } }
                    p class="soft" { (language.hours(page.total.saved_seconds)) " off, " (language.count(page.stops)) " stops, " (language.count(page.starts)) " starts" }
                }
                li {
                    h3 { "The period before" }
                    @if before.recorded {
                        strong { (money(&before.same_part)) }
                        p { "its same part" @if let Some(against) = against { "; now " (against) } }
                        p class="soft" { "all of it, " (language.date(before.from)) " to " (language.date(before.to)) ": " (money(&before.whole)) }
                    } @else {
                        strong { "–" }
                        p class="soft" { "nothing recorded from " (language.date(before.from)) " to " (language.date(before.to)) }
                    }
                }
                li {
                    h3 { "Resources now" }
                    strong { (language.count(page.running_count)) " running" }
                    p { (language.count(page.off_by_lamplighter_count)) " off by Lamplighter" }
                    p class="soft" {
                        "as of the last sweep"
                        @if let Some(last) = page.last_sweep { ", " (language.time(last)) " UTC" }
                    }
                }
                li {
                    h3 { "Needs attention" }
                    strong class=[(page.needs_count > 0).then_some("warn")] { (language.count(page.needs_count)) }
                    p { @if page.needs_count > 0 { a href="#needs" { "what, and whom" } } @else { "nothing" } }
                }
            }
            (apart(&page.total, language, currency))
        }
    }
}

/// What is no cash, or not saved: named, and never added.
fn apart(total: &Figures, language: &Language, currency: Option<&str>) -> Markup {
    let hours = |seconds| language.hours(seconds);
    let money = |amount: Amount| language.money(amount.value(), currency);
    html! {
        @if total.unused_seconds > 0 { p { "Started before anyone came: " (hours(total.unused_seconds)) ", " (money(total.unused)) "; taken off what was saved." } }
        @if total.unwatched_seconds > 0 { p { "No sweep is known to have run: " (hours(total.unwatched_seconds)) ", " (money(total.unwatched)) "; in neither figure." } }
        @if total.saved.is_below_zero() { p { "Saved below zero: starts before anyone came cost more than the stops of the period saved." } }
        @if total.unpriced_seconds > 0 { p { "Without a known price: " (hours(total.unpriced_seconds)) ", counted as hours only." } }
        @if total.freed_seconds > 0 { p { "Under reservations: " (hours(total.freed_seconds)) " freed for others, no cash saved." } }
        @if total.plan_seconds > 0 { p { "Under savings plans: " (hours(total.plan_seconds)) ", " (money(total.plan_list_price)) " at list price; the effect on the cash is unknown and not counted." } }
        @if total.projected_seconds > 0 { p { "Dry runs would have saved " (hours(total.projected_seconds)) ", " (money(total.projected)) "; not counted above." } }
    }
}

pub fn needs(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="needs" {
            h2 id="needs" { "Needs attention" }
            @if page.needs.is_empty() { p { "Nothing: every tag can be read, every action succeeded, every price is known." } }
            @else {
                table class="stack" {
                    caption { (language.count(page.needs_count)) " in all" @if page.needs.len() < page.needs_count { ", the first " (language.count(page.needs.len())) " here; all of them: " code { "lamplighter report" } } }
                    thead { tr { th scope="col" { "Resource" } th scope="col" { "What" } th scope="col" { "Owner" } th scope="col" { "Details" } } }
                    tbody {
                        @for need in &page.needs {
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

pub fn week(page: &Page, language: &Language) -> Markup {
    let week = &page.week;
    let days = week.from.date_naive().iter_days().take(7);
    let hours = |of: &ResourceWeek, conditions: &[Condition]| {
        let seconds = conditions.iter().filter_map(|one| of.seconds.get(one));
        language.hours(seconds.sum())
    };
    html! {
        section aria-labelledby="week" {
            h2 id="week" { "The week of every resource" }
            ul class="legend" {
                @for condition in Condition::ALL { li { (charts::sample(condition)) (condition.words()) } }
                li { svg width="10" height="16" viewBox="0 2 10 16" aria-hidden="true" { line class="edge" x1="2" x2="2" y1="2" y2="10" {} line class="edge" x1="8" x2="8" y1="10" y2="18" {} } "its schedule starts it (above), stops it (below)" }
            }
            table class="week-table" {
                caption { "UTC days; nothing is drawn where nothing is known" @if week.resources.len() < week.count { ". " (language.count(week.resources.len())) " of " (language.count(week.count)) " resources" } }
                thead { tr {
                    th scope="col" { "Resource" }
                    th scope="col" class="week" { div class="week-days" { @for day in days { span { (day.format("%a")) " " span { (language.day(day)) } } } } }
                    th scope="col" class="n" { "On" } th scope="col" class="n" { "Off by Lamplighter" } th scope="col" class="n" { "Off by others" }
                } }
                tbody {
                    @for of in &week.resources {
                        tr {
                            th scope="row" { (resource(&of.resource)) }
                            td class="week" { (charts::line(week, of, language)) }
                            td class="n" data-label="On" { (hours(of, &[Condition::On, Condition::Job, Condition::Held])) }
                            td class="n" data-label="Off by Lamplighter" { (hours(of, &[Condition::OffByLamplighter])) }
                            td class="n" data-label="Off by others" { (hours(of, &[Condition::OffByOthers])) }
                        }
                    }
                }
            }
        }
    }
}
