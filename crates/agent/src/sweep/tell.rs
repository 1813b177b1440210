//! Tell: owners hear of what is going to happen, each once, as the saved state says so already.

use super::log;
use super::pass::Pass;
use super::record::{Recorded, append_all};
use super::report::PassReport;
use crate::notify::Notice;
use lamplighter_core::record::What;

/// Gives the notices that are due.
pub async fn tell(pass: &Pass<'_>, recorded: &[Recorded], report: &mut PassReport) {
    let now = pass.options.now;
    for one in recorded {
        let Some(due) = one.notice else {
            continue;
        };
        let resource = &one.decided.observed.resource;
        let notice = Notice {
            resource: resource.clone(),
            text: one.decided.decision.text.clone(),
            stop_at: due.stop_at,
        };
        let result = pass.context.notifier.deliver(&notice, now).await;
        let why = result.err().map(|error| error.to_string());
        report.problems.extend(why.clone());
        log::notice(pass, &notice);
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
}
