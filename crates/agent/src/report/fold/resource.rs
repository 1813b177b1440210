//! What the records of a day come to for one resource, taken in any order.

use super::place::Place;
use super::table::Table;
use crate::report::stored::document::ResourceRow;
use lamplighter_core::policy::TagError;
use lamplighter_core::record::{Action, Ended, OperationOutcome, Reason, Record, Resource, What};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What the latest record said, and where that stands.
type Latest<T> = Option<(Place, T)>;

#[derive(Default)]
pub struct OfResource {
    pub stands: Option<Stands>,
    pub unneeded_starts: usize,
    pub waits: usize,
    pub left: BTreeMap<Reason, usize>,
    pub errors: Latest<Vec<TagError>>,
    /// The place of a text; the inner `None`: it did not fail.
    pub failed: Latest<Option<u32>>,
    pub warning: Latest<u32>,
}

/// The resource as a record has it.
pub struct Stands {
    place: Place,
    /// A record of its deletion knows less of it than those before.
    knows: bool,
    pub row: ResourceRow,
}

impl OfResource {
    pub fn take(
        &mut self,
        (record, resource): (&Record, &Resource),
        place: &Place,
        table: &mut Table,
    ) {
        self.stand((record, resource), place, table);
        match &record.what {
            What::Answer {
                accepted: false,
                passing: false,
                why,
                ..
            } => {
                let why = why.as_ref().map(|why| table.text(why));
                later(&mut self.failed, place, why, table);
            }
            What::Settlement { ended, .. } => self.settle(ended, place, table),
            What::Deleted => {
                later(&mut self.errors, place, Vec::new(), table);
                later(&mut self.failed, place, None, table);
            }
            What::Unneeded { .. } => self.unneeded_starts += 1,
            What::Warning { text } => {
                let text = table.text(text);
                later(&mut self.warning, place, text, table);
            }
            What::Decision {
                action,
                reason,
                errors,
                ..
            } => {
                later(&mut self.errors, place, errors.clone(), table);
                self.decide(*action, *reason);
            }
            _ => {}
        }
    }

    /// It stands as the last record has it that knows it, and where none does, as the first has it.
    fn stand(
        &mut self,
        (record, resource): (&Record, &Resource),
        place: &Place,
        table: &mut Table,
    ) {
        let knows = !matches!(record.what, What::Deleted | What::Closed { .. });
        let counts = self.stands.as_ref().is_none_or(|known| {
            let order = place.order(&known.place, &table.ids);
            match (knows, known.knows) {
                (true, true) => order == Ordering::Greater,
                (false, false) => order == Ordering::Less,
                (knows, _) => knows,
            }
        });
        if counts {
            self.stands = Some(Stands {
                place: place.clone(),
                knows,
                row: table.row(resource),
            });
        }
    }

    fn settle(&mut self, ended: &Ended, place: &Place, table: &mut Table) {
        let failed = match ended.how {
            OperationOutcome::Settled => None,
            OperationOutcome::Failed => Some(table.text(ended.why.as_deref().unwrap_or("failed"))),
            OperationOutcome::Overtaken => return,
        };
        later(&mut self.failed, place, failed, table);
    }

    fn decide(&mut self, action: Action, reason: Reason) {
        match action {
            Action::Wait => self.waits += 1,
            Action::Leave if !reason.is_plain() => *self.left.entry(reason).or_default() += 1,
            _ => {}
        }
    }
}

fn later<T>(latest: &mut Latest<T>, place: &Place, value: T, table: &Table) {
    let counts = |(known, _): &(Place, T)| place.order(known, &table.ids) == Ordering::Greater;
    if latest.as_ref().is_none_or(counts) {
        *latest = Some((place.clone(), value));
    }
}
