//! Six fields together: when they come.

use super::error::ScheduleError;
use super::field::KINDS;
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Timelike, Utc};
use serde_json::{Value, json};

/// A timetable of sweeps, UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepSchedule {
    /// Seconds, minutes, hours, days, months and weekdays; bit n is value n.
    fields: [u64; 6],
    warnings: Vec<String>,
}

const SECOND: usize = 0;
const MINUTE: usize = 1;
const HOUR: usize = 2;
const DAY: usize = 3;
const MONTH: usize = 4;
const WEEKDAY: usize = 5;

/// Every date falls on every weekday within forty years, 29 February across the turn of a century too.
const FARTHEST: i64 = 41 * 366;
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
        let comes = schedule.next(DateTime::UNIX_EPOCH).is_some();
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
        let mut schedule = SweepSchedule {
            fields: [0; 6],
            warnings: Vec::new(),
        };
        for (index, (kind, text)) in KINDS.iter().zip(texts).enumerate() {
            let field = kind.read(text).map_err(|why| ScheduleError::Field {
                field: kind.name,
                why,
            })?;
            schedule.fields[index] = field.values;
            schedule.warnings.extend(field.warnings);
        }
        let names = |index: usize| schedule.fields[index] != KINDS[index].all();
        if names(DAY) && names(WEEKDAY) {
            let both = "the host sweeps only on days of which both the day of month and the day of week fit";
            schedule.warnings.push(both.into());
        }
        Ok(schedule)
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
        std::iter::successors(self.next(after), |time| self.next(*time))
    }

    fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let from = after.checked_add_signed(TimeDelta::seconds(1))?;
        let today = from.date_naive();
        if self.on(today)
            && let Some(time) = self.first_time([from.hour(), from.minute(), from.second()])
        {
            return at(today, time);
        }
        let day = (1..=FARTHEST)
            .map_while(|days| today.checked_add_signed(TimeDelta::days(days)))
            .find(|day| self.on(*day))?;
        at(day, self.first_time([0, 0, 0])?)
    }

    fn on(&self, day: NaiveDate) -> bool {
        self.has(MONTH, day.month())
            && self.has(DAY, day.day())
            && self.has(WEEKDAY, day.weekday().num_days_from_sunday())
    }

    fn has(&self, field: usize, value: u32) -> bool {
        self.fields[field] & 1 << value != 0
    }

    /// The first value of a field that is not less.
    fn first(&self, field: usize, least: u32) -> Option<u32> {
        let left = self.fields[field].checked_shr(least)?;
        (left != 0).then(|| least + left.trailing_zeros())
    }

    /// The first hour, minute and second of a day that are not earlier.
    fn first_time(&self, [hour, minute, second]: [u32; 3]) -> Option<[u32; 3]> {
        let begin = |field| self.first(field, 0);
        if self.has(HOUR, hour) {
            let same_minute = self
                .first(SECOND, second)
                .filter(|_| self.has(MINUTE, minute));
            if let Some(second) = same_minute {
                return Some([hour, minute, second]);
            }
            if let Some(minute) = self.first(MINUTE, minute + 1) {
                return Some([hour, minute, begin(SECOND)?]);
            }
        }
        let hour = self.first(HOUR, hour + 1)?;
        Some([hour, begin(MINUTE)?, begin(SECOND)?])
    }
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

fn at(day: NaiveDate, [hour, minute, second]: [u32; 3]) -> Option<DateTime<Utc>> {
    day.and_hms_opt(hour, minute, second)
        .map(|time| time.and_utc())
}
