//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod attached_gaps;
mod behind;
mod bill_rows;
mod bill_week;
mod bills;
mod clusters;
mod deployments;
mod export;
mod fortnights;
mod kept;
mod last_look;
mod opt_in;
mod others;
mod prices;
mod support;
mod ungoverned;
mod vms;
