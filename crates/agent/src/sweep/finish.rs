//! Prices, records, saves and tells what a pass has found out, once what was due is done.

use super::intervals::Settled;
use super::pass::Pass;
use super::price::{WITHIN, price_all};
use super::record::{Recorded, append_all, prepare, remember, save};
use super::report::PassReport;
use super::tally::Tally;
use super::tell::tell;
use super::turn::{Turns, without_state};
use super::{jobs, stuck, timer};
use crate::ledger::{SaveError, StateDocument, Version};
use tokio::time::Instant;

/// What a pass has found out: written down, and not saved yet.
#[derive(Default)]
struct Found {
    tally: Tally,
    /// Those of which somebody is to be told, or whose timer is to be set.
    followed: Vec<Recorded>,
}

/// Prices, records, saves and tells what the pass has found out. `settled`: its resources, where they are settled already.
/// `false`: another sweep wrote the saved state first, so that it must be found out anew.
pub async fn finish(
    turns: &mut Turns<'_>,
    settled: Option<Vec<Settled>>,
    (mut state, version): (StateDocument, Version),
    report: &mut PassReport,
) -> bool {
    let pass = turns.pass;
    let mut found = Found::default();
    let written = match write(turns, settled, &mut state, &mut found).await {
        Ok(()) => save(pass, (state, &version), turns.complete).await,
        Err(error) => Err(error),
    };
    if let Err(SaveError::Conflict) = written {
        return false;
    }
    let Found { tally, followed } = found;
    tally.log(pass);
    report.tally = tally;
    match written {
        Ok(saved) => {
            report.unseen = report.unseen.take().filter(|_| !turns.complete);
            jobs::report_unread(pass, &turns.jobs, report);
            if saved {
                stuck::tell(pass, &followed, report).await;
                tell(pass, &followed, report).await;
                timer::set_claimed(pass, &followed, report).await;
            }
        }
        Err(SaveError::Other(error)) => report.problems.push(without_state(pass, &error)),
        Err(SaveError::Conflict) => {}
    }
    true
}

/// Prices and writes down, part by part.
async fn write(
    turns: &mut Turns<'_>,
    mut settled: Option<Vec<Settled>>,
    state: &mut StateDocument,
    found: &mut Found,
) -> Result<(), SaveError> {
    let pass = turns.pass;
    let until = pass.deadline.min(Instant::now() + WITHIN);
    let mut failed = None;
    for range in turns.parts(0) {
        let part = match settled.take() {
            Some(settled) => settled,
            None => turns.settled_at_last(&range, state).await,
        };
        let (mut recorded, mut records) = (Vec::with_capacity(part.len()), Vec::new());
        for one in price_all(pass, part, until).await {
            let (one, its_records) = prepare(pass, one);
            recorded.push(one);
            records.extend(its_records);
        }
        found.tally.take_in(pass, &recorded);
        if failed.is_none() {
            // Where they cannot be written, the rest is still decided on and logged.
            let written = append_all(pass, &records).await;
            failed = written.and_then(|()| remember(state, &recorded)).err();
        }
        let followed = recorded.into_iter().filter(Recorded::is_followed);
        found.followed.extend(followed);
    }
    failed.map_or(Ok(()), |error| Err(SaveError::Other(error)))
}

/// A dry run only looks: nothing is written, and nothing follows.
pub async fn shown(pass: &Pass<'_>, settled: Vec<Settled>, report: &mut PassReport) {
    let recorded: Vec<Recorded> = settled.into_iter().map(Recorded::from).collect();
    let mut tally = Tally::default();
    tally.take_in(pass, &recorded);
    tally.log(pass);
    report.tally.join(tally);
    stuck::tell(pass, &recorded, report).await;
}
