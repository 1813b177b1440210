//! Work on many things, by as many threads as the computer has processors.

use lamplighter_core::hands::Hands;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// A thread takes so many things at a time: few enough that all end at about the same time.
const AT_ONCE: usize = 32;

/// As many as there are processors, and no more than there is work for.
pub struct Threads;

impl Hands for Threads {
    fn each<T: Sync, R: Send>(&self, things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let helpers = processors.min(things.len().div_ceil(AT_ONCE));
        let taken = AtomicUsize::new(0);
        let part = || {
            let mut part = Vec::new();
            loop {
                let at = taken.fetch_add(1, Ordering::Relaxed);
                let chunk = things.chunks(AT_ONCE).nth(at);
                let Some(chunk) = chunk else { return part };
                part.push((at, chunk.iter().map(&work).collect::<Vec<R>>()));
            }
        };
        let mut parts = std::thread::scope(|scope| {
            let begun: Vec<_> = (1..helpers).map_while(|_| begin(scope, &part)).collect();
            let mut parts = part();
            for helper in begun {
                match helper.join() {
                    Ok(more) => parts.extend(more),
                    // As if it had happened here.
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            parts
        });
        parts.sort_unstable_by_key(|(at, _)| *at);
        parts.into_iter().flat_map(|(_, part)| part).collect()
    }
}

/// A thread beside this one, where the system lets us have one.
fn begin<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    part: &'scope (impl Fn() -> R + Sync),
) -> Option<ScopedJoinHandle<'scope, R>> {
    Builder::new().spawn_scoped(scope, part).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_each_is_in_the_order_of_the_things() {
        for count in [0, 1, AT_ONCE, AT_ONCE + 1, 20 * AT_ONCE + 7] {
            let things: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = things.iter().map(|thing| thing * 2).collect();
            assert_eq!(Threads.each(&things, |thing| thing * 2), doubled, "{count}");
        }
    }
}
