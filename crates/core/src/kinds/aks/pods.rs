//! Whose pods run on a cluster: everybody's that are not the system's or Azure Machine Learning's keep it from being
//! stopped.

use crate::observe::{Sample, Series};
use chrono::{DateTime, TimeDelta, Utc};

/// Namespaces of the cluster itself and of Azure Machine Learning's extension.
const OURS: [&str; 9] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "gatekeeper-system",
    "azure-arc",
    "azureml",
    "aks-command",
    "calico-system",
    "tigera-operator",
];

/// How long each sample's step is.
pub const STEP: TimeDelta = TimeDelta::minutes(5);
/// How long after its step's end the newest sample may be late, before it is too old to tell of the present.
const LATE: TimeDelta = TimeDelta::minutes(10);

/// Why pods keep a cluster from being stopped; `None` where none of others is known to run. Whatever is not known to be
/// absent is there: what runs in the namespace of a workspace may be an online endpoint, which somebody asks at any time.
///
/// ```
/// use lamplighter_core::kinds::aks::pods::held_by;
/// use lamplighter_core::observe::{Sample, Series};
///
/// let now = "2026-11-23T19:00:00Z".parse()?;
/// let sample = Sample { at: "2026-11-23T18:50:00Z".parse()?, maximum: 2.0, count: 1 };
/// let of = |namespace: &str| Series {
///     labels: vec![("namespace".into(), namespace.into())],
///     samples: vec![sample],
/// };
/// assert_eq!(held_by(&[of("kube-system"), of("azureml")], now), None);
/// let why = held_by(&[of("kube-system"), of("shop")], now).ok_or("nothing")?;
/// assert_eq!(why, "pods of others run on it (namespace shop)");
/// // Metrics that show not even the system's own pods show nothing.
/// assert!(held_by(&[], now).is_some());
/// // Nor do those of an hour ago.
/// assert!(held_by(&[of("kube-system")], now + chrono::TimeDelta::hours(1)).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn held_by(running: &[Series], now: DateTime<Utc>) -> Option<String> {
    let runs = |series: &&Series| {
        let last: Option<&Sample> = series.samples.last();
        last.is_some_and(|sample| sample.maximum > 0.0)
    };
    let mut names: Vec<&str> = running
        .iter()
        .filter(runs)
        .map(|series| series.label("namespace").unwrap_or("unnamed"))
        .collect();
    if names.is_empty() {
        return Some(
            "which pods run on it could not be told: no metric of them, not even of the system's"
                .into(),
        );
    }
    let newest = running.iter().filter_map(|series| series.samples.last());
    let newest = newest.map(|sample| sample.at).max();
    if newest.is_none_or(|at| at + STEP + LATE < now) {
        return Some(
            "which pods run on it now could not be told: the newest metric of them is too old"
                .into(),
        );
    }
    names.retain(|name| !OURS.iter().any(|own| own.eq_ignore_ascii_case(name)));
    names.sort_unstable();
    names.dedup();
    (!names.is_empty())
        .then(|| format!("pods of others run on it (namespace {})", names.join(", ")))
}
