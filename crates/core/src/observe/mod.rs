//! What Azure and a beacon can say, as plain types, and how Azure's JSON is read into them.
//!
//! The types are named as Azure names its things. Every field may be missing; unknown values are kept as text.

pub mod beacon;
mod compute;
mod foundry;
mod job;
mod load;
mod native_schedule;
pub mod parse;
mod place;
mod tags;
mod tariff;

pub use compute::{ByKind, Compute, ComputeState, LastOperation, Scale};
pub use foundry::{FoundryVersion, UnknownVersion};
pub use job::Job;
pub use load::{Load, Sample, Series, Span};
pub use native_schedule::{NativeSchedule, NativeTrigger};
pub use place::{ResourceGroup, Subscription, Workspace};
pub use tags::Tags;
pub use tariff::{Tariff, with_tariff, without_tariff};
