//! Clusters, deployments and the other kinds of compute, through the program.

mod bills;
mod clusters;
mod deployments;
mod support;
