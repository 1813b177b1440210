//! Actions that Azure accepted, by the cause that their requests name: the two are records of their own.

use super::place::Place;
use lamplighter_core::record::{Cause, OwnOperation};
use lamplighter_core::schedule::Power;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

/// Stands for what is too long to be kept by the hundred thousand: nobody can tell beforehand what would have the same mark.
#[derive(Default)]
pub struct Marks(RandomState, RandomState);

impl Marks {
    pub fn of(&self, what: &(impl Hash + ?Sized)) -> u128 {
        let (high, low) = (self.0.hash_one(what), self.1.hash_one(what));
        u128::from(high) << 64 | u128::from(low)
    }
}

/// Of one resource, by cause: stops and starts.
pub type ByCause = BTreeMap<Cause, (usize, usize)>;

#[derive(Default)]
pub struct Accepted {
    /// Operations that were asked for, by their marks.
    asked: Vec<(u128, Place, Cause)>,
    /// By the resource's number and the operation's mark.
    answered: Vec<(u32, u128, Place, Power)>,
}

impl Accepted {
    pub fn asked(&mut self, mark: u128, place: &Place, operation: &OwnOperation) {
        let cause = Cause::of(operation.reason);
        self.asked.push((mark, place.clone(), cause));
    }

    pub fn answered(&mut self, resource: u32, mark: u128, place: &Place, power: Power) {
        self.answered.push((resource, mark, place.clone(), power));
    }

    /// Of each resource, by its number. `ids`: those of resources, by their numbers.
    pub fn by_resource(self, ids: &[Arc<str>]) -> BTreeMap<u32, ByCause> {
        let Accepted {
            mut asked,
            answered,
        } = self;
        asked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.order(&b.1, ids)));
        let mut all: BTreeMap<u32, ByCause> = BTreeMap::new();
        for (resource, mark, place, power) in &answered {
            // What was asked for on the day before is not known here.
            let before = asked.partition_point(|(known, asked_at, _)| {
                known
                    .cmp(mark)
                    .then_with(|| asked_at.order(place, ids))
                    .is_lt()
            });
            let request = before.checked_sub(1).and_then(|index| asked.get(index));
            let request = request.filter(|(known, ..)| known == mark);
            let cause = request.map_or_else(Cause::default, |(.., cause)| *cause);
            let accepted = all.entry(*resource).or_default().entry(cause).or_default();
            match power {
                Power::Off => accepted.0 += 1,
                Power::On => accepted.1 += 1,
            }
        }
        all
    }
}
