//! What people without rights in Azure may do: keep a resource on beyond a stop, and see what becomes of it.
//!
//! | Concern | File |
//! |---|---|
//! | which page a caller gets | `door.rs` |
//! | what a caller sends, and what of it counts | `request.rs` |
//! | what a link allows, signed | `token.rs` |
//! | what signs it, and how that changes | `keys.rs` |
//! | what is known of the resource | `known.rs` |
//! | for how long it may be kept on | `offers.rs` |
//! | the page of one stop | `keep.rs`, `page.rs` |
//! | the page of one resource | `resource.rs`, `figures.rs` |
//! | who has signed in | `principal.rs` |
//! | a message on the queue `holds` | `queue.rs` |
//! | links in notices | `links.rs` |
//!
//! A hold keeps on, and nothing else: it never starts or stops anything, and all holds of one run end within
//! `HOLD_LIMIT`. Of the pages only a form that was sent from our own makes one; whoever only looks changes nothing.

mod answer;
mod door;
mod figures;
mod keep;
mod keys;
mod known;
mod links;
mod offers;
mod page;
mod principal;
pub mod queue;
mod request;
mod resource;
mod token;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use door::{answer, failed};
pub use keys::KeyRing;
pub use links::Links;
pub use page::unavailable;
pub use request::{Asked, Request};
