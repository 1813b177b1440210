//! Twelve months, the pace of the last weeks, what the month comes to, and days unlike their weekday.

use super::cards::of_always_on;
use super::charts::{BOTTOM, HEIGHT, TOP, ceiling, percent, round};
use super::data::{Month, Page};
use super::locale::Language;
use super::marks::resource;
use super::outlook::UnusualDay;
use lamplighter_core::savings::Amount;
use lamplighter_core::savings::outlook::{DAYS, Forecast, LOOK_BACK, WEEKS};
use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub fn months(page: &Page, language: &Language) -> Markup {
    let unit = page.currency.as_deref().unwrap_or("no price known");
    html! {
        section aria-labelledby="months" {
            h2 id="months" { "Twelve months" }
            @if page.months.is_empty() || page.currency.is_none() { p { "No money is known yet." } }
            @else {
                ul class="legend" {
                    li { (sample("on")) "spent, at list price" }
                    li { (sample("off-by-lamplighter")) "saved" }
                    @if page.outlook.forecast.is_some() { li { (sample("forecast")) "forecast of the rest of the month" } }
                }
                div class="chart" { (chart(page, unit, language)) }
                (pace(page, language))
                details { summary { "The same as a table" } div { (table(page, language)) } }
            }
        }
    }
}

fn sample(class: &str) -> Markup {
    html! { svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true" { rect class=(class) x="1" y="1" width="12" height="10" {} } }
}

fn height(amount: Decimal) -> f64 {
    amount.max(Decimal::ZERO).to_f64().unwrap_or(0.0)
}

/// Two bars for each month, drawn for every width; the last may have what is forecast above it.
fn chart(page: &Page, unit: &str, language: &Language) -> Markup {
    let forecast = page.outlook.forecast.as_ref();
    let expected = forecast.map(|both| [both.spent.expected, both.saved.expected]);
    let sums = |of: &Month| [of.spent.spent.value(), of.figures.saved.value()];
    let all = page
        .months
        .iter()
        .flat_map(sums)
        .chain(expected.into_iter().flatten());
    let top = ceiling(all.map(height).fold(0.0, f64::max));
    let plot = HEIGHT - TOP - BOTTOM;
    let y = |value: f64| TOP + plot - value / top * plot;
    let step = 100.0 / page.months.len().max(1) as f64;
    let levels: Vec<f64> = (0..=4)
        .map(|quarter| top * f64::from(quarter) / 4.0)
        .collect();
    let places = if top < 4.0 { 2 } else { 0 };
    let last = page.months.len().saturating_sub(1);
    html! {
        div class="plot" {
            svg class="levels" height=(HEIGHT) aria-hidden="true" {
                @for level in &levels { text x="100%" y=(round(y(*level) + 4.0)) text-anchor="end" { (language.number(Decimal::try_from(*level).unwrap_or_default(), places)) } }
            }
            svg height=(HEIGHT) role="img" aria-labelledby="months-title" {
                title id="months-title" { "Spent and saved each month, in " (unit) "; the table below has the figures" }
                @for (quarter, level) in levels.iter().enumerate() { line class=(if quarter == 0 { "axis" } else { "grid" }) x1="0" x2="100%" y1=(round(y(*level))) y2=(round(y(*level))) {} }
                @for (index, month) in page.months.iter().enumerate() {
                    @for (place, ((class, word), value)) in [("on", "spent"), ("off-by-lamplighter", "saved")].into_iter().zip(sums(month)).enumerate() {
                        @let x = step * (index as f64 + 0.12 + 0.38 * place as f64);
                        @let begin = y(height(value));
                        @if index == last { @if let Some(expected) = expected {
                            @let end = y(height(expected[place]));
                            rect class="forecast" x=(percent(x)) width=(percent(step * 0.34)) y=(round(end)) height=(round((begin - end).max(0.0))) { title { (language.month(month.month)) ", forecast " (word) ": " (language.number(expected[place], 2)) " " (unit) } }
                        } }
                        @if value > Decimal::ZERO { rect class=(class) x=(percent(x)) width=(percent(step * 0.34)) y=(round(begin)) height=(round((y(0.0) - begin).max(0.5))) { title { (language.month(month.month)) ", " (word) ": " (language.number(value, 2)) " " (unit) } } }
                    }
                    text class=[(!(last - index).is_multiple_of(3)).then_some("not-on-phones")] x=(percent(step * (index as f64 + 0.5))) y=(HEIGHT - 7.0) text-anchor="middle" { (language.month(month.month)) }
                }
            }
        }
    }
}

/// The run rate and the forecast, each with how it is made.
fn pace(page: &Page, language: &Language) -> Markup {
    let currency = page.currency.as_deref();
    let outlook = &page.outlook;
    let money = |amount: Decimal| language.money(amount, currency);
    let range = |one: &Forecast| {
        format!(
            "{} ({} to {})",
            money(one.expected),
            money(one.low),
            money(one.high)
        )
    };
    html! {
        @if let Some(rate) = &outlook.run_rate {
            p id="run-rate" { "Run rate: " strong { (money(rate.spent)) } " spent and " strong { (money(rate.saved)) } " saved a month, at the pace of the last " (DAYS) " whole days: a month is 365 ÷ 12 days." }
        } @else {
            p class="soft" { "No run rate and no forecast: both need the last " (DAYS) " whole days, of which " (language.count(outlook.watched_days)) " were watched by sweeps from midnight to midnight." }
        }
        @if let Some(forecast) = &outlook.forecast {
            p id="forecast" { "Forecast of " (page.months.last().map(|one| language.month(one.month)).unwrap_or_default()) ": " (range(&forecast.spent)) " spent and " (range(&forecast.saved)) " saved. "
                span class="soft" { "Method: its whole days so far, and for each other day the mean of its weekday in the last " (DAYS) " days; from the lowest to the highest of each weekday in brackets." } }
        }
    }
}

fn table(page: &Page, language: &Language) -> Markup {
    let money = |amount: Amount| language.money(amount.value(), page.currency.as_deref());
    html! {
        table class="stack" {
            caption { "Months in UTC, the last up to the end of this page" }
            thead { tr { th scope="col" { "Month" } th scope="col" class="n" { "Spent" } th scope="col" class="n" { "Of always-on" } th scope="col" class="n" { "Hours off" } th scope="col" class="n" { "Saved" } th scope="col" class="n" { "Upper bound" } } }
            tbody {
                @for of in &page.months {
                    tr {
                        th scope="row" class="t" { (language.month(of.month)) }
                        @if of.recorded {
                            td class="n" data-label="Spent" { (money(of.spent.spent)) }
                            td class="n" data-label="Of always-on" { (of_always_on(of.spent.spent, &of.spent, language)) }
                            td class="n" data-label="Hours off" { (language.hours(of.figures.saved_seconds)) }
                            td class="n" data-label="Saved" { (money(of.figures.saved)) }
                            td class="n" data-label="Upper bound" { (money(of.figures.upper_bound)) }
                        } @else { td class="soft" colspan="5" { "nothing recorded" } }
                    }
                }
            }
        }
    }
}

pub fn unusual(page: &Page, language: &Language) -> Markup {
    let outlook = &page.outlook;
    html! {
        section aria-labelledby="unusual" {
            h2 id="unusual" { "Unusual days" }
            p class="soft" {
                "A day is compared with the median of its weekday in the " (LOOK_BACK) " weeks before, of which at least " (WEEKS) " were watched. It is unusual if it differs by more than three times the scaled median absolute deviation of that weekday, by more than a fifth of the median, and by more than a twentieth of a median day"
            }
            @if outlook.compared_days == 0 { p { "Not enough seen yet to compare any day." } }
            @else if outlook.unusual.is_empty() { p { "None of " (language.count(outlook.compared_days)) " days that could be compared." } }
            @else {
                table class="stack" {
                    caption { "The latest first, of " (language.count(outlook.compared_days)) " days that could be compared; UTC" @if outlook.unusual.len() < outlook.unusual_count { "; the " (language.count(outlook.unusual.len())) " farthest of " (language.count(outlook.unusual_count)) } }
                    thead { tr { th scope="col" { "Day" } th scope="col" { "What" } th scope="col" class="n" { "Value" } th scope="col" class="n" { "Usual" } th scope="col" { "Where most of it is" } } }
                    tbody { @for one in &outlook.unusual { (unusual_day(one, page.currency.as_deref(), language)) } }
                }
            }
        }
    }
}

fn unusual_day(one: &UnusualDay, currency: Option<&str>, language: &Language) -> Markup {
    html! {
        tr {
            th scope="row" class="t" { (one.day.format("%a")) " " (language.whole_day(one.day)) }
            td data-label="What" { (one.what) }
            td class="n" data-label="Value" { (language.money(one.value, currency)) }
            td class="n" data-label="Usual" { (language.money(one.usual, currency)) }
            td class="text" data-label="Where most of it is" {
                @if one.most.is_empty() { "–" }
                @for (index, (name, by)) in one.most.iter().enumerate() {
                    @if index > 0 { ", " }
                    (resource(name)) " " @if *by > Decimal::ZERO { "+" } (language.money(*by, currency))
                }
            }
        }
    }
}
