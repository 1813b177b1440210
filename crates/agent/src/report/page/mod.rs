//! The page people look at: everything it shows as plain data, and that data as one self-contained HTML file.

mod build;
mod charts;
mod data;
mod html;
mod input;
mod locale;
mod marks;
mod name;
mod one;
mod periods;
mod read;
mod sections;
mod tables;
mod ungoverned;
mod week;

pub use build::{build, week_of};
pub use data::{Before, DecisionRow, Need, Page, Running};
pub use html::{Html, html};
pub use input::Input;
pub use locale::Language;
pub use name::ResourceName;
pub use one::{One, one};
pub use periods::{before, earlier, this_month};
pub use read::{read, read_only};
pub use week::{Condition, ResourceWeek, Span, Week};
