//! Microsoft Foundry's workbench, the data scientist's machine there, and the container instance of an account, which is
//! the same at another path. All of it is preview; which facts this stands on is said in docs/foundry.md.

mod calls;
mod kind;
pub mod names;
pub mod parse;
pub mod place;
mod rights;
pub mod room;
mod state;

pub use calls::{list, managed_deployments, place as get_place};
pub use kind::Workbench;
pub use state::is_not_shown;
