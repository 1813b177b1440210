//! Clusters, deployments and the other kinds of compute, through the program.

mod clusters;
mod deployments;
