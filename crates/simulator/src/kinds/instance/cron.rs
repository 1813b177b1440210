//! Fields of a cron expression.

/// A field that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{field}\" is not a cron field; expected {least}-{most}, *, lists, ranges or steps")]
pub(crate) struct CronFieldError {
    field: String,
    least: u32,
    most: u32,
}

/// What a field may hold. The first name stands for `least`.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub least: u32,
    pub most: u32,
    pub names: &'static [&'static str],
}

pub(super) const MINUTE: Field = of(0, 59, &[]);
pub(super) const HOUR: Field = of(0, 23, &[]);
pub(super) const MONTH_DAY: Field = of(1, 31, &[]);
pub(super) const MONTH: Field = of(
    1,
    12,
    &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
);
/// Sunday is 0 or 7.
pub(super) const WEEK_DAY: Field = of(0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

const fn of(least: u32, most: u32, names: &'static [&'static str]) -> Field {
    Field { least, most, names }
}

impl Field {
    /// The numbers that a text allows, in order.
    ///
    /// # Errors
    /// It is no list of numbers, names, ranges and steps within the field.
    pub fn read(self, text: &str) -> Result<Vec<u32>, CronFieldError> {
        let mut values = Vec::new();
        for part in text.split(',') {
            let span = self.part(part).ok_or_else(|| CronFieldError {
                field: text.to_owned(),
                least: self.least,
                most: self.most,
            })?;
            values.extend(span);
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn part(self, part: &str) -> Option<impl Iterator<Item = u32>> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok()?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.least, self.most),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if part.contains('/') => (self.number(range)?, self.most),
            None => (self.number(range)?, self.number(range)?),
        };
        (step > 0 && from <= to).then(|| (from..=to).step_by(step))
    }

    fn number(self, text: &str) -> Option<u32> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let value = match named {
            Some(index) => index as u32 + self.least,
            None => text.parse().ok()?,
        };
        (self.least..=self.most).contains(&value).then_some(value)
    }
}
