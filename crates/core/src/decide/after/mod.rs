//! What an owner is told of what has happened: a stop, a start that failed or came late, a tag that cannot be read, and
//! what somebody keeps on at much cost.
//!
//! | File | Holds |
//! |---|---|
//! | `happened.rs` | what has happened, and what of it is news |
//! | `starts.rs` | starts that failed, came late, worked after all, or are made no more |
//! | `tags.rs`, `hidden_tags.rs` | tags that cannot be read; own tags that are not shown any more |
//! | `still_on.rs` | what somebody keeps on at much cost |
//! | `over.rs` | what is forgotten, as it is not true any more, or was long ago |

mod happened;
mod hidden_tags;
mod over;
mod starts;
mod still_on;
mod tags;

pub use happened::{Happened, News, wants};
pub use starts::start_late;
pub use still_on::keep_on;

use super::begin;
use super::remember::Change;
use crate::kinds::instance::quota::SENTENCE;
use crate::record::{OperationOutcome, OwedAbout, OwnOperation, ResourceState, cost};
use crate::schedule::Power;
use chrono::{DateTime, Utc};
use happened::EVERY;
use rust_decimal::Decimal;

/// All that is news now, and that the owner wants to hear; what has been told today is none.
pub fn news(of: &Happened<'_>) -> Vec<News> {
    let ended = of.changes.iter().filter_map(|change| match change {
        Change::OwnEnded(own) => Some(own),
        Change::External(_) | Change::Held(_) => None,
    });
    let mut all: Vec<News> = ended.filter_map(|own| of.ended(own)).collect();
    all.extend(of.failing().or_else(|| of.kept_down()));
    all.extend(of.unreadable());
    all.extend(of.tags_hidden());
    all.extend(of.kept_on());
    all.extend(of.starts_ended());
    all.retain(|news| {
        let told = of.state.told_of(news.about, &news.said.of);
        let today = told.is_some_and(|at| of.now < at + EVERY);
        wants(&of.reading.policy, news.about) && !today
    });
    all
}

impl Happened<'_> {
    /// What the end of an operation of ours means for the owner.
    fn ended(&self, own: &OwnOperation) -> Option<News> {
        // What came about without an answer of Azure's may be somebody else's doing.
        let settled = own.ended_as(OperationOutcome::Settled) && own.accepted_at.is_some();
        let by_others = self
            .state
            .external
            .as_ref()
            .is_some_and(|by| own.is_met_by(by));
        if !settled || by_others {
            return None;
        }
        let news = match own.power {
            Power::Off => self.stopped(own),
            Power::On => self.started(own)?,
        };
        Some(News {
            own: Some(own.clone()),
            ..news
        })
    }

    fn stopped(&self, own: &OwnOperation) -> News {
        let at = self.local(own.requested_at);
        let why = own.text.as_ref();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let again = match own.value {
            Some(_) => "brought back",
            None => "started again",
        };
        let next = self.decision.next;
        let next = next.filter(|next| next.desired == Some(Power::On) && self.is_started());
        let free = self.cores_are_free();
        let next = next.map(|next| format!(" It is {again} at {}.{free}", self.local(next.at)));
        // Of what scales, the rest goes on.
        let done = match own.value {
            Some(value) => format!("brought down to {value}"),
            None => "stopped".to_owned(),
        };
        let text = format!(
            "{} was {done} at {at}{why}.{}",
            self.name,
            next.unwrap_or_default()
        );
        self.of(OwedAbout::Stopped, &own.id, text)
    }

    /// What a start that is to come, or came late, may have met.
    pub(super) fn cores_are_free(&self) -> String {
        match self.releases_quota {
            true => format!(" {SENTENCE}"),
            false => String::new(),
        }
    }

    fn is_started(&self) -> bool {
        if begin::unused_runs(&self.reading.policy, self.state).is_some() {
            return false;
        }
        self.may_start()
    }

    fn may_start(&self) -> bool {
        let mode = self.reading.policy.mode.as_ref();
        mode.is_none_or(|mode| !mode.value.stop_only && !mode.value.dry_run)
    }
}

impl News {
    /// Takes in that it is about to be told.
    pub fn noted(&self, of: &mut ResourceState, cost_from: Option<Decimal>, now: DateTime<Utc>) {
        match (self.about, &mut of.kept_on, cost_from) {
            (OwedAbout::StillOn, Some(kept), Some(first)) => {
                let price = kept.price.as_ref().map(|price| price.amount);
                let spent = price.map(|price| cost(price, (now - kept.since).num_seconds()));
                kept.told = spent
                    .and_then(|spent| still_on::step(spent, first))
                    .or(kept.told);
            }
            (OwedAbout::StartsEnded, ..) => {
                if let Some(runs) = &mut of.unused_starts {
                    runs.told = true;
                }
            }
            (OwedAbout::TagsNotShown, ..) => {
                if let Some(seen) = &mut of.tags_seen {
                    seen.told = true;
                }
            }
            // Its failing is over: the next one is another.
            (OwedAbout::StartWorked, ..) => of.forget_after(OwedAbout::StartFailed),
            _ => {}
        }
    }
}
