//! Six fields together: when they come.

use super::error::ScheduleError;
use super::field::KINDS;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::str::FromStr;

/// A timetable of sweeps, UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepSchedule {
    /// Seconds, minutes, hours, days, months and weekdays; bit n is value n.
    fields: [u64; 6],
    warnings: Vec<String>,
    /// When those come: nothing in it is a range or a step any more, which other libraries read otherwise.
    calendar: cron::Schedule,
}

const DAY: usize = 3;
const WEEKDAY: usize = 5;

/// How many times are shown.
const SHOWN: usize = 3;

impl SweepSchedule {
    /// Reads a schedule as it stands in the app setting, spaces and all.
    ///
    /// ```
    /// use lamplighter_agent::settings::SweepSchedule;
    ///
    /// let schedule = SweepSchedule::read("0 */20 8-18 * * MON-FRI")?;
    /// assert_eq!(schedule.means(), "0 0,20,40 8-18 * * 1-5");
    /// // Not Monday to Sunday:
    /// let schedule = SweepSchedule::read("0 */5 * * * MON-SUN")?;
    /// assert!(schedule.means().ends_with(" 0-1") && schedule.warnings().len() == 1);
    /// # Ok::<(), lamplighter_agent::settings::ScheduleError>(())
    /// ```
    ///
    /// # Errors
    /// The host would not take it, would not sweep by it, or would take it for something else.
    pub fn read(text: &str) -> Result<SweepSchedule, ScheduleError> {
        let schedule = SweepSchedule::accepted(text)?;
        let comes = schedule.times(DateTime::UNIX_EPOCH).next().is_some();
        comes.then_some(schedule).ok_or(ScheduleError::Never)
    }

    /// What NCrontab itself accepts, though it may never come.
    fn accepted(text: &str) -> Result<SweepSchedule, ScheduleError> {
        // Only spaces are between fields; a tab or a line break belongs to one.
        let texts: Vec<&str> = text.split(' ').filter(|field| !field.is_empty()).collect();
        let texts = <[&str; 6]>::try_from(texts).map_err(|texts| match texts.len() {
            1 => ScheduleError::One,
            5 => ScheduleError::Five,
            count => ScheduleError::Count(count),
        })?;
        let (mut fields, mut warnings) = ([0; 6], Vec::new());
        for (index, (kind, text)) in KINDS.iter().zip(texts).enumerate() {
            let field = kind.read(text).map_err(|why| ScheduleError::Field {
                field: kind.name,
                why,
            })?;
            fields[index] = field.values;
            warnings.extend(field.warnings);
        }
        let names = |index: usize| fields[index] != KINDS[index].all();
        if names(DAY) && names(WEEKDAY) {
            let both = "the host sweeps only on days of which both the day of month and the day of week fit";
            warnings.push(both.into());
        }
        Ok(SweepSchedule {
            fields,
            warnings,
            calendar: calendar(fields)?,
        })
    }

    /// The schedule as the host writes it back, every list and range spelled out.
    pub fn means(&self) -> String {
        let fields = KINDS.iter().zip(self.fields);
        let fields: Vec<String> = fields.map(|(kind, field)| kind.written(field)).collect();
        fields.join(" ")
    }

    /// What the host makes of it that its writer may not have meant, and what will happen.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// When it comes, later than `after`.
    pub fn times(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        self.calendar.after(&after)
    }
}

/// After this long without a sweep something is wrong: three ticks, and half an hour at least, as a round that is spread
/// over instances is summed up later.
pub fn overdue(cadence: &str, last: DateTime<Utc>) -> TimeDelta {
    let third = SweepSchedule::read(cadence)
        .ok()
        .and_then(|cadence| cadence.times(last).nth(2));
    let ticks = third.map_or(TimeDelta::zero(), |third| third - last);
    ticks.max(TimeDelta::minutes(30))
}

/// The same seconds to weekdays for the library that finds their instants; its Sunday is 1.
fn calendar(fields: [u64; 6]) -> Result<cron::Schedule, ScheduleError> {
    let values = |(index, field): (usize, u64)| {
        let shift = u32::from(index == WEEKDAY);
        let values = (0..u64::BITS).filter(|value| field & 1 << value != 0);
        let values: Vec<String> = values.map(|value| (value + shift).to_string()).collect();
        values.join(",")
    };
    let texts: Vec<String> = fields.into_iter().enumerate().map(values).collect();
    cron::Schedule::from_str(&texts.join(" "))
        .map_err(|error| ScheduleError::Calendar(error.to_string()))
}

/// What a text means to the host from an instant on, as `settings --json` and `/api/health` show it.
pub fn shown(text: &str, at: DateTime<Utc>) -> Value {
    let read = SweepSchedule::accepted(text);
    let schedule = read.as_ref().ok();
    let next = schedule.iter().flat_map(|schedule| schedule.times(at));
    let next = next.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
    json!({
        "means": schedule.map(SweepSchedule::means),
        "next": next.take(SHOWN).collect::<Vec<_>>(),
        "warnings": schedule.map(SweepSchedule::warnings).unwrap_or_default(),
        "refused": SweepSchedule::read(text).err().map(|error| error.to_string()),
    })
}
