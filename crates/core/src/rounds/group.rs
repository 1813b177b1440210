//! Which workspaces go into one message: as many as are swept in well under a minute, those of a subscription together.

use std::time::Duration;

/// The most workspaces in one message.
pub const MOST: usize = 64;
/// A message with so many ends where its subscription does: 1,000 workspaces are 25 messages at most.
const ENOUGH: usize = 40;
/// What the passes of one message may come to, one after the other; several are made at once.
const LONGEST: Duration = Duration::from_secs(80);
/// The longest that a message may become, in bytes: a queue takes 48 KiB, and what is the same for all is in it too.
pub const LARGEST: usize = 44 * 1024;
/// So many that were slow or failed have a message to themselves. The next ones share some, with their like only: in an
/// outage all are slow.
const ALONE: usize = 8;
/// What one of those that share counts for at most.
const COUNTED: Duration = Duration::from_secs(20);

/// A workspace that is to be put into a message.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub subscription: &'a str,
    /// What it adds to a message.
    pub bytes: usize,
    /// What its pass is taken to need.
    pub took: Duration,
    /// Its last pass was slow or failed: it may hold up none that was not.
    pub apart: bool,
}

/// The workspaces of one message, by their places in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub members: Vec<usize>,
    /// Of those that were slow or failed.
    pub apart: bool,
}

type Placed<'a> = (usize, &'a Candidate<'a>);

/// Puts all of them into messages; the slow ones' come first, as they take longest.
pub fn group(all: &[Candidate<'_>]) -> Vec<Group> {
    let (mut apart, rest): (Vec<Placed<'_>>, Vec<Placed<'_>>) =
        all.iter().enumerate().partition(|(_, one)| one.apart);
    apart.sort_by_key(|(_, one)| std::cmp::Reverse(one.took));
    let sharing = apart.split_off(apart.len().min(ALONE));
    let alone = apart.into_iter().map(|(place, _)| vec![place]);
    let apart = alone.chain(packed(sharing)).map(|members| Group {
        members,
        apart: true,
    });
    let rest = packed(rest).into_iter().map(|members| Group {
        members,
        apart: false,
    });
    apart.chain(rest).collect()
}

/// A subscription that is too many for one message is cut into parts of one size; what is left of one fills up with the
/// next one's.
fn packed(mut some: Vec<Placed<'_>>) -> Vec<Vec<usize>> {
    some.sort_by_cached_key(|(place, one)| (one.subscription.to_lowercase(), *place));
    let (mut done, mut open) = (Vec::new(), Open::default());
    let same =
        |a: &Placed<'_>, b: &Placed<'_>| a.1.subscription.eq_ignore_ascii_case(b.1.subscription);
    for own in some.chunk_by(same) {
        let parts = own.len().div_ceil(MOST);
        for part in own.chunks(own.len().div_ceil(parts)) {
            for &(place, one) in part {
                if !open.has_room_for(one) {
                    done.push(open.end());
                }
                open.add(place, one);
            }
            if open.members.len() >= ENOUGH {
                done.push(open.end());
            }
        }
    }
    if !open.members.is_empty() {
        done.push(open.members);
    }
    done
}

/// A message that is being filled.
#[derive(Default)]
struct Open {
    members: Vec<usize>,
    bytes: usize,
    takes: Duration,
}

impl Open {
    fn has_room_for(&self, one: &Candidate<'_>) -> bool {
        self.members.is_empty()
            || (self.members.len() < MOST
                && self.bytes.saturating_add(one.bytes) <= LARGEST
                && self.takes.saturating_add(counted(one)) <= LONGEST)
    }

    fn add(&mut self, place: usize, one: &Candidate<'_>) {
        self.members.push(place);
        self.bytes = self.bytes.saturating_add(one.bytes);
        self.takes = self.takes.saturating_add(counted(one));
    }

    fn end(&mut self) -> Vec<usize> {
        std::mem::take(self).members
    }
}

fn counted(one: &Candidate<'_>) -> Duration {
    match one.apart {
        true => one.took.min(COUNTED),
        false => one.took,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick(subscription: &str) -> Candidate<'_> {
        Candidate {
            subscription,
            bytes: 300,
            took: Duration::from_millis(200),
            apart: false,
        }
    }

    fn counts(all: &[Candidate<'_>]) -> Vec<usize> {
        group(all).iter().map(|one| one.members.len()).collect()
    }

    /// Workspaces spread evenly over subscriptions, in an order that mixes them.
    fn spread<'a>(names: &'a [String], workspaces: usize) -> Vec<Candidate<'a>> {
        let names = names.iter().cycle();
        names.take(workspaces).map(|name| quick(name)).collect()
    }

    #[test]
    fn a_thousand_workspaces_are_at_most_25_messages_however_many_subscriptions_have_them() {
        for subscriptions in 1..=1000 {
            let names: Vec<String> = (0..subscriptions).map(|n| format!("s{n:04}")).collect();
            let all = spread(&names, 1000);
            let groups = group(&all);
            assert!(groups.len() <= 25, "{subscriptions}: {}", groups.len());
            let mut members: Vec<usize> =
                groups.iter().flat_map(|one| one.members.clone()).collect();
            members.sort_unstable();
            assert!(members.into_iter().eq(0..1000), "each is in one of them");
        }
    }

    #[test]
    fn a_subscription_stays_together_and_small_ones_share_a_message() {
        let names = ["a".to_owned(), "A".to_owned(), "b".to_owned()];
        assert_eq!(counts(&spread(&names[..2], 100)), [50, 50]);
        assert_eq!(counts(&spread(&names, 30)), [30]);
        let all: Vec<_> = (0..45)
            .map(|_| quick("a"))
            .chain((0..10).map(|_| quick("b")))
            .collect();
        assert_eq!(counts(&all), [45, 10]);
    }

    #[test]
    fn length_and_time_end_a_message() {
        let mut all = vec![quick("a"); 60];
        for one in &mut all {
            one.took = Duration::from_secs(8);
        }
        assert_eq!(counts(&all), [10; 6]);
        for one in &mut all {
            (one.took, one.bytes) = (Duration::ZERO, LARGEST / 3);
        }
        assert_eq!(counts(&all), [3; 20]);
        // One that is over every limit has a message all the same.
        (all[0].took, all[0].bytes) = (Duration::from_secs(500), LARGEST * 2);
        assert_eq!(group(&all)[0].members, [0]);
    }

    #[test]
    fn the_slow_are_alone_and_an_outage_is_no_message_each() {
        let mut all = vec![quick("a"); 30];
        for (place, seconds) in [(3, 20), (7, 90)] {
            (all[place].took, all[place].apart) = (Duration::from_secs(seconds), true);
        }
        let groups = group(&all);
        let first: Vec<_> = groups[..2].iter().map(|one| one.members.clone()).collect();
        assert_eq!(first, [[7], [3]], "the slowest first");
        assert_eq!((groups.len(), groups[2].members.len()), (3, 28));
        assert!(groups[0].apart && groups[1].apart && !groups[2].apart);
        for one in &mut all {
            (one.took, one.apart) = (Duration::from_secs(240), true);
        }
        all.push(quick("a"));
        assert_eq!(counts(&all), [1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 2, 1]);
    }
}
