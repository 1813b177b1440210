//! Prices, records, saves and tells what a pass has found out, once what was due is done.

use super::complete::Complete;
use super::intervals::Settled;
use super::pass::Pass;
use super::price::{WITHIN, price_all};
use super::record::{Recorded, append_all, prepare, remember, save};
use super::report::PassReport;
use super::tally::Tally;
use super::{decided::KnownJobs, holds::KnownHolds, stuck, tell, timer};
use crate::ledger::{LedgerError, SaveError, StateDocument, Version};
use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio::time::Instant;

/// What a pass has found out: written down part by part, and then saved as a whole.
pub struct Found<'a> {
    pass: &'a Pass<'a>,
    state: StateDocument,
    tally: Tally,
    /// Those of which somebody is to be told, or whose timer is to be set.
    followed: Vec<Recorded>,
    /// What is left of the time that all prices may take together.
    prices_within: Duration,
    /// Why not all is written down.
    failed: Option<LedgerError>,
}

impl<'a> Found<'a> {
    pub fn new(pass: &'a Pass<'a>, state: StateDocument) -> Found<'a> {
        Found {
            pass,
            state,
            tally: Tally::default(),
            followed: Vec::new(),
            prices_within: WITHIN,
            failed: None,
        }
    }

    /// The saved state, as far as it is known by now.
    pub fn state(&self) -> &StateDocument {
        &self.state
    }

    /// Notes when it was asked which instances give their cores up.
    pub fn quota_read(&mut self, at: DateTime<Utc>) {
        self.state.set_quota_read(at);
    }

    /// Prices and writes down a part. Where that fails, the others are still decided on and logged.
    pub async fn take_in(&mut self, part: Vec<Settled>) {
        let pass = self.pass;
        let (mut recorded, mut records) = (Vec::with_capacity(part.len()), Vec::new());
        let begun = Instant::now();
        let until = pass.deadline.min(begun + self.prices_within);
        let priced = price_all(pass, part, until).await;
        self.prices_within = self.prices_within.saturating_sub(begun.elapsed());
        for one in priced {
            let (one, its_records) = prepare(pass, one);
            recorded.push(one);
            records.extend(its_records);
        }
        self.tally.take_in(pass, &recorded);
        if self.failed.is_none() {
            let written = append_all(pass, &records).await;
            let remembered = written.and_then(|()| remember(&mut self.state, &recorded));
            self.failed = remembered.err();
        }
        let followed = recorded.into_iter().filter(Recorded::is_followed);
        self.followed.extend(followed);
    }

    /// Saves it and tells of it. `false`: another sweep wrote the saved state first, so that it must be found out anew.
    pub async fn keep(
        self,
        version: &Version,
        complete: Complete,
        (jobs, holds): (&KnownJobs, &KnownHolds),
        report: &mut PassReport,
    ) -> bool {
        let pass = self.pass;
        let written = match self.failed {
            None => save(pass, (self.state, version), complete, &mut report.problems).await,
            Some(error) => Err(SaveError::Other(error)),
        };
        if let Err(SaveError::Conflict) = written {
            return false;
        }
        self.tally.log(pass);
        report.tally = self.tally;
        match written {
            Ok(saved) => {
                report.unseen = report.unseen.take().filter(|_| !complete.computes);
                super::jobs::report_unread(pass, jobs, report);
                super::holds::report_unread(pass, holds, report);
                tell::report_untold(&self.followed, report);
                if saved {
                    tell::tell(pass, &self.followed, report).await;
                    stuck::tell(pass, &self.followed, report).await;
                    timer::set_claimed(pass, &self.followed, report).await;
                }
            }
            Err(error) => report.problems.push(pass.without_state(&error)),
        }
        true
    }
}

/// A dry run only looks: nothing is written, and nothing follows.
pub async fn show(pass: &Pass<'_>, settled: Vec<Settled>, report: &mut PassReport) {
    let recorded: Vec<Recorded> = settled.into_iter().map(Recorded::from).collect();
    let mut tally = Tally::default();
    tally.take_in(pass, &recorded);
    tally.log(pass);
    report.tally.join(tally);
    stuck::tell(pass, &recorded, report).await;
}
