//! One field of a schedule: which values it has, and what the host does with how they are written.

use super::error::FieldError;

/// What a field is about.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub least: u32,
    pub most: u32,
    /// From the least value on.
    names: &'static [&'static str],
}

const fn numbers(name: &'static str, least: u32, most: u32) -> Kind {
    Kind {
        name,
        least,
        most,
        names: &[],
    }
}

/// In the order in which they are written.
pub const KINDS: [Kind; 6] = [
    numbers("second", 0, 59),
    numbers("minute", 0, 59),
    numbers("hour", 0, 23),
    numbers("day of month", 1, 31),
    Kind {
        name: "month",
        least: 1,
        most: 12,
        names: &[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    },
    Kind {
        name: "day of week",
        least: 0,
        most: 6,
        names: &[
            "Sunday",
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
        ],
    },
];

/// The values of a field, and what the host makes of it that its writer may not have meant.
#[derive(Debug, Default)]
pub struct Field {
    /// Bit n is value n.
    pub values: u64,
    pub warnings: Vec<String>,
}

/// The values from the first to the last, in steps.
struct Span {
    first: i64,
    last: i64,
    step: i64,
}

/// What .NET's parser of whole numbers lets stand around them.
const SPACES: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];

impl Kind {
    /// Reads a field: elements with commas between.
    pub fn read(&self, text: &str) -> Result<Field, FieldError> {
        let mut field = Field::default();
        for element in text.split(',') {
            self.add(&mut field, element)?;
        }
        Ok(field)
    }

    fn add(&self, field: &mut Field, element: &str) -> Result<(), FieldError> {
        let (range, step) = match element.find('/').filter(|at| *at > 0) {
            Some(at) => (&element[..at], Some(step(&element[at + 1..])?)),
            None => (element, None),
        };
        let (least, most) = (i64::from(self.least), i64::from(self.most));
        let (first, last) = match range.find('-').filter(|at| *at > 0) {
            _ if range == "*" => (least, most),
            Some(at) => (self.value(&range[..at])?, self.value(&range[at + 1..])?),
            None => match (self.value(range)?, step) {
                (value, Some(_)) => (value, most),
                (value, None) => (value, value),
            },
        };
        let span = Span {
            first: first.min(last),
            last: first.max(last),
            step: step.unwrap_or(1).max(1),
        };
        self.within(span.first)?;
        self.within(span.last)?;
        // The host's own number for the value after the first would be too long for it.
        if span.first < span.last && span.first - least + span.step > i64::from(i32::MAX) {
            return Err(FieldError::Step(element.to_string()));
        }
        if first > last {
            field.warnings.push(self.turned(element, first, last));
        }
        field.warnings.extend(self.narrowed(element, &span, step));
        let mut value = span.first;
        while value <= span.last {
            field.values |= 1 << value;
            value += span.step;
        }
        Ok(())
    }

    fn value(&self, text: &str) -> Result<i64, FieldError> {
        if text.is_empty() {
            return Err(FieldError::Empty);
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            let number = text.trim_end_matches(SPACES).parse::<i32>();
            return number
                .map(i64::from)
                .map_err(|_| FieldError::Number(text.to_string()));
        }
        // The first name that begins so: `M` is March before May, and `T` Tuesday.
        let begins = |name: &&str| {
            name.get(..text.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(text))
        };
        let named = self.names.iter().position(begins);
        named
            .map(|index| index as i64 + i64::from(self.least))
            .ok_or_else(|| FieldError::Name {
                text: text.to_string(),
                hint: match text {
                    "?" => "; the host knows no ?, write *",
                    _ => "",
                },
            })
    }

    fn within(&self, value: i64) -> Result<(), FieldError> {
        if (i64::from(self.least)..=i64::from(self.most)).contains(&value) {
            return Ok(());
        }
        Err(FieldError::Range {
            value,
            least: self.least,
            most: self.most,
            hint: match (self.most, value) {
                (6, 7) => "; Sunday is 0",
                _ => "",
            },
        })
    }

    /// A range whose ends stand the wrong way round.
    fn turned(&self, element: &str, first: i64, last: i64) -> String {
        let range = |from: i64, to: i64| match from == to {
            true => from.to_string(),
            false => format!("{from}-{to}"),
        };
        let wrapped = format!(
            "{},{}",
            range(first, self.most.into()),
            range(self.least.into(), last)
        );
        let to = if first - last == 1 { "and" } else { "to" };
        let words = match self.names.is_empty() {
            true => String::new(),
            false => format!(" ({} {to} {})", self.called(last), self.called(first)),
        };
        format!(
            "{} {element}: the host turns a range round whose first value is the greater, so this is {last}-{first}{words}; \
             if it was to go on past the end, write {wrapped}",
            self.name
        )
    }

    /// A step that leaves out what its writer may have counted on, or none.
    fn narrowed(&self, element: &str, span: &Span, step: Option<i64>) -> Option<String> {
        let step = step?;
        let name = self.name;
        if step < 1 {
            return Some(format!(
                "{name} {element}: the host takes a step below 1 for 1, so this is every {name} from {} to {}",
                span.first, span.last
            ));
        }
        (step > span.last - span.first).then(|| {
            format!(
                "{name} {element}: the step is longer than what it steps through, so this is {} only",
                span.first
            )
        })
    }

    fn called(&self, value: i64) -> &'static str {
        let index = usize::try_from(value - i64::from(self.least)).ok();
        let name = index.and_then(|index| self.names.get(index));
        name.copied().unwrap_or_default()
    }

    pub fn all(&self) -> u64 {
        (self.least..=self.most).fold(0, |all, value| all | 1 << value)
    }

    /// The values as the host writes them back: `*`, single ones and ranges.
    pub fn written(&self, values: u64) -> String {
        if values == self.all() {
            return "*".into();
        }
        let has = |value: u32| value <= self.most && values & 1 << value != 0;
        let mut runs = Vec::new();
        let mut value = self.least;
        while value <= self.most {
            let first = value;
            while has(value) {
                value += 1;
            }
            match value - first {
                0 => {}
                1 => runs.push(first.to_string()),
                _ => runs.push(format!("{first}-{}", value - 1)),
            }
            value += 1;
        }
        runs.join(",")
    }
}

/// A whole number after the slash; .NET reads it with a sign.
fn step(text: &str) -> Result<i64, FieldError> {
    let number = text.trim_matches(SPACES).parse::<i32>();
    number
        .map(i64::from)
        .map_err(|_| FieldError::Step(text.to_string()))
}
