//! Names from outside, as they stand on the page.

use super::name::ResourceName;
use maud::{Markup, html};

/// A name from outside: kept apart from the text around it, whatever its direction.
pub fn isolated(text: &str) -> Markup {
    html! { bdi { (text) } }
}

pub fn resource(name: &ResourceName) -> Markup {
    html! { (isolated(&name.workspace)) "/" (isolated(&name.name)) }
}

pub fn owner(name: &ResourceName) -> Markup {
    html! { (isolated(name.owner.as_deref().unwrap_or("–"))) }
}
