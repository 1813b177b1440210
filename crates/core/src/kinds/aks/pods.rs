//! Whose pods run on a cluster: everybody's that are not the system's or Azure Machine Learning's keep it from being
//! stopped.

use crate::observe::{Sample, Series};

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

/// Where everything lands that names no namespace, the jobs of a workspace that was attached without one and anybody's
/// pods alike: what runs there is taken for somebody's.
const ANYBODYS: &str = "default";

/// Why pods keep a cluster from being stopped; `None` where none of others is known to run. Whatever is not known to be
/// absent is there. `share`: the namespaces that workspaces have for their own jobs.
///
/// ```
/// use lamplighter_core::kinds::aks::pods::held_by;
/// use lamplighter_core::observe::{Sample, Series};
///
/// let sample = Sample { at: "2026-11-23T19:00:00Z".parse()?, maximum: 2.0, count: 1 };
/// let of = |namespace: &str| Series {
///     labels: vec![("namespace".into(), namespace.into())],
///     samples: vec![sample],
/// };
/// assert_eq!(held_by(&[of("kube-system"), of("ml")], &["ml".into()]), None);
/// let why = held_by(&[of("kube-system"), of("shop")], &[]).ok_or("nothing")?;
/// assert_eq!(why, "pods of others run on it (namespace shop)");
/// // Metrics that show not even the system's own pods show nothing.
/// assert!(held_by(&[], &[]).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn held_by(running: &[Series], share: &[String]) -> Option<String> {
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
    let own = |name: &str| {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        OURS.iter().any(|known| same(known))
            || (name != ANYBODYS && share.iter().any(|known| same(known)))
    };
    names.retain(|name| !own(name));
    names.sort_unstable();
    names.dedup();
    (!names.is_empty())
        .then(|| format!("pods of others run on it (namespace {})", names.join(", ")))
}
