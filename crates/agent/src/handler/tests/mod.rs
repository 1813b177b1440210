//! The server as the Functions host meets it: over a real socket, byte for byte.

mod others;
mod recorded;
mod support;
mod timer;
