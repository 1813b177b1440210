//! The figures at a glance, each with what it means.

use super::data::Page;
use super::locale::Language;
use lamplighter_core::savings::{Amount, Figures, Spent};
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

/// A part of what always-on would cost, in per cent.
pub fn of_always_on(part: Amount, spent: &Spent, language: &Language) -> String {
    let all = spent.always_on.value();
    let share = part
        .value()
        .checked_div(all)
        .filter(|_| all > Decimal::ZERO);
    match share {
        Some(share) => format!(
            "{}\u{a0}%",
            language.number(share * Decimal::ONE_HUNDRED, 0)
        ),
        None => "–".into(),
    }
}

pub fn cards(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    html! {
        section aria-labelledby="glance" {
            h2 id="glance" { "At a glance" }
            ul class="cards" {
                (spent(page, language))
                (saved(page, language))
                (could_be_saved(page, language))
                (before(page, language))
                li {
                    h3 { "Resources now" }
                    strong { (language.count(page.running_count)) " running" }
                    p { (language.count(page.off_by_lamplighter_count)) " off by Lamplighter" }
                    p class="soft" {
                        "as of the last sweep"
                        @if let Some(last) = page.last_sweep { ", " (language.time(last)) " " (language.zone()) }
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

fn spent(page: &Page, language: &Language) -> Markup {
    let money = |amount: Amount| language.money(amount.value(), page.currency.as_deref());
    let spent = &page.spent;
    html! {
        li {
            h3 { "Spent" }
            strong id="spent" { (money(spent.spent)) }
            p { (of_always_on(spent.spent, spent, language)) " of what always-on would cost, " span id="always-on" { (money(spent.always_on)) } }
            p class="soft" {
                (language.hours(spent.on_seconds)) " on, at list price"
                @if spent.on_unpriced_seconds > 0 { "; " (language.hours(spent.on_unpriced_seconds)) " of them without a known price, and in neither" }
                ". Always-on: each resource on since sweeps, or Azure's date of its state then, first tell of it"
            }
        }
    }
}

fn saved(page: &Page, language: &Language) -> Markup {
    let money = |amount: Amount| language.money(amount.value(), page.currency.as_deref());
    html! {
        li {
            h3 { "Saved" }
            strong id="saved" { (money(page.total.saved)) }
            p { (of_always_on(page.total.saved, &page.spent, language)) " of always-on; upper bound " span id="upper-bound" { (money(page.total.upper_bound)) } }
            p class="soft" { (language.hours(page.total.saved_seconds)) " off because of Lamplighter, up to when it would have been off anyway, less unused starts; " (language.count(page.stops)) " stops, " (language.count(page.starts)) " starts" }
        }
    }
}

fn could_be_saved(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    let could = &page.could_be_saved;
    html! {
        li {
            h3 { "Could be saved" }
            strong { "up to " span id="could-be-saved" { (language.money(could.spent.value(), currency)) } }
            p { "what " (language.count(could.resources)) " resources that no tag governs cost while on, " (language.hours(could.on_seconds)) }
            p class="soft" {
                "at most: how much of it was needed, nobody knows"
                @if could.on_unpriced_seconds > 0 { "; " (language.hours(could.on_unpriced_seconds)) " without a known price" }
                @if let Some(all) = &page.recommended && all.tags_count > all.unpriced {
                    ". " a href="#recommended" { "Tags" } " would save about " (language.money(all.month, Some(&all.currency))) " a month"
                    @if all.unpriced > 0 { ", without " (language.count(all.unpriced)) " whose price is not known" }
                }
                @if could.inventory > 0 { ". And " (language.money(could.inventory_a_month, currency)) " a month of " a href="#ungoverned" { (language.count(could.inventory)) " more" } }
            }
        }
    }
}

fn before(page: &Page, language: &Language) -> Markup {
    let money = |figures: &Figures| language.money(figures.saved.value(), page.currency.as_deref());
    let before = &page.before;
    let same = before.same_part.saved.value();
    let against = change(page.total.saved.value(), same, language);
    html! {
        li {
            h3 { "Saved in the period before" }
            @if before.recorded {
                strong { (money(&before.same_part)) }
                p { "its same part" @if let Some(against) = against { "; now " (against) } }
                p class="soft" { "all of it, " (language.date(before.from)) " to " (language.date(before.to)) ": " (money(&before.whole)) }
            } @else {
                strong { "–" }
                p class="soft" { "nothing recorded from " (language.date(before.from)) " to " (language.date(before.to)) }
            }
        }
    }
}

/// What is no cash, or not saved: named, and never added.
fn apart(total: &Figures, language: &Language, currency: Option<&str>) -> Markup {
    let hours = |seconds| language.hours(seconds);
    let money = |amount: Amount| language.money(amount.value(), currency);
    html! {
        @if total.unused_seconds > 0 { p { "Started before anyone came: " (hours(total.unused_seconds)) ", " (money(total.unused)) "; taken off what was saved." } }
        @if total.started_again_seconds > 0 { p { "Started again after a stop, and left on: " (hours(total.started_again_seconds)) ", " (money(total.started_again)) "; a cost, in neither of the two figures." } }
        @if total.unwatched_seconds > 0 { p { "No sweep is known to have run: " (hours(total.unwatched_seconds)) ", " (money(total.unwatched)) "; in neither figure." } }
        @if total.saved.is_below_zero() { p { "Saved below zero: starts before anyone came cost more than the stops of the period saved." } }
        @if total.unpriced_seconds > 0 { p { "Without a known price: " (hours(total.unpriced_seconds)) ", counted as hours only." } }
        @if total.freed_seconds > 0 { p { "Under reservations: " (hours(total.freed_seconds)) " freed for others, no cash saved." } }
        @if total.plan_seconds > 0 { p { "Under savings plans: " (hours(total.plan_seconds)) ", " (money(total.plan_list_price)) " at list price; the effect on the cash is unknown and not counted." } }
        @if total.projected_seconds > 0 { p { "Dry runs would have saved " (hours(total.projected_seconds)) ", " (money(total.projected)) "; not counted above." } }
    }
}
