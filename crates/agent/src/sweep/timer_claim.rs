//! What Azure's own idle timer is about to be set to, as saved state has it.

use super::decided::Decided;
use super::pass::Pass;
use lamplighter_core::record::TimerSet;
use std::time::Duration;

/// Writes what is about to be set into the saved state, before it is sent: so that two sweeps at once, or one that is
/// killed, do not begin an instance's idle clock again and again. Not where it is started or stopped in this sweep.
pub fn claim(pass: &Pass<'_>, decided: &mut Decided) -> Option<Duration> {
    let acts = decided.action_due().is_some();
    let fit = !decided.decision.dry_run && pass.target.tags_known && !acts;
    let to = decided.decision.timer.filter(|_| fit)?;
    let shown = decided.observed.compute.idle_time_before_shutdown;
    let shown = shown.map(|shown| shown.as_secs());
    let state = &mut decided.observed.state;
    // What shows is what we set ourselves, or somebody else's.
    let ours = state.timer.as_ref();
    let ours = ours.filter(|set| shown.is_none_or(|shown| shown == set.to));
    state.timer = Some(TimerSet {
        to: to.as_secs(),
        before: ours.map_or(shown, |set| set.before),
        at: pass.options.now,
        answer: None,
    });
    Some(to)
}
