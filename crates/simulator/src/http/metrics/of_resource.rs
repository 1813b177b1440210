//! Platform metrics of virtual machines and managed clusters.

use super::dimensions::{Metric, Resource, Series, Together};
use crate::world::behind::Target;
use crate::world::instance::Stretch;
use crate::world::load::{Gauge, quiet_load, work_load};
use crate::world::simulation::World;
use chrono::{DateTime, TimeDelta, Utc};

type Known = (&'static str, &'static str, Together);

const OF_VMS: &[Known] = &[
    ("Percentage CPU", "Percent", Together::Highest),
    ("Network In Total", "Bytes", Together::Sum),
    ("Disk Read Bytes", "Bytes", Together::Sum),
];

const OF_CLUSTERS: &[Known] = &[
    ("kube_pod_status_phase", "Count", Together::Sum),
    ("kube_pod_status_ready", "Count", Together::Sum),
    ("node_cpu_usage_percentage", "Percent", Together::Highest),
    (
        "node_memory_working_set_percentage",
        "Percent",
        Together::Highest,
    ),
];

/// Pods that a cluster has whatever it is used for.
const SYSTEM_PODS: &[(&str, &str)] = &[
    ("kube-system", "coredns-7d8f9c"),
    ("kube-system", "konnectivity-agent-5f6b"),
    ("kube-system", "metrics-server-6c4d"),
    ("kube-system", "azure-cns-x2x7"),
];

/// Those of Azure Machine Learning's extension, where the cluster is attached.
const ML_PODS: &[(&str, &str)] = &[
    ("azureml", "amlarc-identity-controller-84"),
    ("azureml", "azureml-fe-v2-6d8"),
    ("azureml", "gateway-6f5"),
];

const PHASES: [&str; 5] = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];

/// The namespaces of these metrics.
pub(super) const VMS: &str = "Microsoft.Compute/virtualMachines";
pub(super) const CLUSTERS: &str = "Microsoft.ContainerService/managedClusters";

/// The metrics of a resource behind an attached compute, if it has any.
pub(super) fn resource(world: &World, target: Target) -> Option<Resource<'_>> {
    let (namespace, all) = match target {
        Target::Vm(_) => (VMS, OF_VMS),
        Target::Aks(_) => (CLUSTERS, OF_CLUSTERS),
        _ => return None,
    };
    let place = world.behind.place(target);
    let metrics = all.iter().map(|(name, unit, together)| Metric {
        name,
        unit,
        together: *together,
        series: match target {
            Target::Vm(vm) => of_vm(world, vm, name),
            Target::Aks(cluster) => of_cluster(world, cluster, name),
            _ => Vec::new(),
        },
    });
    Some(Resource {
        id: &place.id,
        region: &place.location,
        namespace,
        metrics: metrics.collect(),
    })
}

/// Whether it ran at any time of the minute that begins at `at`.
fn ran(stretches: &[Stretch], at: DateTime<Utc>) -> bool {
    let to = at + TimeDelta::minutes(1);
    let mut latest_first = stretches.iter().rev();
    latest_first.any(|(began, ended)| *began < to && ended.is_none_or(|end| end > at))
}

fn of_vm<'a>(world: &'a World, vm: usize, metric: &str) -> Vec<Series<'a>> {
    let gauge = if metric == "Percentage CPU" {
        Gauge::Cpu
    } else {
        Gauge::Network
    };
    let sample = move |at| {
        let own = &world.behind.vms[vm];
        ran(&own.ran, at).then(|| {
            let seed = world.fleet.seed;
            let quiet = quiet_load(seed, &own.place.reference, gauge, at);
            let end = at + TimeDelta::minutes(1);
            let stays = own.sessions.iter().filter(|session| {
                session.from.is_some_and(|from| from < end) && session.to.is_none_or(|to| to > at)
            });
            let highest = stays
                .map(|session| work_load(seed, &session.who, session.load, gauge, at))
                .fold(quiet, f64::max);
            match gauge {
                Gauge::Network => highest * 1_000_000.0,
                _ => highest,
            }
        })
    };
    vec![Series {
        dimensions: Vec::new(),
        sample: Box::new(sample),
    }]
}

fn of_cluster<'a>(world: &'a World, cluster: usize, metric: &str) -> Vec<Series<'a>> {
    match metric {
        "kube_pod_status_phase" => phases(world, cluster),
        "kube_pod_status_ready" => pods(world, cluster)
            .into_iter()
            .map(|(namespace, pod, phase)| Series {
                dimensions: vec![
                    ("condition", "true".into()),
                    ("namespace", namespace),
                    ("pod", pod),
                ],
                sample: Box::new(move |at| phase(at).map(|phase| f64::from(phase == "Running"))),
            })
            .collect(),
        "node_cpu_usage_percentage" => nodes(world, cluster, Gauge::Cpu),
        _ => nodes(world, cluster, Gauge::Memory),
    }
}

type Phase<'a> = Box<dyn Fn(DateTime<Utc>) -> Option<&'static str> + 'a>;

/// Each pod that there ever was, with its namespace, name and phase.
fn pods(world: &World, cluster: usize) -> Vec<(String, String, Phase<'_>)> {
    let own = &world.behind.clusters[cluster];
    let is_attached =
        |one: &crate::world::behind::attached::Attached| one.target == Some(Target::Aks(cluster));
    let of_ml: &[_] = if world.behind.attached.iter().any(is_attached) {
        ML_PODS
    } else {
        &[]
    };
    let always = SYSTEM_PODS.iter().chain(of_ml).map(|(namespace, pod)| {
        let phase: Phase<'_> = Box::new(move |at| ran(&own.ran, at).then_some("Running"));
        ((*namespace).to_owned(), (*pod).to_owned(), phase)
    });
    let others = own.pods.iter().map(|pod| {
        let phase: Phase<'_> = Box::new(move |at| {
            let end = at + TimeDelta::minutes(1);
            let from = pod.from.filter(|from| *from < end)?;
            let shown = pod.phase(at.max(from))?;
            ran(&own.ran, at).then_some(shown)
        });
        (pod.namespace.clone(), pod.name.clone(), phase)
    });
    always.chain(others).collect()
}

/// Of each pod one series a phase: 1 in the one that it is in, 0 in the others.
fn phases(world: &World, cluster: usize) -> Vec<Series<'_>> {
    let mut all = Vec::new();
    for (namespace, pod, phase) in pods(world, cluster) {
        let phase = std::rc::Rc::new(phase);
        for one in PHASES {
            let phase = phase.clone();
            let dimensions = vec![
                ("phase", one.to_owned()),
                ("namespace", namespace.clone()),
                ("pod", pod.clone()),
            ];
            let sample = move |at| phase(at).map(|shown| f64::from(shown == one));
            all.push(Series {
                dimensions,
                sample: Box::new(sample),
            });
        }
    }
    all
}

/// Of each node, which is busy while pods beside the system's run.
fn nodes(world: &World, cluster: usize, gauge: Gauge) -> Vec<Series<'_>> {
    let own = &world.behind.clusters[cluster];
    let mut all = Vec::new();
    for pool in &own.spec.pools {
        for number in 0..pool.nodes() {
            let node = format!("aks-{}-vmss{number:06}", pool.name);
            let name = node.clone();
            let sample = move |at| {
                ran(&own.ran, at).then(|| {
                    let busy = own
                        .pods
                        .iter()
                        .filter(|pod| pod.phase(at) == Some("Running"));
                    let quiet = quiet_load(world.fleet.seed, &name, gauge, at);
                    quiet + 12.0 * busy.count().min(6) as f64 / f64::from(own.nodes().max(1))
                })
            };
            all.push(Series {
                dimensions: vec![("node", node), ("nodepool", pool.name.clone())],
                sample: Box::new(sample),
            });
        }
    }
    all
}
