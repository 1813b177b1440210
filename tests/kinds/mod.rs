//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod behind;
mod bills;
mod clusters;
mod deployments;
mod fortnights;
mod least;
mod opt_in;
mod others;
mod support;
mod ungoverned;
mod vms;
