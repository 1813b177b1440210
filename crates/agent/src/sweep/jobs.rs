//! The jobs of a workspace: asked for where they could change a decision, and told of where their list does not come.

use super::attached;
use super::concurrent::all;
use super::context::Context;
use super::decided::{Decided, JobsRead, KnownJobs, Unread};
use super::pass::Pass;
use super::report::PassReport;
use lamplighter_azure::AzureError;
use lamplighter_core::observe::{Job, Workspace};
use tokio::time::Instant;

/// Asks for the jobs of the workspace, whatever is known of them, and of those to which its resources are attached too.
pub async fn read(pass: &Pass<'_>, known: &KnownJobs, until: Instant) -> JobsRead {
    let (workspace, wanted) = (&pass.target.workspace, |job: &Job| known.wants(job));
    everywhere(pass.context, workspace, &known.attached, wanted, until).await
}

/// The jobs of a workspace, and of every other one in which one of its resources is attached. `attached`: the ids, in lower
/// case, of the computes that these are attached as.
pub async fn everywhere(
    context: &Context,
    workspace: &Workspace,
    attached: &[String],
    wanted: impl Fn(&Job) -> bool + Copy,
    until: Instant,
) -> JobsRead {
    let arm = &context.arm;
    let elsewhere = attached::other_workspaces(workspace, attached);
    let own = arm.jobs(workspace, wanted, until);
    let others = elsewhere.iter().map(|workspace| async move {
        let read = arm.jobs(workspace, wanted, until).await;
        read.unwrap_or_else(|error| unread_elsewhere(workspace, attached, &error))
    });
    let others = all(others.collect(), context.settings.concurrency);
    let (own, others) = futures::join!(own, others);
    let mut jobs = own.map_err(|error| Unread {
        why: error.to_string(),
        accepted: context.settings.safety.accepts(&error),
    })?;
    jobs.extend(others.into_iter().flatten());
    Ok(jobs)
}

/// Where another workspace's jobs cannot be read, each thing that is attached there may have one; nothing else may. A
/// workspace that is no more has none.
fn unread_elsewhere(workspace: &Workspace, attached: &[String], error: &AzureError) -> Vec<Job> {
    if error.is_not_found() {
        return Vec::new();
    }
    let within = format!("{}/", workspace.id);
    let attached = attached.iter().filter(|id| id.starts_with(&within));
    let job = |id: &String| Job {
        name: format!(
            "unknown, as those of workspace {} could not be read",
            workspace.name
        ),
        display_name: None,
        status: None,
        compute_id: Some(id.clone()),
        created_at: None,
        changed_at: None,
    };
    attached.map(job).collect()
}

/// The decisions with the jobs; asked for once, and only where they could change a decision.
pub async fn with_jobs(
    pass: &Pass<'_>,
    decided: Vec<Decided>,
    known: &mut KnownJobs,
) -> Vec<Decided> {
    if !decided.iter().any(Decided::wants_jobs) {
        return decided;
    }
    if known.read.is_none() {
        known.read = Some(read(pass, known, pass.deadline).await);
    }
    let Some(jobs) = &known.read else {
        return decided;
    };
    let learn = |one: Decided| match one.wants_jobs() {
        true => one.with_jobs(jobs),
        false => one,
    };
    decided.into_iter().map(learn).collect()
}

/// What the platform hears of a list of jobs that did not come in full: a line in the log at once, a failure once it has
/// lasted.
pub fn report_unread(pass: &Pass<'_>, known: &KnownJobs, report: &mut PassReport) {
    let Some(why) = known.unread() else {
        return;
    };
    let (waiting, failed) = (report.tally.jobs_unread, report.tally.jobs_unread_failed);
    let text = format!(
        "{}: its list of jobs did not come in full, and {waiting} resource(s) wait for it: {why}",
        pass.name(),
    );
    match (failed, waiting) {
        (0, 0) => {}
        (0, _) => report.oddities.push(text),
        _ => report.problems.push(text),
    }
}
