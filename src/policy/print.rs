//! Policies as text that reads back to the same.

use super::{Hold, Idle, Mode};
use crate::schedule::{Days, Power, Rules, Schedule};
use std::fmt;

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 & 0b111_1111 == 0b111_1111 {
            return f.write_str("daily");
        }
        let has = |day: usize| day < 7 && self.0 & (1 << day) != 0;
        let mut parts = Vec::new();
        let mut day = 0;
        while day < 7 {
            if !has(day) {
                day += 1;
                continue;
            }
            let first = day;
            while has(day + 1) {
                day += 1;
            }
            parts.push(if first == day {
                NAMES[day].to_string()
            } else {
                format!("{}-{}", NAMES[first], NAMES[day])
            });
            day += 1;
        }
        f.write_str(&parts.join(","))
    }
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = match &self.rules {
            Rules::None => "none".to_string(),
            Rules::Always => "always".to_string(),
            Rules::Never => "never".to_string(),
            Rules::Timed { windows, edges } => {
                let windows = windows
                    .iter()
                    .map(|w| format!("{} {}-{}", w.days, clock(w.start), clock(w.end)));
                let verb = |power| if power == Power::On { "start" } else { "stop" };
                let edges = edges
                    .iter()
                    .map(|e| format!("{} {} {}", verb(e.power), e.days, clock(e.at)));
                windows.chain(edges).collect::<Vec<_>>().join("; ")
            }
        };
        write!(f, "{rules} {}", self.zone.name())
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = if self.power == Power::On { "on" } else { "off" };
        write!(f, "{power} until {}", self.until.to_rfc3339())
    }
}

impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Idle::Off => f.write_str("off"),
            Idle::After(length) => f.write_str(&crate::duration::print(*length)),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.dry_run, "dry-run"),
            (self.enforce, "enforce"),
            (self.stop_only, "stop-only"),
            (self.ignore, "ignore"),
        ];
        let set: Vec<&str> = words
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, word)| *word)
            .collect();
        f.write_str(&set.join(","))
    }
}
