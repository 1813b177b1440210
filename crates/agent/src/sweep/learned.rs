//! What a tick learns of how long passes take, for the messages of the next round: from what they reported, and from what
//! nobody reported.

use super::context::Context;
use super::history;
use super::part::RoundPart;
use crate::ledger::LedgerError;
use chrono::{DateTime, Utc};
use lamplighter_core::rounds::{LastPass, PassTimes};

/// Passes, in the order of their rounds.
#[derive(Default)]
pub struct Learned(Vec<Lesson>);

enum Lesson {
    Some(Vec<(String, LastPass)>),
    /// Of a round that all were to report in, and which is over.
    Round(DateTime<Utc>, Vec<(String, LastPass)>),
}

impl Learned {
    /// The message of one workspace was given up.
    pub fn given_up(&mut self, now: DateTime<Utc>, workspace: Option<&str>) {
        let known = workspace.map(|id| (id.to_lowercase(), LastPass::never_ended(now)));
        self.0.push(Lesson::Some(known.into_iter().collect()));
    }

    /// What some workspaces have reported in a round that began then.
    pub fn parts(&mut self, at: DateTime<Utc>, parts: &[RoundPart]) {
        self.0.push(Lesson::Some(passes(at, parts)));
    }

    /// What all have reported in a round, but for those of which nobody heard.
    pub fn whole_round(
        &mut self,
        at: DateTime<Utc>,
        parts: &[RoundPart],
        silent: impl Iterator<Item = String>,
    ) {
        let silent = silent.map(|id| (id, LastPass::never_ended(at)));
        let all = passes(at, parts).into_iter().chain(silent);
        self.0.push(Lesson::Round(at, all.collect()));
    }

    /// Saves it, where anything new is in it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub async fn keep(self, context: &Context) -> Result<(), LedgerError> {
        let news = |lesson: &Lesson| match lesson {
            Lesson::Some(passes) => !passes.is_empty(),
            Lesson::Round(..) => true,
        };
        if !self.0.iter().any(news) {
            return Ok(());
        }
        history::amend(context, |history| self.teach(&mut history.passes)).await
    }

    fn teach(&self, times: &mut PassTimes) {
        for lesson in &self.0 {
            match lesson {
                Lesson::Round(at, passes) => times.learn_round(*at, passes.clone()),
                Lesson::Some(passes) => {
                    for (workspace, pass) in passes.iter().cloned() {
                        times.learn(workspace, pass);
                    }
                }
            }
        }
    }
}

/// A part that an earlier version wrote says nothing of how long its pass took.
fn passes(at: DateTime<Utc>, parts: &[RoundPart]) -> Vec<(String, LastPass)> {
    let passes = parts.iter().filter_map(|part| {
        let summary = &part.summary;
        let last = LastPass {
            at,
            took_ms: part.took_ms?,
            quiet: summary.stops + summary.starts == 0,
            failed: !summary.unseen.is_empty() || !summary.not_reached.is_empty(),
        };
        Some((part.workspace.clone(), last))
    });
    passes.collect()
}
