//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod auto_shutdown;
mod behind;
mod bills;
mod clusters;
mod deployments;
mod elsewhere;
mod fortnights;
mod left;
mod opt_in;
mod others;
mod rights;
mod support;
mod told;
mod vms;
