//! Bounded concurrency.

use futures::StreamExt;

/// Runs futures, at most `at_once` at a time; their results come in the order in which they end.
pub(crate) async fn all<F: Future>(futures: Vec<F>, at_once: usize) -> Vec<F::Output> {
    futures::stream::iter(futures)
        .buffer_unordered(at_once)
        .collect()
        .await
}
