//! What a tag would have been worth: observed weeks of a resource, played again with another tag by the rules that sweeps
//! follow, and the tag that would have saved most without stopping anybody in use. Pure.
//!
//! | File | Holds |
//! |---|---|
//! | `span.rs` | stretches of time |
//! | `seen.rs` | what is known of a resource's weeks: when it was on, and who started and stopped it |
//! | `need.rs` | when it was used, or may have been |
//! | `people.rs` | what people did, as they would have done it with another tag |
//! | `play.rs` | the weeks, played with a tag |
//! | `tags.rs` | tags to try, made from when it was used |
//! | `folds.rs` | the best tag, judged on weeks that it was not chosen by |
//! | `advice.rs` | what is recommended, or why nothing is |
//! | `finding.rs` | what else costs money |
//! | `unused.rs` | starts that nobody used |

mod advice;
mod finding;
mod folds;
mod need;
mod people;
mod play;
mod seen;
mod span;
mod tags;
#[cfg(test)]
mod tests;
mod unused;

pub use advice::{Advice, Terms, Tried, Verdict, WEEK, advise, tried};
pub use finding::{Finding, FindingCode, Known, findings};
pub use need::{Need, Needed, needs};
pub use seen::{Seen, Sighting};
pub use span::{Span, seconds};
pub use unused::{is_of_late, unused_days};
