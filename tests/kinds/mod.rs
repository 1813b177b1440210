//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod behind;
mod bills;
mod calls;
mod clusters;
mod deployments;
mod fortnights;
mod opt_in;
mod others;
mod promises;
mod raised;
mod support;
mod vms;
