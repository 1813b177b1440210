//! What the types of a fleet file's endpoints cannot tell.

use super::spec::{DeploymentSpec, EndpointCompute, EndpointSpec};

/// What is wrong with an endpoint of a fleet file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndpointError {
    #[error("no deployment is named \"{0}\"")]
    NoDeployment(String),
    #[error("traffic adds up to 0 or 100")]
    Traffic,
    #[error("expected minimum <= capacity <= maximum, and 1 at least")]
    Capacity,
    #[error("only a Kubernetes endpoint has a compute")]
    Compute,
    #[error("only a Kubernetes deployment is scaled by its router")]
    Router,
    #[error("expected 1 or more")]
    Zero,
}

/// Checks an endpoint; names and sizes are checked with those of other kinds.
///
/// # Errors
/// The first thing that is wrong, with its field as a path from the endpoint.
pub(crate) fn check(spec: &EndpointSpec) -> Result<(), (String, EndpointError)> {
    let kubernetes = spec.compute_type == EndpointCompute::Kubernetes;
    if spec.compute.is_some() && !kubernetes {
        return Err(("compute".into(), EndpointError::Compute));
    }
    let known = |name: &String| {
        let mut all = spec.deployments.iter();
        all.any(|deployment| deployment.name.eq_ignore_ascii_case(name))
    };
    for (field, traffic) in [
        ("traffic", spec.traffic.as_ref()),
        ("mirrorTraffic", Some(&spec.mirror_traffic)),
    ] {
        let mut names = traffic.iter().flat_map(|traffic| traffic.keys());
        if let Some(name) = names.find(|name| !known(name)) {
            return Err((field.into(), EndpointError::NoDeployment(name.clone())));
        }
    }
    let sum = |traffic: &std::collections::BTreeMap<String, u32>| -> u64 {
        traffic.values().map(|share| u64::from(*share)).sum()
    };
    if spec
        .traffic
        .as_ref()
        .is_some_and(|traffic| ![0, 100].contains(&sum(traffic)))
    {
        return Err(("traffic".into(), EndpointError::Traffic));
    }
    for (place, deployment) in spec.deployments.iter().enumerate() {
        check_deployment(deployment, kubernetes)
            .map_err(|(field, error)| (format!("deployments[{place}].{field}"), error))?;
    }
    for (place, plan) in spec.requests.iter().enumerate() {
        if let Some(name) = plan.deployment.as_ref().filter(|name| !known(name)) {
            let field = format!("requests[{place}].deployment");
            return Err((field, EndpointError::NoDeployment(name.clone())));
        }
        if plan.every_minutes == 0 {
            return Err((
                format!("requests[{place}].everyMinutes"),
                EndpointError::Zero,
            ));
        }
    }
    Ok(())
}

fn check_deployment(
    spec: &DeploymentSpec,
    kubernetes: bool,
) -> Result<(), (&'static str, EndpointError)> {
    if spec.minimum < 1 || !(spec.minimum..=spec.maximum).contains(&spec.capacity) {
        return Err(("capacity", EndpointError::Capacity));
    }
    if spec.target_utilization.is_some() && !kubernetes {
        return Err(("targetUtilization", EndpointError::Router));
    }
    Ok(())
}
