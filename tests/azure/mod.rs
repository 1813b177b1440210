//! The ARM client and the price look-up against a server that answers as it is told.

mod actions;
mod announced;
mod calls;
mod identity;
mod lists;
mod oddities;
mod prices;
mod server;
mod workload;
