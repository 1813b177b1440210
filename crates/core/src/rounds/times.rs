//! What is remembered of the passes over workspaces: one number for most of them, and a line for each that differs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a pass is taken to need while nobody knows.
const GUESS: Duration = Duration::from_secs(1);
/// A pass that takes so long is slow, unless most of them take a quarter of that or more.
pub const SLOW: Duration = Duration::from_secs(10);
/// What a pass is taken to need that never ended: it goes before all that did.
const NEVER_ENDED_MS: u64 = 3_600_000;
/// So many that differ are remembered at most: in an outage all do, and the document is read by every tick.
const KEPT: usize = 1000;

/// Whether silence tells anything of each that was silent. Where most were, it tells of the round: its messages were not
/// worked on, and whoever handed each out alone would multiply them just then.
pub fn tells_of_each(silent: usize, answered: usize) -> bool {
    silent <= answered
}

/// What is known of how long passes take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PassTimes {
    /// What a pass took on average in the last round that all reported in, in milliseconds; only of those that had nothing
    /// to stop or start, where there were any: schedules have their edges when such a round is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_ms: Option<u64>,
    /// The last passes that failed or took much longer, by the workspace's ARM id in lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unusual: BTreeMap<String, LastPass>,
}

/// How the last pass over a workspace went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastPass {
    /// When its round began, or, of a message that was given up, when that was found.
    pub at: DateTime<Utc>,
    /// Without what it waited for ARM's budget of calls, which is everybody's.
    pub took_ms: u64,
    /// Nothing was stopped or started in it.
    #[serde(default)]
    pub quiet: bool,
    /// Not all its resources were observed, or nobody heard of it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

impl LastPass {
    /// One of which nobody heard again.
    pub fn never_ended(at: DateTime<Utc>) -> LastPass {
        LastPass {
            at,
            took_ms: NEVER_ENDED_MS,
            quiet: false,
            failed: true,
        }
    }
}

impl PassTimes {
    pub fn is_empty(&self) -> bool {
        self.usual_ms.is_none() && self.unusual.is_empty()
    }

    /// What the next pass over a workspace is taken to need, and whether it is to be kept away from others.
    pub fn expected(&self, workspace: &str) -> (Duration, bool) {
        match self.unusual.get(workspace) {
            Some(last) => {
                let took = Duration::from_millis(last.took_ms);
                (took, last.failed || took >= self.slow())
            }
            None => (self.usual(), false),
        }
    }

    /// Takes in how one pass went, unless a later one is known.
    pub fn learn(&mut self, workspace: String, pass: LastPass) {
        let known = self.unusual.get(&workspace);
        if known.is_some_and(|known| known.at > pass.at) {
            return;
        }
        let room = known.is_some() || self.unusual.len() < KEPT;
        if !self.is_unusual(&pass) {
            self.unusual.remove(&workspace);
        } else if room {
            self.unusual.insert(workspace, pass);
        }
    }

    /// Takes in a round that all were to report in. Workspaces that are not in it are gone, unless something is known of
    /// them that is newer.
    pub fn learn_round(&mut self, at: DateTime<Utc>, passes: Vec<(String, LastPass)>) {
        let whole = passes
            .iter()
            .map(|(_, pass)| pass)
            .filter(|pass| !pass.failed);
        let quiet = mean(whole.clone().filter(|pass| pass.quiet));
        self.usual_ms = quiet.or(self.usual_ms).or_else(|| mean(whole));
        self.unusual.retain(|_, known| known.at > at);
        let (mut failed, mut others): (Vec<_>, Vec<_>) =
            passes.into_iter().partition(|(_, pass)| pass.failed);
        // Where there is no room for all, for the slowest.
        for some in [&mut failed, &mut others] {
            some.sort_by_key(|(_, pass)| std::cmp::Reverse(pass.took_ms));
        }
        for (workspace, pass) in failed.into_iter().chain(others) {
            self.learn(workspace, pass);
        }
    }

    fn is_unusual(&self, pass: &LastPass) -> bool {
        let took = Duration::from_millis(pass.took_ms);
        pass.failed || took > GUESS.max(self.usual() * 2)
    }

    fn usual(&self) -> Duration {
        self.usual_ms.map_or(GUESS, Duration::from_millis)
    }

    fn slow(&self) -> Duration {
        SLOW.max(self.usual() * 4)
    }
}

fn mean<'a>(passes: impl Iterator<Item = &'a LastPass>) -> Option<u64> {
    let (sum, count) = passes.fold((0u64, 0u64), |(sum, count), pass| {
        (sum.saturating_add(pass.took_ms), count + 1)
    });
    sum.checked_div(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_in_which_most_were_silent_tells_of_none_of_them() {
        assert!(tells_of_each(1, 999));
        assert!(tells_of_each(500, 500));
        assert!(!tells_of_each(501, 500));
        assert!(!tells_of_each(1000, 0));
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
    }

    fn pass(minute: i64, took_ms: u64, failed: bool) -> LastPass {
        LastPass {
            at: at(minute),
            took_ms,
            quiet: true,
            failed,
        }
    }

    fn expected(times: &PassTimes, workspace: &str) -> (u128, bool) {
        let (took, apart) = times.expected(workspace);
        (took.as_millis(), apart)
    }

    #[test]
    fn most_are_one_number_and_what_differs_has_a_line() {
        let mut times = PassTimes::default();
        assert_eq!(expected(&times, "new"), (1000, false));
        let quick = (0..98).map(|n| (format!("w{n}"), pass(0, 200, false)));
        let odd = [
            ("longer".to_owned(), pass(0, 3000, false)),
            ("slow".to_owned(), pass(0, 12_000, false)),
            ("refused".to_owned(), pass(0, 90, true)),
        ];
        times.learn_round(at(0), quick.chain(odd).collect());
        assert_eq!(times.usual_ms, Some((98 * 200 + 15_000) / 100));
        assert_eq!(times.unusual.len(), 3);
        assert_eq!(expected(&times, "w7"), (346, false));
        assert_eq!(expected(&times, "longer"), (3000, false));
        assert_eq!(expected(&times, "slow"), (12_000, true));
        assert_eq!(expected(&times, "refused"), (90, true));
    }

    #[test]
    fn the_latest_pass_counts_and_who_is_gone_is_forgotten() {
        let mut times = PassTimes::default();
        times.learn("a".into(), pass(10, 30_000, false));
        // Found out late, and no longer true.
        times.learn("a".into(), pass(5, 100, false));
        assert_eq!(expected(&times, "a"), (30_000, true));
        times.learn("a".into(), pass(15, 100, false));
        assert_eq!(expected(&times, "a"), (1000, false));
        times.learn("gone".into(), pass(15, 100, true));
        times.learn("dead".into(), pass(25, 0, true));
        times.learn_round(at(20), vec![("a".into(), pass(20, 500, false))]);
        assert_eq!(expected(&times, "gone"), (500, false));
        assert_eq!(expected(&times, "dead"), (0, true));
    }

    #[test]
    fn an_evening_in_which_all_are_stopped_tells_nothing_of_the_night() {
        let evening = |minute| {
            let stops = LastPass {
                quiet: false,
                ..pass(minute, 9000, false)
            };
            vec![("a".to_owned(), stops.clone()), ("b".to_owned(), stops)]
        };
        let mut times = PassTimes::default();
        times.learn_round(at(0), evening(0));
        assert_eq!(times.usual_ms, Some(9000), "nothing else is known");
        times.learn_round(at(60), vec![("a".into(), pass(60, 300, false))]);
        times.learn_round(at(120), evening(120));
        assert_eq!(times.usual_ms, Some(300));
    }

    #[test]
    fn where_all_are_long_none_is_slow_and_an_outage_is_bounded() {
        let mut times = PassTimes::default();
        let all = (0..50).map(|n| (format!("w{n}"), pass(0, 8000, false)));
        times.learn_round(at(0), all.collect());
        times.learn("w1".into(), pass(5, 20_000, false));
        assert_eq!(expected(&times, "w1"), (20_000, false));
        let all = (0..3000).map(|n| (format!("w{n}"), pass(10, n, true)));
        times.learn_round(at(10), all.collect());
        assert_eq!(times.unusual.len(), KEPT);
        assert_eq!(expected(&times, "w2999"), (2999, true));
        assert_eq!(times.usual_ms, Some(8000), "nothing new is known");
    }
}
