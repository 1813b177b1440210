//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod behind;
mod fortnights;
mod others;
mod vms;
