//! Tell: owners hear of what is going to happen, and of stops that wait for a list of jobs. All that one owner is to hear
//! goes into one message. What becomes of it is saved: only a notice that some channel has accepted is given.

use super::concurrent::all;
use super::letters::{Letter, Part, letters};
use super::log;
use super::owed::What;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use super::save::amend;
use super::terminals;
use crate::notify::{Message, Outcome, Told};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::record::{
    Action, NoticeGiven, NoticeOwed, OwedAbout, Record, ResourceState, ToldBy, ToldOf, ToldOutcome,
    What as Written,
};
use tokio::time::Instant;

/// So many messages are under way at the same time.
const AT_ONCE: usize = 8;
/// A channel that asks for more silence than this is asked again all the same: others have to hear of their stops.
const LONGEST_SILENCE: TimeDelta = TimeDelta::hours(1);

/// What became of a letter.
struct Sent<'a> {
    letter: &'a Letter<'a>,
    /// `None`: it could not be sent in time, or no channel has answered by then.
    told: Option<Vec<Told>>,
    at: DateTime<Utc>,
}

/// Tells what is to be told, and keeps what became of it.
pub async fn tell(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    if recorded.iter().all(|one| one.tell.is_empty()) {
        return;
    }
    // A source of prices that hangs takes nothing from the time of the channels.
    let letters = letters(pass, recorded).await;
    let time = pass.telling.begin();
    let until = pass.deadline.min(time.until);
    let shown = terminals::show(pass, &letters, until);
    let sends = letters.iter().map(|letter| send(pass, letter, until));
    let (sent, ()) = futures::join!(all(sends.collect(), AT_ONCE), shown);
    drop(time);
    keep(pass, &sent, report).await;
}

/// What the platform hears of stops of which nobody could be told; also where nothing is new.
pub fn report_untold(recorded: &[Recorded], report: &mut PassReport) {
    report.problems.extend(recorded.iter().filter_map(untold));
}

fn untold(one: &Recorded) -> Option<String> {
    let decision = &one.decided.decision;
    let (name, untold) = (one.decided.name(), decision.untold.as_ref()?);
    let why = &untold.why;
    match decision.action {
        Action::Wait => {
            let until = match untold.until {
                Some(end) => format!("until {}", end.to_rfc3339()),
                None => "for one more attempt".to_owned(),
            };
            Some(format!(
                "{name}: its stop waits {until}, as nobody could be told of it: {why}"
            ))
        }
        Action::Stop => Some(format!(
            "{name}: stopped, though nobody could be told of it: {why}"
        )),
        Action::Start | Action::Leave => None,
    }
}

async fn send<'a>(pass: &Pass<'_>, letter: &'a Letter<'a>, until: Instant) -> Sent<'a> {
    let told = match letter.message {
        None => Some(Vec::new()),
        Some(_) if Instant::now() >= until => None,
        Some(id) => {
            let owner = letter.parts.first();
            let message = Message {
                id: id.to_owned(),
                to: owner.and_then(|part| part.one.decided.observed.resource.owner.as_deref()),
                notices: letter.parts.iter().map(|part| &part.notice).collect(),
                now: pass.clock.moment(Instant::now()),
            };
            Some(pass.context.notifier.send(&message, until).await)
        }
    };
    Sent {
        letter,
        told,
        at: pass.clock.moment(Instant::now()),
    }
}

impl Part<'_> {
    /// The ledger's record of a notice: of the first failure, and of success.
    fn record(&self, pass: &Pass<'_>, told: &[Told], reached: bool) -> Option<Record> {
        if !reached && !has_failed(told) {
            return None;
        }
        if !reached && self.tell.again {
            return None;
        }
        let (resource, more) = (&self.one.decided.observed.resource, failed_suffix(reached));
        let message = self.tell.message.as_deref();
        let message = message.map_or_else(|| pass.options.now.to_rfc3339(), str::to_owned);
        let delivered = told.iter().any(|told| told.outcome == Outcome::Accepted);
        let why = why(told).filter(|_| !delivered);
        let (to, text) = (resource.owner.clone(), self.notice.in_full());
        let told: Vec<ToldBy> = told.iter().map(told_by).collect();
        let (id, what) = match &self.tell.what {
            What::Stop(due) => {
                // One instant may demand two stops: of this run, and of one that was started by hand since.
                let cause = due.cause.to_rfc3339();
                let what = Written::Notice {
                    to,
                    text,
                    stop_at: due.stop_at,
                    told: Some(told),
                    delivered,
                    why,
                };
                (
                    format!("notice:{}:{cause}:{message}{more}", resource.id),
                    what,
                )
            }
            // Its record is that of a warning.
            What::Wait(_) => return None,
            What::After(about, said) => {
                let of = format!("{about:?}:{}", said.of);
                let what = Written::Told {
                    about: *about,
                    to,
                    text,
                    told,
                    delivered,
                    why,
                };
                (format!("told:{}:{of}:{message}{more}", resource.id), what)
            }
        };
        Some(self.one.decided.record(id, pass.options.now, what))
    }
}

fn failed_suffix(reached: bool) -> &'static str {
    if reached { "" } else { ":failed" }
}

pub(super) fn told_by(told: &Told) -> ToldBy {
    let (outcome, why) = match &told.outcome {
        Outcome::Accepted => (ToldOutcome::Accepted, None),
        Outcome::Failed { why, .. } | Outcome::Later { why, .. } => {
            (ToldOutcome::Failed, Some(why.clone()))
        }
        Outcome::Unfit { why } => (ToldOutcome::Unfit, Some(why.clone())),
    };
    ToldBy {
        channel: told.channel.to_owned(),
        outcome,
        why,
    }
}

/// Whether it is known of a message that no channel had that it could not have been otherwise: one was asked, or none
/// is fit for it, and none is left that may take it yet.
pub(super) fn has_failed(told: &[Told]) -> bool {
    let failed = |told: &Told| matches!(told.outcome, Outcome::Failed { .. });
    let later = |told: &Told| matches!(told.outcome, Outcome::Later { .. });
    let unfit = |told: &Told| matches!(told.outcome, Outcome::Unfit { .. });
    told.iter().any(failed) && !told.iter().any(later) || told.iter().all(unfit)
}

/// Whether no channel can ever carry it.
pub(super) fn is_unfit(told: &[Told]) -> bool {
    let unfit = |told: &Told| matches!(told.outcome, Outcome::Unfit { .. });
    !told.is_empty() && told.iter().all(unfit)
}

/// Why channels failed, if any did. What a channel cannot carry, or could not yet, is nobody's failure where another
/// one did.
pub(super) fn why(told: &[Told]) -> Option<String> {
    let accepted = told.iter().any(|told| told.outcome == Outcome::Accepted);
    let failed = told.iter().filter_map(|told| match &told.outcome {
        Outcome::Accepted => None,
        Outcome::Unfit { .. } | Outcome::Later { .. } if accepted => None,
        Outcome::Failed { why, .. } | Outcome::Later { why, .. } | Outcome::Unfit { why } => {
            Some(format!("{}: {why}", told.channel))
        }
    });
    let failed: Vec<String> = failed.collect();
    (!failed.is_empty()).then(|| failed.join("; "))
}

impl Sent<'_> {
    /// Some channel has it, or none is set, and the log has it.
    fn reached(&self) -> bool {
        let told = self.told.as_ref();
        told.is_some_and(|told| {
            told.is_empty() || told.iter().any(|told| told.outcome == Outcome::Accepted)
        })
    }

    fn why(&self) -> Option<String> {
        match &self.told {
            Some(told) => why(told),
            None => Some("there was no time left to send it".into()),
        }
    }

    /// What the platform hears of it.
    fn problem(&self) -> Option<String> {
        let why = self.why()?;
        let parts = self.letter.parts.iter().take(3);
        let names: Vec<String> = parts.map(|part| part.one.decided.name()).collect();
        let more = if self.letter.parts.len() > 3 {
            ", …"
        } else {
            ""
        };
        let names = names.join(", ");
        Some(match self.reached() {
            true => format!("the notice about {names}{more} was not sent everywhere: {why}"),
            false => format!(
                "the notice about {names}{more} reached nobody, and is sent again by the next sweep: {why}"
            ),
        })
    }

    /// It is sent again as soon as one of the channels allows it: each keeps its own pause besides.
    fn not_before(&self) -> Option<DateTime<Utc>> {
        let told = self.told.iter().flatten();
        let waits = told.filter_map(|told| match told.outcome {
            Outcome::Failed { after, .. } | Outcome::Later { after, .. } => {
                Some(after.unwrap_or_default())
            }
            Outcome::Accepted | Outcome::Unfit { .. } => None,
        });
        let wait = TimeDelta::from_std(waits.min()?).ok()?;
        (wait > TimeDelta::zero()).then(|| self.at + wait.min(LONGEST_SILENCE))
    }

    fn take_into(&self, state: &mut ResourceState, part: &Part<'_>) {
        let about = part.tell.about();
        let is_it = |owed: &NoticeOwed| part.tell.is(owed);
        // What has happened waits for no channel that can never carry it.
        let unfit = self.told.as_ref().is_some_and(|told| is_unfit(told));
        let is_done = self.reached() || about.is_after() && unfit;
        if !is_done {
            let mut all = state.all_owed(about).iter_mut();
            if let Some(owed) = all.find(|owed| is_it(owed)) {
                owed.why = self.why();
                owed.not_before = self.not_before();
                (owed.sending, owed.tried_at) = (false, self.at);
                if self.told.as_ref().is_some_and(|told| has_failed(told)) {
                    owed.failed_at.get_or_insert(self.at);
                    owed.failures = owed.failures.saturating_add(1);
                }
            }
            return;
        }
        state.all_owed(about).retain(|owed| !is_it(owed));
        match &part.tell.what {
            What::Stop(due) => state.give(NoticeGiven {
                cause: due.cause,
                given_at: self.at,
                reason: Some(due.reason),
                stop_at: Some(due.stop_at),
            }),
            What::Wait(_) => {}
            What::After(about, said) => state.tell_of(ToldOf {
                about: *about,
                of: said.of.clone(),
                at: self.at,
            }),
        }
    }
}

/// Logs, records and saves what became of the letters.
async fn keep(pass: &Pass<'_>, sent: &[Sent<'_>], report: &mut PassReport) {
    let mut records = Vec::new();
    for one in sent {
        report.problems.extend(one.problem());
        let Some(told) = &one.told else {
            continue;
        };
        let reached = one.reached();
        for part in &one.letter.parts {
            records.extend(part.record(pass, told, reached));
            if reached && part.tell.about() != OwedAbout::Wait {
                let to = part.one.decided.observed.resource.owner.as_deref();
                log::notice(pass.sweep(), &part.notice, to, told);
            }
        }
    }
    if let Err(error) = append_all(pass, &records).await {
        report
            .problems
            .push(format!("a notice's record was not written: {error}"));
    }
    let by_channel: Vec<&Sent<'_>> = sent
        .iter()
        .filter(|one| one.letter.message.is_some())
        .collect();
    if by_channel.is_empty() {
        return;
    }
    let saved = amend(pass, |state| {
        for one in &by_channel {
            for part in &one.letter.parts {
                let key = part.one.decided.observed.key();
                state.change(key, |resource| one.take_into(resource, part))?;
            }
        }
        Ok(())
    });
    if let Err(error) = saved.await {
        report.problems.push(format!(
            "what became of notices could not be saved: {error}"
        ));
    }
}
