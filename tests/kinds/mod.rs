//! Clusters, deployments and the other kinds of compute, through the program.

mod aks;
mod attached_gaps;
mod auto_shutdown;
mod behind;
mod bill_rows;
mod bill_week;
mod bills;
mod calls;
mod clusters;
mod deployments;
mod elsewhere;
mod export;
mod fortnights;
mod kept;
mod last_look;
mod left;
mod opt_in;
mod others;
mod prices;
mod promises;
mod raised;
mod rights;
mod support;
mod told;
mod ungoverned;
mod vms;
