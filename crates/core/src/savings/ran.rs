//! When a resource was on, by what sweeps observed of it: Azure tells since when it is as it is.

use super::piece::DAY;

/// A resource as a sweep observed it. Times are whole seconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub at: i64,
    pub since: i64,
    pub on: bool,
    /// How many nodes or instances there were; of one thing 1 or 0.
    pub units: i64,
    /// It had been deleted.
    pub gone: bool,
}

/// A stretch of time in which a resource was one and the same: `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: i64,
    pub to: i64,
    pub on: bool,
    pub units: i64,
    pub gone: bool,
}

impl Seen {
    fn as_of(&self, from: i64, to: i64) -> Stretch {
        Stretch {
            from,
            to,
            on: self.on,
            units: self.units,
            gone: self.gone,
        }
    }

    fn is_as(&self, other: &Seen) -> bool {
        (self.on, self.units, self.gone) == (other.on, other.units, other.gone)
    }
}

/// One stretch after another, from the first sight on; the last lasts until `end`. `seen` is in order of time.
pub fn stretches(seen: &[Seen], end: i64) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    let mut state: Option<Seen> = None;
    for one in seen {
        let Some(before) = state else {
            let at = one.since.min(one.at);
            state = Some(Seen { at, ..*one });
            continue;
        };
        if before.is_as(one) {
            continue;
        }
        // Of a number nothing tells since when.
        let turned = match before.on == one.on {
            true => one.at,
            false => one.since.clamp(before.at, one.at),
        };
        all.push(before.as_of(before.at, turned));
        state = Some(Seen { at: turned, ..*one });
    }
    all.extend(state.map(|last| last.as_of(last.at, end.max(last.at))));
    all
}

/// A stretch within `from..to`, cut at midnight (UTC), without the time in which nobody looked.
pub fn watched(stretch: &Stretch, (from, to): (i64, i64), gaps: &[(i64, i64)]) -> Vec<Stretch> {
    let mut out = Vec::new();
    let (mut begin, end) = (stretch.from.max(from), stretch.to.min(to));
    while begin < end {
        let gap = gaps.iter().find(|gap| begin < gap.1);
        if let Some(gap) = gap.filter(|gap| gap.0 <= begin) {
            begin = gap.1;
            continue;
        }
        let midnight = (begin.div_euclid(DAY) + 1) * DAY;
        let next = gap.map_or(end, |gap| gap.0).min(midnight).min(end);
        out.push(Stretch {
            from: begin,
            to: next,
            ..*stretch
        });
        begin = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: i64, since: i64, units: i64) -> Seen {
        Seen {
            at,
            since,
            on: units > 0,
            units,
            gone: false,
        }
    }

    fn times(stretches: &[Stretch]) -> Vec<(i64, i64, i64)> {
        let all = stretches.iter();
        all.map(|one| (one.from, one.to, one.units)).collect()
    }

    #[test]
    fn a_change_is_dated_by_azure_and_a_number_by_the_sweep_that_counted() {
        let one = [seen(100, 40, 1), seen(200, 40, 1), seen(300, 290, 0)];
        assert_eq!(times(&stretches(&one, 500)), [(40, 290, 1), (290, 500, 0)]);
        let many = [seen(100, 40, 2), seen(200, 40, 5)];
        assert_eq!(times(&stretches(&many, 500)), [(40, 200, 2), (200, 500, 5)]);
        assert!(stretches(&[], 500).is_empty());
    }

    #[test]
    fn what_is_deleted_is_neither_on_nor_off() {
        let gone = Seen {
            gone: true,
            ..seen(300, 300, 0)
        };
        let all = stretches(&[seen(100, 100, 1), seen(200, 200, 0), gone], 500);
        assert_eq!(times(&all), [(100, 200, 1), (200, 300, 0), (300, 500, 0)]);
        assert!(all[2].gone && !all[1].gone);
    }

    #[test]
    fn midnights_cut_and_gaps_count_for_nothing() {
        let whole = stretches(&[seen(0, 0, 1)], 3 * DAY)[0];
        let cut = watched(
            &whole,
            (100, 2 * DAY),
            &[(DAY - 50, DAY + 70), (DAY + 80, DAY + 90)],
        );
        assert_eq!(
            times(&cut),
            [
                (100, DAY - 50, 1),
                (DAY + 70, DAY + 80, 1),
                (DAY + 90, 2 * DAY, 1)
            ]
        );
        assert!(watched(&whole, (5, 5), &[]).is_empty());
    }
}
