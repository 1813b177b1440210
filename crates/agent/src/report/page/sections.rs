//! The parts of the page, each a landmark with a heading, and each picture with its table.

use super::locale::Language;
use super::week::Spell;
use super::{Name, Page, charts};
use lamplighter_core::decide::By;
use lamplighter_core::savings::{Cause, Figures};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// A name from outside: kept apart from the text around it, whatever its direction.
fn isolated(text: &str) -> Markup {
    html! { bdi { (text) } }
}

fn machine(name: &Name) -> Markup {
    html! { (isolated(&name.workspace)) "/" (isolated(&name.compute)) }
}

fn owner(name: &Name) -> Markup {
    html! { (isolated(name.owner.as_deref().unwrap_or("–"))) }
}

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
    let money = |figures: &Figures| language.money(figures.headline.value(), currency);
    let before = &page.before;
    let against = change(
        page.total.headline.value(),
        before.same_part.headline.value(),
        language,
    );
    html! {
        section aria-labelledby="glance" {
            h2 id="glance" { "At a glance" }
            ul class="cards" {
                li {
                    h3 { "Saved, headline" }
                    strong id="headline" { (money(&page.total)) }
                    p { "upper bound " span id="upper-bound" { (language.money(page.total.upper_bound.value(), currency)) } }
                    p class="soft" { (language.hours(page.total.headline_seconds)) " off, " (language.count(page.stops)) " stops, " (language.count(page.starts)) " starts" }
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
                    h3 { "Machines now" }
                    strong { (language.count(page.running_count)) " running" }
                    p { (language.count(page.off_by_us_count)) " off by Lamplighter" }
                    p class="soft" { "as the last sweep saw them" }
                }
                li {
                    h3 { "Needs somebody" }
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
    let money = |amount: lamplighter_core::savings::Amount| language.money(amount.value(), currency);
    html! {
        @if total.unused_seconds > 0 { p { "Starts before anyone came: " (hours(total.unused_seconds)) ", " (money(total.unused)) "; taken off the headline." } }
        @if total.unwatched_seconds > 0 { p { "No sweep is known to have looked: " (hours(total.unwatched_seconds)) "; in the upper bound only." } }
        @if total.unpriced_seconds > 0 { p { "Without a known price: " (hours(total.unpriced_seconds)) ", counted as hours only." } }
        @if total.freed_seconds > 0 { p { "Under reservations: " (hours(total.freed_seconds)) " freed for others, no cash saved." } }
        @if total.plan_seconds > 0 { p { "Under savings plans: " (hours(total.plan_seconds)) ", " (money(total.plan_list_price)) " at list price; the effect on the cash is unknown and not counted." } }
        @if total.projected_seconds > 0 { p { "Dry runs would have saved " (hours(total.projected_seconds)) ", " (money(total.projected)) "; not counted above." } }
    }
}

pub fn needs(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="needs" {
            h2 id="needs" { "Needs somebody" }
            @if page.needs.is_empty() { p { "Nothing: every tag reads, every act succeeded, every price is known." } }
            @else {
                table class="stack" {
                    caption { (language.count(page.needs_count)) " in all" @if page.needs.len() < page.needs_count { ", the first " (language.count(page.needs.len())) " here; all of them: " code { "lamplighter report" } } }
                    thead { tr { th scope="col" { "Machine" } th scope="col" { "What" } th scope="col" { "Owner" } th scope="col" { "In words" } } }
                    tbody {
                        @for need in &page.needs {
                            tr {
                                th scope="row" { @match &need.name { Some(name) => (machine(name)), None => "–" } }
                                td { (need.what) }
                                td data-label="Owner" { @match &need.name { Some(name) => (owner(name)), None => "–" } }
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
    html! {
        section aria-labelledby="days" {
            h2 id="days" { "Saved each day by cause" }
            @if causes.is_empty() { p { "Nothing yet in this period." } }
            @else {
                ul class="legend" {
                    @for cause in &causes { li { svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true" { rect class=(cause) width="14" height="12" {} } (cause) } }
                }
                div class="scroll chart" role="region" aria-label="Picture: saved each day" tabindex="0" { (charts::days(&page.days, in_hours, unit, language)) }
                details {
                    summary { "The same as a table" }
                    div class="scroll" role="region" aria-label="Table: saved each day" tabindex="0" {
                        table {
                            caption { "In " (unit) ", UTC days, before unused starts are taken off" }
                            thead { tr { th scope="col" { "Day" } @for cause in &causes { th scope="col" class="n" { (cause) } } } }
                            tbody {
                                @for (day, of_day) in &page.days {
                                    tr { th scope="row" class="t" { (language.day(*day)) } @for cause in &causes { td class="n" { (language.number(charts::saved(of_day, *cause, in_hours), 2)) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn causes(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    html! {
        section aria-labelledby="causes" {
            h2 id="causes" { "Causes" }
            table class="stack" {
                caption { "Headline and upper bound of the period, by the rule that stopped the machine" }
                thead { tr { th scope="col" { "Cause" } th scope="col" class="n" { "Intervals" } th scope="col" class="n" { "Hours off" } th scope="col" class="n" { "Headline" } th scope="col" class="n" { "Upper bound" } } }
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
            td class="n" data-label="Hours off" { (language.hours(figures.headline_seconds)) }
            td class="n" data-label="Headline" { (language.money(figures.headline.value(), currency)) }
            td class="n" data-label="Upper bound" { (language.money(figures.upper_bound.value(), currency)) }
        }
    }
}

pub fn running(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="running" {
            h2 id="running" { "Running now, and why" }
            @if page.running.is_empty() { p { "No machine runs." } }
            @else {
                table class="stack" {
                    caption { "Longest first" @if page.running.len() < page.running_count { "; " (language.count(page.running.len())) " of " (language.count(page.running_count)) } }
                    thead { tr { th scope="col" { "Machine" } th scope="col" { "Owner" } th scope="col" { "Since" } th scope="col" { "Started by" } th scope="col" { "Why" } } }
                    tbody {
                        @for standing in &page.running {
                            tr {
                                th scope="row" { (machine(&standing.name)) }
                                td data-label="Owner" { (owner(&standing.name)) }
                                td class="t" data-label="Since" { (language.time(standing.seen.since)) }
                                td data-label="Started by" { @match standing.seen.by { Some(By::Us) => "Lamplighter", Some(By::Others) => "others", None => "unknown" } @if standing.seen.job { ", in a job" } }
                                td class="text" dir="auto" { (standing.why) }
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
    let hours = |of: &super::week::MachineWeek, spells: &[Spell]| {
        let seconds = spells.iter().filter_map(|spell| of.seconds.get(spell));
        language.hours(seconds.sum())
    };
    html! {
        section aria-labelledby="week" {
            h2 id="week" { "A week of every machine" }
            ul class="legend" {
                @for spell in Spell::ALL { li { (charts::sample(spell)) (spell.words()) } }
                li { svg width="10" height="16" viewBox="0 2 10 16" aria-hidden="true" { line class="edge" x1="2" x2="2" y1="2" y2="10" {} line class="edge" x1="8" x2="8" y1="10" y2="18" {} } "its schedule lights (above), puts out (below)" }
            }
            div class="scroll" role="region" aria-label="Timelines of the week" tabindex="0" {
                table class="week-table" {
                    caption { "UTC days; nothing is drawn where nothing is known" @if week.machines.len() < week.count { ". " (language.count(week.machines.len())) " of " (language.count(week.count)) " machines" } }
                    thead { tr {
                        th scope="col" { "Machine" }
                        th scope="col" { div class="week-days" { @for day in days { span { (day.format("%a")) " " (language.day(day)) } } } }
                        th scope="col" class="n" { "On" } th scope="col" class="n" { "Off by us" } th scope="col" class="n" { "By others" }
                    } }
                    tbody {
                        @for of in &week.machines {
                            tr {
                                th scope="row" { (machine(&of.name)) }
                                td class="week" { (charts::line(week, of, language)) }
                                td class="n" { (hours(of, &[Spell::On, Spell::Job, Spell::Held])) }
                                td class="n" { (hours(of, &[Spell::OffByUs])) }
                                td class="n" { (hours(of, &[Spell::OffByOthers])) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn tops(page: &Page, language: &Language) -> Markup {
    let owners = page
        .owners
        .iter()
        .map(|(name, figures)| (isolated(name), figures));
    let machines = page
        .machines
        .iter()
        .map(|(name, figures)| (machine(name), figures));
    html! {
        section aria-labelledby="tops" {
            h2 id="tops" { "Most saved" }
            (top("Owners", &owners.collect::<Vec<_>>(), page, language))
            (top("Machines", &machines.collect::<Vec<_>>(), page, language))
        }
    }
}

fn top(title: &str, rows: &[(Markup, &Figures)], page: &Page, language: &Language) -> Markup {
    let most = rows
        .first()
        .map_or(Decimal::ZERO, |(_, figures)| figures.headline.value());
    html! {
        table class="stack" {
            caption { (title) ", the first " (rows.len()) }
            thead { tr { th scope="col" { (title) } th scope="col" class="n" { "Hours off" } th scope="col" class="n" { "Headline" } th scope="col" class="n" { "Upper bound" } th scope="col" { "Share of the first" } } }
            tbody {
                @for (name, figures) in rows {
                    tr {
                        th scope="row" { (name) }
                        td class="n" data-label="Hours off" { (language.hours(figures.headline_seconds)) }
                        td class="n" data-label="Headline" { (language.money(figures.headline.value(), page.currency.as_deref())) }
                        td class="n" data-label="Upper bound" { (language.money(figures.upper_bound.value(), page.currency.as_deref())) }
                        td class="bar" { (charts::bar(figures.headline.value(), most)) }
                    }
                }
            }
        }
    }
}

pub fn decisions(page: &Page, language: &Language) -> Markup {
    html! {
        section aria-labelledby="decisions-title" {
            h2 id="decisions-title" { "Decisions of the week" }
            div class="filter" hidden { label for="filter" { "Only those with the words " } input id="filter" type="search" autocomplete="off"; " " span id="shown" role="status" {} }
            table class="stack" id="decisions" {
                caption { "Written when a decision changes; the latest first" @if page.decisions.len() < page.decisions_count { ". " (language.count(page.decisions.len())) " of " (language.count(page.decisions_count)) } }
                thead { tr { th scope="col" { "When" } th scope="col" { "Machine" } th scope="col" { "Decision" } th scope="col" { "Why" } } }
                tbody {
                    @for decision in &page.decisions {
                        tr {
                            td class="t" { (language.time(decision.at)) }
                            th scope="row" { (machine(&decision.name)) }
                            td class="t" { (decision.action) @if decision.dry_run { " (dry run)" } " · " (decision.reason) }
                            td class="text" dir="auto" { (decision.text) }
                        }
                    }
                }
            }
        }
    }
}
