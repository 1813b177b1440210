//! What owners are told of what has happened: found out by a sweep, and owed in saved state until a channel has it.

use super::decided::Decided;
use super::doors::{to_bring_back, to_end, to_start};
use super::owed::{ToTell, claim_after, owe_after};
use super::pass::Pass;
use crate::settings::subscription_of;
use lamplighter_core::decide::{
    Change, Happened, News, keep_on, news, releases_quota, start_late, wants,
};
use lamplighter_core::record::{Benefit, OwedAbout};

/// Notes in the saved state what others hang on: whether its owner wants to hear, and since when it is kept on. Before
/// prices are asked for.
pub fn note(pass: &Pass<'_>, decided: &mut Decided) {
    if pass.context.notifier.is_silent() {
        return;
    }
    let (observed, decision) = (&mut decided.observed, &decided.decision);
    let policy = &observed.reading.policy;
    let hears = policy.governed && wants(policy, OwedAbout::WeeklyDigest);
    if observed.resource.kind.known().is_none() {
        return;
    }
    observed.state.quiet = !hears;
    start_late(&mut observed.state, pass.options.now);
    if is_costly(pass, &observed.compute.id) {
        keep_on(&mut observed.state, policy, decision, pass.options.now);
    } else {
        observed.state.kept_on = None;
    }
}

/// Whether an hour less is money less, and somebody wants to hear of it.
fn is_costly(pass: &Pass<'_>, id: &str) -> bool {
    let settings = &pass.context.settings;
    settings.notice_cost.is_some() && settings.benefit(subscription_of(id)) == Benefit::None
}

/// Owes what is new to the owner, and gives what is to be told now, with what no channel has taken yet.
pub fn claim(pass: &Pass<'_>, decided: &mut Decided, changes: &[Change]) -> Vec<ToTell> {
    let (settings, now) = (&pass.context.settings, pass.options.now);
    let own = &pass.target.workspace.subscription;
    let id = &decided.observed.compute.id;
    let acts = settings.safety.acts_on(own, id);
    if pass.context.notifier.is_silent() || !acts {
        decided.observed.state.owed_after.clear();
        return Vec::new();
    }
    let observed = &decided.observed;
    let found = news(&Happened {
        name: &observed.compute.name,
        reading: &observed.reading,
        decision: &decided.decision,
        state: &observed.state,
        changes,
        no_start: observed.compute.by_kind.no_start.as_deref(),
        tags_hidden: observed.tags_hidden.as_ref(),
        releases_quota: releases_quota(&observed.compute, &observed.state, now).is_some(),
        cost_from: settings.notice_cost,
        now,
    });
    for news in found {
        news.noted(&mut decided.observed.state, settings.notice_cost, now);
        let to_do = to_do(pass, decided, &news);
        let cause = news.own.as_ref().map_or(now, |own| own.cause);
        let mut said = news.said;
        said.to_do.extend(to_do);
        owe_after(pass, decided, (news.about, said), cause);
    }
    let (observed, reason) = (&mut decided.observed, decided.decision.reason);
    let now_true = (&observed.reading, reason);
    observed.state.forget_over(now_true, now);
    claim_after(pass, decided)
}

fn to_do(pass: &Pass<'_>, decided: &Decided, news: &News) -> Vec<String> {
    match (news.about, &news.own) {
        (OwedAbout::Stopped, Some(own)) => {
            to_start(pass, decided, own.reason).into_iter().collect()
        }
        (OwedAbout::StartFailed, _) => to_bring_back(pass, decided).into_iter().collect(),
        (OwedAbout::StillOn, _) => to_end(pass, decided),
        _ => Vec::new(),
    }
}
