//! The simulator as its users meet it: a fleet file, a world that is lived, and Azure's protocol over HTTP.

mod support;

mod arm;
mod beacons;
mod behind;
mod clusters;
mod control;
mod deployments;
mod endpoints;
mod faults;
mod fleets;
mod fortnight;
mod foundry;
mod habits;
mod identity;
mod instances;
mod jobs;
mod lists;
mod lives;
mod metrics;
mod operations;
mod prices;
mod signs;
