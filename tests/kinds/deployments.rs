//! Online deployments: down to their floor, and back.
