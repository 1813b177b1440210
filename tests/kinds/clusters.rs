//! Compute clusters: parked at zero nodes of their own accord, and back.
