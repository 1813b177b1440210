//! Tell: owners hear of what is going to happen, each once, as the saved state says so already; and of stops that wait for
//! a list of jobs.

use super::concurrent::all;
use super::log;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use crate::notify::{About, Message, Notice, Outcome, Told};
use lamplighter_core::decide::NoticeDue;
use lamplighter_core::record::What;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// All deliveries together take no longer than this: a channel that hangs takes nobody else's time.
const WITHIN: Duration = Duration::from_secs(20);
/// So many are under way at the same time.
const AT_ONCE: usize = 8;

/// What somebody is to be told.
struct Owed<'a> {
    one: &'a Recorded,
    /// Where it is told ahead of a stop; otherwise the stop waits.
    ahead: Option<NoticeDue>,
    notice: Notice,
}

/// Gives the notices that are due.
pub async fn tell(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    let until = pass.deadline.min(Instant::now() + WITHIN);
    let deliveries = recorded.iter().flat_map(owed).map(|owed| async move {
        let message = Message {
            id: format!("{:x}", fastrand::u128(..)),
            to: owed.notice.resource.owner.as_deref(),
            notices: vec![&owed.notice],
            now: pass.options.now,
        };
        let delivery = pass.context.notifier.send(&message);
        let why = match timeout_at(until, delivery).await {
            Ok(told) => not_told(&told),
            Err(_) => {
                let name = &owed.notice.resource.name;
                Some(format!("the notice about {name} was not delivered in time"))
            }
        };
        (owed, why)
    });
    let delivered = all(deliveries.collect(), AT_ONCE).await;
    for (owed, why) in delivered {
        report.problems.extend(why.clone());
        if let Some(due) = owed.ahead {
            told_ahead(pass, owed, due, why, report).await;
        }
    }
}

/// Why no channel took it; nothing where one did, or where there is none.
fn not_told(told: &[Told]) -> Option<String> {
    let why = |told: &Told| match &told.outcome {
        Outcome::Accepted => None,
        Outcome::Failed { why, .. } => Some(format!("{}: {why}", told.channel)),
    };
    let failed: Vec<String> = told.iter().filter_map(why).collect();
    (!failed.is_empty()).then(|| format!("the notice was not delivered: {}", failed.join("; ")))
}

fn owed(one: &Recorded) -> Vec<Owed<'_>> {
    let owed = |ahead: Option<NoticeDue>, text: &str| Owed {
        one,
        ahead,
        notice: Notice {
            resource: one.decided.observed.resource.clone(),
            text: text.to_owned(),
            about: ahead.map_or(About::StopWaits, |due| About::StopAt(due.stop_at)),
            cost_an_hour: None,
            to_keep: Vec::new(),
        },
    };
    let ahead = one.notice;
    let ahead = ahead.map(|due| owed(Some(due), &one.decided.decision.text));
    // Its record and its line in the log are those of a warning.
    let waits = one.unread.as_ref().map(|text| owed(None, text));
    ahead.into_iter().chain(waits).collect()
}

/// Logs and records that an owner was told ahead of a stop, or was not.
async fn told_ahead(
    pass: &Pass<'_>,
    owed: Owed<'_>,
    due: NoticeDue,
    why: Option<String>,
    report: &mut PassReport,
) {
    let (one, notice) = (owed.one, owed.notice);
    let resource = &one.decided.observed.resource;
    log::notice(pass, &notice, due.stop_at);
    let id = format!("notice:{}:{}", resource.id, due.cause.to_rfc3339());
    let what = What::Notice {
        to: resource.owner.clone(),
        text: notice.text,
        stop_at: due.stop_at,
        delivered: why.is_none(),
        why,
    };
    let record = one.decided.record(id, pass.options.now, what);
    if let Err(error) = append_all(pass, &[record]).await {
        report
            .problems
            .push(format!("a notice's record was not written: {error}"));
    }
}
