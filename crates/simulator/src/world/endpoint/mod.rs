//! Online endpoints: their deployments, how many instances these have, who calls them, and what scales them by itself.

mod autoscale;
mod capacity;
mod happening;
mod play;
mod requests;
mod shape;

pub(super) use happening::EndpointHappening;
pub(crate) use shape::{
    Autoscale, BatchEndpoint, Deployment, Endpoint, Requests, ServerlessEndpoint,
};
