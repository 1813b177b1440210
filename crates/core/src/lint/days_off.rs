//! The days that holidays take away.

use super::findings::DayOff;
use crate::holidays;
use crate::policy::{Holidays, Policy};
use crate::tz::Tz;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Those of the year after `now`, in order; where nothing is started anyway, none.
pub(super) fn all(policy: &Policy, default: Tz, now: DateTime<Utc>) -> Vec<DayOff> {
    let Some(holidays) = policy.holidays.as_ref().map(|holidays| &holidays.value) else {
        return vec![];
    };
    let zone = policy
        .schedule
        .as_ref()
        .map_or(default, |schedule| schedule.value.zone);
    let first = now.with_timezone(&zone).date_naive();
    let span = (first, first + TimeDelta::days(366));
    let mut days: Vec<DayOff> = holidays
        .calendars
        .iter()
        .flat_map(|name| of(holidays, name, span))
        .collect();
    // Stable: of one day in the order in which the calendars are written.
    days.sort_by_key(|day| day.date);
    days
}

fn of(holidays: &Holidays, name: &str, (first, last): (NaiveDate, NaiveDate)) -> Vec<DayOff> {
    let day = |date: NaiveDate, what: &str| DayOff {
        date,
        calendar: name.to_string(),
        name: Some(what.to_string()).filter(|what| !what.is_empty()),
    };
    let own = holidays.own.iter().find(|(own, _)| own == name);
    if let Some((_, calendar)) = own {
        let named = calendar.names.range(first..=last);
        return named.map(|(date, what)| day(*date, what)).collect();
    }
    let within = |date: &NaiveDate| (first..=last).contains(date);
    // What was worked out for the policy already is not worked out again.
    match holidays.calendars.len() {
        1 => holidays
            .days_off
            .dates()
            .filter(within)
            .map(|date| day(date, ""))
            .collect(),
        _ => {
            let dates = holidays::public(name).unwrap_or_default();
            dates
                .into_iter()
                .filter(within)
                .map(|date| day(date, ""))
                .collect()
        }
    }
}
