//! The best tag, and what it is worth: chosen by some of the weeks, and judged by the one that is left out.

use super::play::Tally;

/// What a candidate came to, week by week, and its class.
pub(super) struct Trial {
    pub weeks: Vec<Tally>,
    pub class: u8,
}

/// What the left-out weeks say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// Seconds less on, by week.
    pub saved: Vec<i64>,
    pub of: Tally,
}

/// Less than this part of the time on, in per cent, is not worth a tag.
const WORTH: i64 = 5;
/// So much of the best saving, in per cent, is as good.
const AS_GOOD: i64 = 97;

/// Which candidate saves most in these weeks without a stop in use. `base`: seconds on as it was. `None`: none saves enough.
pub(super) fn best(trials: &[Trial], base: &[i64], weeks: &[usize]) -> Option<usize> {
    // People who must start it themselves more than once a week had rather keep it on; but better that than nothing.
    let most = u32::try_from(weeks.len()).unwrap_or(u32::MAX);
    best_of(trials, base, weeks, most).or_else(|| best_of(trials, base, weeks, u32::MAX))
}

fn best_of(trials: &[Trial], base: &[i64], weeks: &[usize], by_hand: u32) -> Option<usize> {
    let on: i64 = weeks.iter().map(|week| base[*week]).sum();
    let saved = |trial: &Trial| -> i64 {
        weeks
            .iter()
            .map(|week| base[*week] - trial.weeks[*week].on)
            .sum()
    };
    let fits = |trial: &&(usize, &Trial)| {
        let mut sum = Tally::default();
        weeks.iter().for_each(|week| sum.add(&trial.1.weeks[*week]));
        sum.in_use + sum.unknown + sum.close == 0 && sum.by_hand <= by_hand
    };
    let fitting: Vec<(usize, &Trial)> =
        trials.iter().enumerate().filter(|one| fits(&one)).collect();
    let most = fitting.iter().map(|(_, trial)| saved(trial)).max()?;
    if most <= 0 || most * 100 < on * WORTH {
        return None;
    }
    let good = fitting
        .iter()
        .filter(|(_, trial)| saved(trial) * 100 >= most * AS_GOOD);
    let chosen = good.min_by_key(|(_, trial)| (trial.class, -saved(trial)));
    chosen.map(|(place, _)| *place)
}

/// Each week judged by the tag that the others choose.
pub(super) fn judge(trials: &[Trial], base: &[i64]) -> Judged {
    let mut judged = Judged::default();
    for left_out in 0..base.len() {
        let others: Vec<usize> = (0..base.len()).filter(|week| *week != left_out).collect();
        let chosen = best(trials, base, &others).map(|place| &trials[place].weeks[left_out]);
        judged
            .saved
            .push(chosen.map_or(0, |week| base[left_out] - week.on));
        if let Some(week) = chosen {
            judged.of.add(week);
        }
    }
    judged
}
