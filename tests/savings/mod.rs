//! Savings that a controller tries to break, from records alone.

mod history;
mod lives;
mod long;
mod months;
mod rollups;
mod spent;

use chrono::{DateTime, TimeDelta, Utc};
use history::{Event, begin, end, events, tell};
use lamplighter_agent::report::{Days, GroupBy, LedgerPeriod, Report, csv, of_days, report};
use lamplighter_core::record::{IntervalKind, PricePerHour, Record, What};
use lamplighter_core::savings::{Amount, Figures, Spent, sum};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn whole(records: &[Record]) -> Report {
    report(records, begin(), end(), end())
}

/// A price of so many units and hundredths.
fn at_price(amount: Decimal, seconds: i64) -> Amount {
    let price = PricePerHour {
        amount,
        ..history::price(0, begin())
    };
    Amount::of(&price, seconds)
}

fn no_second_too_many(events: &[(i64, Event)]) -> Result<(), TestCaseError> {
    let story = tell(events);
    let figures = whole(&story.records).total.figures;
    let wall = (end() - begin()).num_seconds();
    let truly = story.seconds_off_by_lamplighter;
    prop_assert!(0 <= figures.saved_seconds);
    prop_assert!(figures.saved_seconds <= figures.upper_bound_seconds);
    prop_assert!(
        figures.upper_bound_seconds + figures.unwatched_seconds <= truly,
        "{figures:?}, truly {truly}"
    );
    let costs = figures.unused_seconds + figures.started_again_seconds;
    prop_assert!(figures.upper_bound_seconds + costs <= wall);
    prop_assert!(figures.saved <= figures.upper_bound);
    prop_assert!(figures.upper_bound <= at_price(story.highest_price, truly));
    prop_assert!(figures.projected <= at_price(story.highest_price, wall));
    Ok(())
}

fn parts_add_up(events: &[(i64, Event)]) -> Result<(), TestCaseError> {
    let story = tell(events);
    let report = whole(&story.records);
    let total = &report.total.figures;
    prop_assert_eq!(&sum(report.causes.values()), total);
    prop_assert_eq!(
        &sum(report.days.values().flat_map(|day| day.values())),
        total
    );
    prop_assert_eq!(&sum(report.resources.values()), total);
    for by in [
        GroupBy::Workspace,
        GroupBy::Owner,
        GroupBy::Cause,
        GroupBy::Size,
        GroupBy::Region,
        GroupBy::Resource,
        GroupBy::Subscription,
        GroupBy::Group,
        GroupBy::Kind,
        GroupBy::Tag("cost-center".into()),
    ] {
        let days = Days::of(&story.records, begin(), end());
        let rows = of_days(&days, by.clone(), begin(), end(), end()).rows;
        prop_assert_eq!(
            &sum(rows.values().map(|row| &row.figures)),
            total,
            "{:?}",
            by
        );
        prop_assert_eq!(
            rows.values().map(|row| row.stops).sum::<usize>(),
            report.total.stops
        );
    }
    Ok(())
}

/// What proptest found once.
#[test]
fn histories_that_once_counted_too_much() {
    // Whoever starts a thing itself has not left it on, also where that is forgotten.
    let forgotten = [
        (400, Event::OurStop(0, None)),
        (1_200, Event::OurStart),
        (400, Event::Forget),
        (23_200, Event::StartedAgain),
    ];
    no_second_too_many(&forgotten).expect("no second too many");
    let events = [
        (65_141, Event::OurStart),
        (11_153, Event::OurStop(0, None)),
        (49_616, Event::OurStop(0, None)),
        (81_580, Event::OurStop(0, None)),
        (65_662, Event::DryRun),
        (59_841, Event::OurStart),
        (400, Event::OurStart),
    ];
    no_second_too_many(&events).expect("no second too many");
    parts_add_up(&events).expect("parts that add up");
}

proptest! {
    // A history that fails is printed, and goes into a test of its own above.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_second_is_counted_that_the_instance_was_not_stopped_by_us(events in events()) {
        no_second_too_many(&events)?;
    }

    #[test]
    fn causes_days_and_lines_of_any_kind_add_up_to_the_total(events in events()) {
        parts_add_up(&events)?;
    }

    #[test]
    fn records_that_come_twice_and_in_any_order_change_nothing(events in events(), seed in any::<u64>()) {
        let story = tell(&events);
        let mut shuffled = story.records.clone();
        shuffled.extend(story.records.iter().cloned());
        let mut next = seed;
        for index in (1..shuffled.len()).rev() {
            next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(index, (next >> 33) as usize % (index + 1));
        }
        let (a, b) = (whole(&story.records), whole(&shuffled));
        prop_assert_eq!(serde_json::to_value(a).expect("json"), serde_json::to_value(b).expect("json"));
    }

    #[test]
    fn two_adjoining_periods_add_up_to_the_joined_one(events in events(), cut in 0i64..history::DAYS * 86_400) {
        let story = tell(&events);
        let cut = begin() + TimeDelta::seconds(cut);
        let part = |from: DateTime<Utc>, to: DateTime<Utc>| {
            report(&story.records, from, to, end()).total
        };
        let (mut first, second, all) = (part(begin(), cut), part(cut, end()), part(begin(), end()));
        first.figures += &second.figures;
        prop_assert_eq!(&first.figures, &all.figures);
        prop_assert_eq!(first.stops + second.stops, all.stops);
    }

    #[test]
    fn a_history_in_which_we_stopped_nothing_earns_nothing(events in events()) {
        let quiet: Vec<_> = events
            .into_iter()
            .filter(|(_, event)| !matches!(event, Event::OurStop(..)))
            .collect();
        let figures = whole(&tell(&quiet).records).total.figures;
        prop_assert_eq!((figures.saved_seconds, figures.upper_bound_seconds), (0, 0));
        prop_assert_eq!(figures.saved, -figures.unused);
    }

    #[test]
    fn a_price_that_changes_counts_from_then_on(cents in 1i64..500, minutes in 1i64..700) {
        let changed = TimeDelta::minutes(minutes);
        let events = [
            (61_200, Event::OurStop(0, None)),
            (300 + changed.num_seconds(), Event::Price(cents)),
        ];
        let figures = whole(&tell(&events).records).total.figures;
        // It opens at 17:05 and 08:00 in Lisbon is 07:00 UTC.
        let (all, before) = (835 * 60, changed.num_seconds());
        prop_assert_eq!(figures.saved_seconds, all);
        let dear = at_price(Decimal::new(cents, 2), all - before);
        prop_assert_eq!(figures.saved, at_price(Decimal::ONE, before) + dear);
    }

    #[test]
    fn the_rows_for_a_spreadsheet_add_up_to_the_report(events in events()) {
        let story = tell(&events);
        let known = LedgerPeriod {
            from: begin(),
            to: end(),
            now: end(),
            days: Days::of(&story.records, begin(), end()),
            last_sweep: None,
            unreadable: Vec::new(),
        };
        let mut out = Vec::new();
        csv::write(&known, (&[], &Default::default()), &mut out).expect("a report as CSV");
        let (total, spent) = recomputed(&out);
        let report = known.report(GroupBy::Workspace);
        // Intervals are not told apart here: one may have several rows.
        let intervals = report.total.figures.intervals;
        let total = Figures { intervals, ..total };
        prop_assert_eq!(&total, &report.total.figures);
        let ran = known.spent(&[], &report);
        prop_assert_eq!(&spent, &ran);
        // It was on, or off: nothing else was it all the time that somebody looked.
        prop_assert!(ran.spent <= ran.always_on);
    }
}

/// The figures, from the columns that a controller has: times, prices and what counts, and none of our sums.
fn recomputed(table: &[u8]) -> (Figures, Spent) {
    let mut reader = ::csv::Reader::from_reader(table);
    let header = reader.headers().expect("a header").clone();
    let (mut total, mut spent) = (Figures::default(), Spent::default());
    for row in reader.records() {
        let row = row.expect("a row");
        let get = |name: &str| {
            let index = header.iter().position(|known| known == name);
            row.get(index.expect("a column"))
                .expect("a cell")
                .to_string()
        };
        let time = |name: &str| get(name).parse::<DateTime<Utc>>().expect("a time");
        let seconds = (time("to") - time("from")).num_seconds();
        let price = get("price_per_hour");
        let unpriced = price.is_empty();
        let price = price.parse().unwrap_or_default();
        let money = at_price(price, seconds);
        assert_eq!(get("tag:cost-center"), "'=4711");
        assert!(
            !get("owner").starts_with('='),
            "a formula: {}",
            get("owner")
        );
        match (get("kind").as_str(), get("counted").as_str()) {
            ("unused", _) => {
                total.unused_seconds += seconds;
                total.unused += money;
                total.saved += -money;
            }
            ("restarted", "left-on") => {
                total.started_again_seconds += seconds;
                total.started_again += money;
            }
            ("restarted", _) => {}
            ("projected", "saved") => {
                total.projected_seconds += seconds;
                total.projected += money;
            }
            ("projected", _) => {}
            ("avoided", "no-sweep") => {
                total.unwatched_seconds += seconds;
                total.unwatched += money;
            }
            ("avoided", counted) => {
                total.upper_bound_seconds += seconds;
                total.upper_bound += money;
                if counted == "saved" {
                    total.saved_seconds += seconds;
                    total.saved += money;
                }
            }
            ("on", "spent") => {
                spent.on_unpriced_seconds += if unpriced { seconds } else { 0 };
                spent.on_seconds += seconds;
                spent.spent += money;
                spent.always_on += money;
            }
            ("off", "always-on") => spent.always_on += money,
            other => panic!("{other:?}"),
        }
    }
    (total, spent)
}

#[test]
fn an_interval_whose_end_was_lost_with_the_saved_state_ends_when_the_instance_is_observed_on() {
    let events = [
        (61_200, Event::OurStop(0, None)),
        (3_600, Event::Forget),
        (3_600, Event::PersonStart),
    ];
    let story = tell(&events);
    let closed = |record: &Record| matches!(&record.what, What::Closed { closed } if closed.kind == IntervalKind::Avoided);
    assert!(!story.records.iter().any(closed));
    let figures = whole(&story.records).total.figures;
    assert_eq!(figures.saved_seconds, 7_200 - 300);
    assert_eq!(figures.upper_bound_seconds, 7_200 - 300);
}

#[test]
fn hours_that_nobody_watched_are_in_neither_figure() {
    // Stopped at 17:00; from 18:00 on no sweep for ten hours.
    let events = [
        (61_200, Event::OurStop(0, None)),
        (3_600, Event::NoSweeps(600)),
    ];
    let figures = whole(&tell(&events).records).total.figures;
    let (all, unseen) = (835 * 60, figures.unwatched_seconds);
    assert!((9 * 3600..=12 * 3600).contains(&unseen), "{unseen}");
    // Those after the schedule's next start are not watched either, for as long as no sweep came.
    assert!(figures.saved_seconds >= all - unseen, "{figures:?}");
    assert!(figures.unwatched.value() > Decimal::ZERO);
    let story = tell(&events).seconds_off_by_lamplighter;
    assert!(figures.upper_bound_seconds <= story - unseen, "{figures:?}");
}

#[test]
fn rounds_in_which_only_news_was_reported_do_not_show_that_all_was_watched() {
    let events = [
        (61_200, Event::OurStop(0, None)),
        (3_600, Event::NoSweeps(600)),
    ];
    let story = tell(&events);
    let with_rounds = |only_news: bool| {
        let mut records = story.records.clone();
        let stopped = records
            .iter()
            .find(|record| matches!(record.what, What::Opened { .. }));
        let stopped = stopped.expect("an interval").at;
        records.extend((1..12).map(|hour| {
            let summary =
                serde_json::json!({"workspaces": 2, "answered": 1, "only_news": only_news});
            let at = stopped + TimeDelta::hours(hour);
            Record::new(format!("round:{hour}"), at, None, What::Sweep { summary })
        }));
        records.sort_by_key(|record| record.at);
        whole(&records).total.figures
    };
    let alone = whole(&story.records).total.figures;
    assert_eq!(with_rounds(true), alone);
    assert_eq!(with_rounds(false).unwatched_seconds, 0);
}
