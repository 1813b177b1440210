//! What a pass knows to be all there is.

/// Of what a pass has all there is: only what is missing from a whole list has been deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complete {
    /// The list of the workspace's computes.
    pub computes: bool,
    /// What stands beside and behind them, of kinds that are enabled.
    pub beside: bool,
}
