//! Notices: given once, when the memory says so already.

use super::look::Look;
use super::summary::Report;
use super::workspace::{Pass, append_all};
use lamplighter_core::record::What;
use crate::notify::Notice;

/// Gives the notices that are due, each once: the memory already says so.
pub async fn tell(pass: &Pass<'_>, looks: &[Look], report: &mut Report) {
    for look in looks {
        let Some(due) = look.decision.notice.filter(|_| !look.decision.dry_run) else {
            continue;
        };
        let notice = Notice {
            machine: look.machine.clone(),
            text: look.decision.text.clone(),
            stop_at: due.stop_at,
        };
        let result = pass
            .context
            .notifier
            .deliver(&notice, pass.options.now)
            .await;
        let why = result.as_ref().err().cloned();
        report.problems.extend(why.clone());
        let owner = look.machine.owner.as_deref().unwrap_or("");
        tracing::info!(
            event = "notice",
            sweep = pass.sweep(),
            workspace = look.machine.workspace,
            compute = look.machine.compute,
            id = look.machine.id,
            owner,
            stop_at = %due.stop_at.to_rfc3339(),
            "{}",
            notice.text
        );
        let id = format!("notice:{}:{}", look.machine.id, due.cause.to_rfc3339());
        let (to, text) = (look.machine.owner.clone(), notice.text);
        let what = What::Notice {
            to,
            text,
            stop_at: due.stop_at,
            delivered: why.is_none(),
            why,
        };
        if let Err(error) = append_all(pass, &[look.record(id, pass.options.now, what)]).await {
            report
                .problems
                .push(format!("a notice's record was not written: {error}"));
        }
    }
}
