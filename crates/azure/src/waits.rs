//! What of a piece of work's time was spent waiting for its turn in ARM's budget of calls: that is everybody's, and says
//! nothing of how long the work itself takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    /// The waits of the work whose calls these are.
    static WAITS: Arc<Waits>;
}

#[derive(Default)]
struct Waits(Mutex<State>);

#[derive(Default)]
struct State {
    waited: Duration,
    /// Calls that wait now, and since when any has.
    waiting: usize,
    since: Option<Instant>,
}

/// Runs a future, and tells how long any of its calls waited for its turn.
pub async fn counting<F: Future>(future: F) -> (F::Output, Duration) {
    let waits = Arc::<Waits>::default();
    let output = WAITS.scope(waits.clone(), future).await;
    let waited = waits.state().waited;
    (output, waited)
}

/// Waits for a turn.
pub(super) async fn turn<F: Future>(wait: F) -> F::Output {
    let waits = WAITS.try_with(Arc::clone).ok();
    let _waiting = waits.as_deref().map(Waiting::begin);
    wait.await
}

/// A call waits until this is dropped, however that comes about.
struct Waiting<'a>(&'a Waits);

impl Waiting<'_> {
    fn begin(waits: &Waits) -> Waiting<'_> {
        let mut state = waits.state();
        state.waiting += 1;
        state.since.get_or_insert_with(Instant::now);
        Waiting(waits)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting -= 1;
        if state.waiting == 0
            && let Some(since) = state.since.take()
        {
            state.waited += since.elapsed();
        }
    }
}

impl Waits {
    /// Nothing panics while it holds the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn waits_at_the_same_time_count_once_and_work_not_at_all() {
        let work = async {
            sleep(3 * SECOND).await;
            futures::join!(turn(sleep(2 * SECOND)), turn(sleep(5 * SECOND)));
            turn(sleep(SECOND)).await;
        };
        assert_eq!(counting(work).await.1, 6 * SECOND);
        // Nobody counts.
        turn(sleep(SECOND)).await;
    }
}
