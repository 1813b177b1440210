//! What the values of tags mean.

use super::defaults::Calendar;
use crate::schedule::DaysOff;
use std::fmt;
use std::time::Duration;

/// `lamp-idle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Never stopped for being idle.
    Off,
    /// Stopped after so long without work.
    After { length: Duration, limits: Limits },
}

/// The loads below which a resource counts as idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub cpu: Percent,
    pub gpu: Percent,
}

impl Default for Limits {
    /// 5 % each.
    ///
    /// ```
    /// use lamplighter_core::policy::Limits;
    ///
    /// assert_eq!(Limits::default().cpu.as_f64(), 5.0);
    /// assert_eq!(Limits::default().gpu.to_string(), "5%");
    /// ```
    fn default() -> Limits {
        let usual = Percent { tenths: 50 };
        Limits {
            cpu: usual,
            gpu: usual,
        }
    }
}

/// 0.1 % to 100 %, in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    tenths: u16,
}

impl Percent {
    /// `10` or `2.5`, from 0.1 to 100.
    pub(super) fn read(text: &str) -> Option<Percent> {
        let (whole, tenth) = match text.split_once('.') {
            Some((whole, tenth)) if tenth.len() == 1 => (whole, tenth.parse().ok()?),
            Some(_) => return None,
            None => (text, 0),
        };
        let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 100)?;
        let tenths = whole * 10 + tenth;
        (1..=1000).contains(&tenths).then_some(Percent { tenths })
    }

    /// From 0.1 to 100.
    pub fn as_f64(self) -> f64 {
        f64::from(self.tenths) / 10.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenths % 10 {
            0 => write!(f, "{}%", self.tenths / 10),
            tenth => write!(f, "{}.{tenth}%", self.tenths / 10),
        }
    }
}

/// `lamp-holidays`: any calendars, joined with commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// `PT`, `DE-BY`, or the names of the platform's own calendars; empty for `none`.
    pub calendars: Vec<String>,
    /// The days of all of them.
    pub days_off: DaysOff,
    /// Those of them that are the platform's own, by name.
    pub own: Vec<(String, Calendar)>,
}

/// `lamp-mode`: any of these, joined with commas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// Decide and report, but do nothing.
    pub dry_run: bool,
    /// Undo people's own starts and stops too.
    pub enforce: bool,
    /// Never start.
    pub stop_only: bool,
    /// Leave alone.
    pub ignore: bool,
}
