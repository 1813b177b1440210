//! The host emulator behaves as the Functions host 4.1037.0 was seen to: one test for each point of what was seen.

mod answers;
mod forwarding;
mod handler;
mod life;
mod messages;
