//! What they are called.

/// The ARM type of one.
pub const TYPE: &str = "Microsoft.CognitiveServices/accounts/projects/workbenches";
/// Of a kind of ours: what has a number of nodes, in which workbenches have room; never acted on.
pub const POOLS: &str = "foundryCompute";
