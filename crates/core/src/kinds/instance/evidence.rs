//! Which evidence tells of work on an instance. All three sources can show that somebody works.

use crate::kinds::evidence::Source;

/// Whether a source can prove that nobody works on it. Jobs cannot: whoever works in a notebook, a terminal or an
/// editor has none.
pub fn proves_quiet(source: Source) -> bool {
    match source {
        Source::Beacon | Source::Metrics => true,
        Source::Jobs => false,
    }
}
