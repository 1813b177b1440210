//! `KINDS`: the kinds of resource that may be stopped and started.

use super::reader::Reader;
use super::texts::items;
use lamplighter_core::policy::Target;

/// The kinds that the platform has enabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds(Vec<Target>);

impl Kinds {
    /// Whether the kind of this name, in any letter case, is enabled.
    pub fn enabled(&self, name: &str) -> bool {
        Target::named(name).is_some_and(|target| self.0.contains(&target))
    }

    /// Those that are, in the order in which they were written.
    pub fn all(&self) -> &[Target] {
        &self.0
    }
}

pub(super) fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Kinds> {
    let names = Target::ALL.map(Target::name).join(", ");
    let expected = format!("any of {names}, separated by commas");
    r.parsed("KINDS", &expected, |text| {
        let mut kinds = Vec::new();
        for name in items(text, &[',', ';', ' ', '\n'])? {
            let target = Target::named(name)?;
            if !kinds.contains(&target) {
                kinds.push(target);
            }
        }
        Some(Kinds(kinds))
    })
}
