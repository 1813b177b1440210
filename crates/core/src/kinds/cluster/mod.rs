//! The compute cluster (AmlCompute): nodes that jobs share. Azure takes away those that idle, down to a number that its
//! owner keeps warm; that number is what is scaled. Which facts this stands on is said in docs/kinds.md.

mod calls;
mod kind;
mod parse;
mod prices;
mod rights;

pub use kind::Cluster;
