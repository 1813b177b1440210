//! The arguments of `demo --scale`.

use std::path::PathBuf;

/// Workspaces in each subscription where nothing else is said.
pub const EACH: u32 = 20;

#[derive(clap::Args)]
pub struct ScaleArgs {
    /// A round over a thousand workspaces instead, by copies of the packaged handler on an emulator of the Functions host
    #[arg(long)]
    pub scale: bool,
    /// Workspaces
    #[arg(long, default_value_t = 1000, requires = "scale", value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub workspaces: u32,
    /// Instances in each workspace
    #[arg(long, default_value_t = 10, requires = "scale", value_parser = clap::value_parser!(u32).range(2..=100))]
    pub instances: u32,
    /// Subscriptions that they lie in; one for each 20 workspaces without it
    #[arg(long, requires = "scale", value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub subscriptions: Option<u32>,
    /// Copies of the handler
    #[arg(long, default_value_t = 3, requires = "scale", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub copies: u32,
    /// Azurite's queue service, where it is neither in tests/node_modules nor in PATH
    #[arg(long, value_name = "PROGRAM", requires = "scale")]
    pub azurite: Option<PathBuf>,
}

impl ScaleArgs {
    pub fn subscriptions(&self) -> u32 {
        let given = self.subscriptions;
        given
            .unwrap_or(self.workspaces.div_ceil(EACH))
            .min(self.workspaces)
    }
}
