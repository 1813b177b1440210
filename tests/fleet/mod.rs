//! A fleet over many subscriptions: where Lamplighter acts at all, how much at once, where workspaces are found, and
//! sweeps that are spread over instances by the Functions host's own queues (Azurite's, for real).

mod app;
mod discovery;
mod groups;
mod holds;
mod kills;
mod messages;
mod rounds;
mod safety;
