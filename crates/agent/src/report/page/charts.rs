//! The pictures, as SVG that needs no script: bars by day, a week's line, one bar of a list.

use super::locale::Language;
use super::week::{Condition, ResourceWeek, Week};
use chrono::{DateTime, NaiveDate, Utc};
use lamplighter_core::record::Cause;
use lamplighter_core::savings::{Amount, ByCause};
use lamplighter_core::schedule::Power;
use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Heights in CSS pixels; what lies across is in per cent, so that a chart is drawn anew for every width and its text
/// keeps its size.
pub(super) const HEIGHT: f64 = 220.0;
/// What is left free for labels.
pub(super) const TOP: f64 = 10.0;
pub(super) const BOTTOM: f64 = 24.0;
/// Fewer bars than this do not become wider.
const BARS: usize = 7;
/// Labels under the bars: as many as fit a desk's screen, every second of them a tablet's, every fourth a phone's.
const LABELS: usize = 16;

/// What a day saved for one cause, before the cost of unused starts, which has a bar of its own below zero.
pub fn saved(causes: &ByCause, cause: Cause, in_hours: bool) -> Decimal {
    let Some(figures) = causes.get(&cause) else {
        return Decimal::ZERO;
    };
    match in_hours {
        true => Decimal::from(figures.saved_seconds) / Decimal::from(3600),
        false => (figures.saved + figures.unused).value(),
    }
}

/// What a day's unused starts cost.
pub fn unused(causes: &ByCause) -> Decimal {
    causes
        .values()
        .map(|figures| figures.unused)
        .sum::<Amount>()
        .value()
}

/// What a day adds to what was saved.
pub fn net(causes: &ByCause, in_hours: bool) -> Decimal {
    let all = Cause::ALL
        .iter()
        .map(|cause| saved(causes, *cause, in_hours));
    let all: Decimal = all.sum();
    match in_hours {
        true => all,
        false => all - unused(causes),
    }
}

/// The first of 1, 2, 5, 10, … that is not below `most`.
pub(super) fn ceiling(most: f64) -> f64 {
    let power = 10f64.powf(most.max(0.01).log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0];
    let fits = steps.iter().map(|step| step * power);
    fits.into_iter().find(|step| *step >= most).unwrap_or(most)
}

/// A bar for each day, of one part for each cause.
pub fn days(
    days: &[(NaiveDate, ByCause)],
    in_hours: bool,
    unit: &str,
    language: &Language,
) -> Markup {
    let value = |causes: &ByCause, cause| saved(causes, cause, in_hours).to_f64().unwrap_or(0.0);
    let total = |causes: &ByCause| {
        Cause::ALL
            .iter()
            .map(|cause| value(causes, *cause))
            .sum::<f64>()
    };
    let top = ceiling(greatest(days, total));
    let lost = |causes: &ByCause| match in_hours {
        true => 0.0,
        false => unused(causes).to_f64().unwrap_or(0.0),
    };
    let deepest = greatest(days, lost);
    let (plot, step) = (HEIGHT - TOP - BOTTOM, 100.0 / days.len().max(BARS) as f64);
    let y = |value: f64| TOP + plot - (value + deepest) / (top + deepest) * plot;
    let levels: Vec<f64> = (0..=4)
        .map(|quarter| top * f64::from(quarter) / 4.0)
        .collect();
    let places = if top < 4.0 { 2 } else { 0 };
    html! {
        div class="plot" {
            svg class="levels" height=(HEIGHT) aria-hidden="true" {
                @for level in &levels { text x="100%" y=(round(y(*level) + 4.0)) text-anchor="end" { (language.number(Decimal::try_from(*level).unwrap_or_default(), places)) } }
            }
            svg height=(HEIGHT) role="img" aria-labelledby="days-title" {
                title id="days-title" { "Saved each day by cause, in " (unit) "; the table below has the figures" }
                @for (quarter, level) in levels.iter().enumerate() { line class=(if quarter == 0 { "axis" } else { "grid" }) x1="0" x2="100%" y1=(round(y(*level))) y2=(round(y(*level))) {} }
                @for (index, (day, causes)) in days.iter().enumerate() {
                    @let x = step * (index as f64 + 0.14);
                    (day_bar(causes, x, step * 0.72, &y, &value, |cause| format!(
                        "{}, {cause}: {} {unit}", language.day(*day), language.number(saved(causes, cause, in_hours), 2))))
                    @if lost(causes) > 0.0 {
                        (unused_bar(lost(causes), x, step * 0.72, &y, &format!(
                            "{}, unused starts: {} {unit}", language.day(*day), language.number(Decimal::ZERO - unused(causes), 2))))
                    }
                    @if let Some(class) = label(index, days.len()) {
                        text class=[class] x=(percent(step * (index as f64 + 0.5))) y=(HEIGHT - 7.0) text-anchor="middle" { (language.day(*day)) }
                    }
                }
            }
        }
    }
}

/// Whether a bar has a label, and where that is shown: no more of them than fit.
fn label(index: usize, bars: usize) -> Option<Option<&'static str>> {
    let every = bars.div_ceil(LABELS).max(1);
    // As few bars as a phone has room for keep all their labels.
    match (index.is_multiple_of(every), bars > LABELS / 4) {
        (false, _) => None,
        (true, true) if !index.is_multiple_of(2 * every) => Some(Some("on-desks")),
        (true, true) if !index.is_multiple_of(4 * every) => Some(Some("not-on-phones")),
        (true, _) => Some(None),
    }
}

/// The most that any day has of something.
fn greatest(days: &[(NaiveDate, ByCause)], of: impl Fn(&ByCause) -> f64) -> f64 {
    let all = days.iter().map(|(_, causes)| of(causes));
    all.fold(0.0, f64::max)
}

/// What a day's unused starts cost, below zero.
fn unused_bar(cost: f64, x: f64, width: f64, y: &impl Fn(f64) -> f64, title: &str) -> Markup {
    let (zero, below) = (y(0.0), y(-cost));
    html! {
        rect class="unused" x=(percent(x)) width=(percent(width)) y=(round(zero)) height=(round((below - zero).max(0.5))) {
            title { (title) }
        }
    }
}

fn day_bar(
    causes: &ByCause,
    x: f64,
    width: f64,
    y: &impl Fn(f64) -> f64,
    value: &impl Fn(&ByCause, Cause) -> f64,
    words: impl Fn(Cause) -> String,
) -> Markup {
    let mut below = 0.0;
    html! {
        @for cause in Cause::ALL {
            @let part = value(causes, cause);
            @if part > 0.0 {
                @let (low, high) = (y(below), y(below + part));
                rect class=(cause) x=(percent(x)) width=(percent(width)) y=(round(high)) height=(round((low - high).max(0.5))) { title { (words(cause)) } }
                ({ below += part; "" })
            }
        }
    }
}

/// A place across a chart.
pub(super) fn percent(of_all: f64) -> String {
    format!("{}%", (of_all * 100.0).round() / 100.0)
}

pub(super) fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Minutes of a week are too fine for any screen: one unit is a quarter of an hour.
const UNITS: f64 = 7.0 * 96.0;

/// One resource's week. On is high, off is low, so that colour is not alone in telling them apart.
pub fn line(week: &Week, resource: &ResourceWeek, language: &Language) -> Markup {
    let at = |at: DateTime<Utc>| {
        let whole = (week.to - week.from).num_seconds().max(1) as f64;
        let units = (at - week.from).num_seconds() as f64 / whole * UNITS;
        (units.clamp(0.0, UNITS) * 100.0).round() / 100.0
    };
    let name = &resource.resource.name;
    html! {
        svg viewBox={ "0 0 " (UNITS) " 20" } preserveAspectRatio="none" role="img" aria-label={ "The week of " (name) "; the hours stand beside it" } {
            @for day in 1..7 { line class="grid" x1=(day * 96) x2=(day * 96) y1="0" y2="20" vector-effect="non-scaling-stroke" {} }
            @for span in &resource.spans {
                @let (from, to) = (at(span.from), at(span.to));
                @let (y, height) = shape(span.condition);
                rect class=(class(span.condition)) x=(from) width=(((to - from).max(0.4) * 100.0).round() / 100.0) y=(y) height=(height) {
                    title { (span.condition.words()) ": " (language.time(span.from)) " to " (language.time(span.to)) " " (language.zone()) }
                }
                @for y in stripes(span.condition) { line class="stripe" x1=(from) x2=(to) y1=(y) y2=(y) vector-effect="non-scaling-stroke" {} }
            }
            @for (edge, power) in &resource.edges {
                @let (x, on) = (at(*edge), *power == Power::On);
                line class="edge" x1=(x) x2=(x) y1=(if on { "0" } else { "10" }) y2=(if on { "10" } else { "20" }) vector-effect="non-scaling-stroke" {}
            }
        }
    }
}

pub fn class(condition: Condition) -> &'static str {
    match condition {
        Condition::On => "on",
        Condition::Job => "job",
        Condition::Held => "held",
        Condition::OffByLamplighter => "off-by-lamplighter",
        Condition::OffByAzure => "off-by-azure",
        Condition::OffByPerson => "off-by-person",
        Condition::OffByOthers => "off-by-others",
    }
}

/// Where a condition stands in its line, and how high it is.
fn shape(condition: Condition) -> (u8, u8) {
    match condition {
        Condition::On | Condition::Job | Condition::Held => (3, 14),
        Condition::OffByLamplighter | Condition::OffByPerson => (11, 6),
        Condition::OffByAzure => (13, 4),
        Condition::OffByOthers => (15, 2),
    }
}

/// At which heights a condition is drawn with stripes.
fn stripes(condition: Condition) -> &'static [&'static str] {
    match condition {
        Condition::Job => &["10"],
        Condition::Held => &["7", "13"],
        Condition::OffByPerson => &["14"],
        _ => &[],
    }
}

/// A sample of a condition, for the legend.
pub fn sample(condition: Condition) -> Markup {
    let (y, height) = shape(condition);
    html! {
        svg width="26" height="16" viewBox="0 2 26 16" aria-hidden="true" {
            rect class=(class(condition)) x="0" width="26" y=(y) height=(height) {}
            @for y in stripes(condition) { line class="stripe" x1="0" x2="26" y1=(y) y2=(y) {} }
        }
    }
}

/// A bar as long as its share of the longest.
pub fn bar(part: Decimal, most: Decimal) -> Markup {
    let share = if most > Decimal::ZERO {
        part / most
    } else {
        Decimal::ZERO
    };
    let share = share
        .clamp(Decimal::ZERO, Decimal::ONE)
        .to_f64()
        .unwrap_or(0.0);
    html! {
        svg viewBox="0 0 120 10" preserveAspectRatio="none" aria-hidden="true" {
            rect class="on" x="0" y="0" height="10" width=(round(share * 120.0)) {}
        }
    }
}
