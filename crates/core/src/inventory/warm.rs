//! Warm nodes that have nothing to do.

use crate::kinds::Kind;
use crate::observe::Compute;
use crate::policy::Reading;
use crate::record::WarmNodes;
use chrono::{DateTime, Utc};

/// The warm nodes of a compute that idle, as observed now; `None` of what is no cluster, keeps none, or is governed.
/// `before`: as observed by the sweep before.
///
/// ```
/// use lamplighter_core::inventory::warm;
/// use lamplighter_core::observe::{Compute, Scale};
/// use lamplighter_core::policy::Reading;
///
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let mut cluster = Compute { compute_type: Some("AmlCompute".into()), ..Compute::default() };
/// let scale = |value, idle| Some(Scale { value, idle: Some(idle), ..Scale::default() });
/// // Of five that idle only two are kept by its minimum: the others leave by themselves.
/// cluster.by_kind.scale = scale(2, 5);
/// let found = warm(&cluster, &Reading::default(), None, now).ok_or("none")?;
/// assert_eq!((found.kept, found.idle, found.since), (2, Some(2), now));
/// cluster.by_kind.scale = scale(2, 0);
/// assert_eq!(warm(&cluster, &Reading::default(), Some(&found), now), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn warm(
    compute: &Compute,
    reading: &Reading,
    before: Option<&WarmNodes>,
    now: DateTime<Utc>,
) -> Option<WarmNodes> {
    let cluster = Kind::named(compute.compute_type.as_deref()) == Kind::Cluster;
    let scale = compute.by_kind.scale.as_ref().filter(|_| cluster)?;
    let tagged = reading.policy.governed;
    let governed = tagged && !compute.by_kind.observe_only;
    let idle = scale.idle.map(|idle| idle.min(scale.value));
    let any = scale.value > 0 && idle != Some(0);
    (any && !governed).then(|| WarmNodes {
        kept: scale.value,
        idle,
        since: before.map_or(now, |before| before.since),
        tagged,
    })
}
