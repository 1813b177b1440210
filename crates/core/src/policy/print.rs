//! Policies as text that reads back as the same policy.

use super::held::{Hold, HoldEnd, Moment};
use super::time;
use super::values::{Holidays, Idle, Limits, Mode};
use super::weekdays::NAMES;
use crate::duration;
use crate::schedule::{Days, Power, Rules, Schedule, When, Window};
use chrono::SecondsFormat;
use std::fmt;

/// `Mon-Fri 08:00-12:00, 13:00-18:00; stop daily 20:00 Europe/Lisbon`, as `lamp-schedule` takes it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rules {
            Rules::None => f.write_str("none")?,
            Rules::Always => f.write_str("always")?,
            Rules::Never => f.write_str("never")?,
            Rules::Timed { windows, edges } => {
                let mut before: Option<Days> = None;
                for window in windows {
                    match before {
                        Some(days) if days == window.days => write!(f, ", {}", Span(window))?,
                        Some(_) => write!(f, "; {window}")?,
                        None => write!(f, "{window}")?,
                    }
                    before = Some(window.days);
                }
                for (index, edge) in edges.iter().enumerate() {
                    let separator = if index > 0 || before.is_some() {
                        "; "
                    } else {
                        ""
                    };
                    write!(f, "{separator}{} ", verb(edge.power))?;
                    match &edge.when {
                        When::Weekly { days, at } => {
                            write!(f, "{} {}", Named(*days), time::print(*at))?
                        }
                        When::Cron(cron) => f.write_str(cron.as_str())?,
                    }
                }
            }
        }
        write!(f, " {}", self.zone.name())
    }
}

/// `Mon-Fri 08:00-19:00`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Named(self.days), Span(self))
    }
}

struct Span<'a>(&'a Window);

impl fmt::Display for Span<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}",
            time::print(self.0.start),
            time::print(self.0.end)
        )
    }
}

/// Days by name: `daily`, `Mon-Fri`, `Mon,Wed`, `Fri-Mon`.
pub(super) struct Named(pub Days);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |day: usize| self.0.0 >> (day % 7) & 1 == 1;
        if (0..7).all(on) {
            return f.write_str("daily");
        }
        let mut separator = "";
        // A run begins at a day whose eve is not one of them; it may run over the end of the week.
        for first in (0..7).filter(|day| on(*day) && !on(day + 6)) {
            let length = (first..first + 7).take_while(|day| on(*day)).count();
            let (begin, end) = (NAMES[first], NAMES[(first + length - 1) % 7]);
            match length {
                1 => write!(f, "{separator}{begin}")?,
                _ => write!(f, "{separator}{begin}-{end}")?,
            }
            separator = ",";
        }
        Ok(())
    }
}

/// The word that begins an edge.
pub(super) fn verb(power: Power) -> &'static str {
    match power {
        Power::On => "start",
        Power::Off => "stop",
    }
}

/// `off`, or a length of time with the loads that are not the usual ones, as `lamp-idle` takes it.
impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Idle::Off => f.write_str("off"),
            Idle::After { length, limits } => {
                f.write_str(&duration::print(*length))?;
                let usual = Limits::default();
                if limits.cpu != usual.cpu {
                    write!(f, " cpu<{}", limits.cpu)?;
                }
                if limits.gpu != usual.gpu {
                    write!(f, " gpu<{}", limits.gpu)?;
                }
                Ok(())
            }
        }
    }
}

/// `on until 2026-11-24T02:00:00Z`, as `lamp-hold` takes it.
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.power == Power::On { "on" } else { "off" })?;
        if let Some(from) = &self.from {
            write!(f, " from {from}")?;
        }
        match &self.end {
            HoldEnd::Until(until) => write!(f, " until {until}"),
            HoldEnd::For(length) => write!(f, " for {}", duration::print(*length)),
        }
    }
}

/// `2026-11-24T02:00:00Z`, `22:00` or `Fri 22:00`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::At(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Moment::Next(wall) => {
                let day = wall.day.and_then(|day| NAMES.get(usize::from(day)));
                match day {
                    Some(day) => write!(f, "{day} {}", time::print(wall.minutes)),
                    None => f.write_str(&time::print(wall.minutes)),
                }
            }
        }
    }
}

/// Its parts joined with commas, as `lamp-mode` takes them; nothing for the plain mode.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.dry_run, "dry-run"),
            (self.enforce, "enforce"),
            (self.stop_only, "stop-only"),
            (self.ignore, "ignore"),
        ];
        let set: Vec<&str> = parts
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, name)| name)
            .collect();
        f.write_str(&set.join(","))
    }
}

/// The calendars joined with commas, as `lamp-holidays` takes them; `none` for none.
impl fmt::Display for Holidays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.calendars.as_slice() {
            [] => f.write_str("none"),
            calendars => f.write_str(&calendars.join(",")),
        }
    }
}
