//! The week of every resource, workspace by workspace.

use super::charts;
use super::data::Page;
use super::locale::Language;
use super::marks::isolated;
use super::week::{Condition, ResourceWeek};
use chrono::NaiveDate;
use maud::{Markup, html};

/// With so many resources or fewer every workspace stands open.
const UNFOLDED: usize = 40;

/// The head of a column.
fn head(condition: Condition) -> String {
    condition.words().replacen("off", "Off", 1)
}

fn hours<'a>(
    resources: impl IntoIterator<Item = &'a ResourceWeek>,
    conditions: &[Condition],
    language: &Language,
) -> String {
    let all = resources.into_iter().flat_map(|of| {
        let seconds = conditions.iter().map(move |one| of.seconds.get(one));
        seconds.flatten()
    });
    language.hours(all.sum())
}

pub fn week(page: &Page, language: &Language) -> Markup {
    let week = &page.week;
    let days = language.local_day(week.from).iter_days().take(7);
    let days: Vec<NaiveDate> = days.collect();
    let open = week.resources.len() <= UNFOLDED;
    let same = |a: &ResourceWeek, b: &ResourceWeek| a.resource.workspace == b.resource.workspace;
    html! {
        section aria-labelledby="week" {
            h2 id="week" { "The week of every resource" }
            p class="soft" { "Days of " (language.zone()) "; nothing is drawn where nothing is known. Off by Azure: by its own idle timer or schedule; by a person: somebody asked Azure, by hand or by a program; by others: whose stop it was is not known" @if week.resources.len() < week.count { ". " (language.count(week.resources.len())) " of " (language.count(week.count)) " resources" } }
            ul class="legend" {
                @for condition in Condition::ON.into_iter().chain(Condition::OFF) { li { (charts::sample(condition)) (condition.words()) } }
                li { svg width="10" height="16" viewBox="0 2 10 16" aria-hidden="true" { line class="edge" x1="2" x2="2" y1="2" y2="10" {} line class="edge" x1="8" x2="8" y1="10" y2="18" {} } "its schedule starts it (above), stops it (below)" }
            }
            div id="weeks" {
                @for of in week.resources.chunk_by(same) { (of_a_workspace(page, of, &days, open, language)) }
            }
        }
    }
}

fn of_a_workspace(
    page: &Page,
    all: &[ResourceWeek],
    days: &[NaiveDate],
    open: bool,
    language: &Language,
) -> Markup {
    let workspace = all.first().map(|of| of.resource.workspace.as_str());
    let sum = |conditions: &[Condition]| hours(all, conditions, language);
    html! {
        details open[open] {
            summary class="on-paper-too" {
                (isolated(workspace.unwrap_or_default())) ": " (language.count(all.len())) @if all.len() == 1 { " resource" } @else { " resources" }
                span class="soft" { ", on " (sum(&Condition::ON)) @for condition in Condition::OFF { ", " (condition.words()) " " (sum(&[condition])) } }
            }
            table class="week-table" {
                thead { tr {
                    th scope="col" { "Resource" }
                    th scope="col" class="week" { div class="week-days" { @for day in days { span { (day.format("%a")) " " span { (language.day(*day)) } } } } }
                    th scope="col" class="n" { "On" }
                    @for condition in Condition::OFF { th scope="col" class="n" { (head(condition)) } }
                } }
                tbody {
                    @for of in all {
                        tr {
                            th scope="row" { (isolated(&of.resource.name)) }
                            td class="week" { (charts::line(&page.week, of, language)) }
                            td class="n" data-label="On" { (hours([of], &Condition::ON, language)) }
                            @for condition in Condition::OFF { (off(of, condition, language)) }
                        }
                    }
                }
            }
        }
    }
}

/// Most resources are off by one of them only: what is not there takes no room.
fn off(of: &ResourceWeek, condition: Condition, language: &Language) -> Markup {
    let any = of.seconds.contains_key(&condition);
    html! {
        td class={ "n" @if !any { " none" } } data-label=(head(condition)) { @if any { (hours([of], &[condition], language)) } @else { "–" } }
    }
}
