//! Tell: owners hear of what is going to happen, each once, as the saved state says so already; and of stops that wait for
//! a list of jobs.

use super::log;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use crate::notify::Notice;
use lamplighter_core::decide::NoticeDue;
use lamplighter_core::record::What;

/// Gives the notices that are due.
pub async fn tell(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    for one in recorded {
        if let Some(due) = one.notice {
            ahead(pass, one, due, report).await;
        }
        if let Some(text) = &one.unread {
            let notice = Notice {
                resource: one.decided.observed.resource.clone(),
                text: text.clone(),
                stop_at: None,
            };
            // Its record and its line in the log are those of a warning.
            let result = pass.context.notifier.deliver(&notice, pass.options.now);
            let why = result.await.err().map(|error| error.to_string());
            report.problems.extend(why);
        }
    }
}

/// Tells an owner ahead of a stop.
async fn ahead(pass: &Pass<'_>, one: &Recorded, due: NoticeDue, report: &mut PassReport) {
    let now = pass.options.now;
    let resource = &one.decided.observed.resource;
    let notice = Notice {
        resource: resource.clone(),
        text: one.decided.decision.text.clone(),
        stop_at: Some(due.stop_at),
    };
    let result = pass.context.notifier.deliver(&notice, now).await;
    let why = result.err().map(|error| error.to_string());
    report.problems.extend(why.clone());
    log::notice(pass, &notice, due.stop_at);
    let id = format!("notice:{}:{}", resource.id, due.cause.to_rfc3339());
    let what = What::Notice {
        to: resource.owner.clone(),
        text: notice.text,
        stop_at: due.stop_at,
        delivered: why.is_none(),
        why,
    };
    let record = one.decided.record(id, now, what);
    if let Err(error) = append_all(pass, &[record]).await {
        report
            .problems
            .push(format!("a notice's record was not written: {error}"));
    }
}
