//! Online endpoints: their deployments, how many instances these have, who calls them, and what scales them by itself.

mod autoscale;
mod capacity;
mod play;
mod requests;
mod shape;

pub(super) use play::EndpointHappening;
pub(crate) use shape::{
    Autoscale, BatchEndpoint, Deployment, Endpoint, Requests, ServerlessEndpoint,
};
