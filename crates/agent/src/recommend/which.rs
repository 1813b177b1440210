//! The resources that are asked for, by name, place, owner and kind.

use lamplighter_core::record::Resource;

/// Each that is given must fit; of names any.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// `ci-ana`, `ml-lisbon/ci-ana`, `rg/ml-lisbon/ci-ana`, or an ARM id; in any case.
    pub names: Vec<String>,
    pub workspace: Option<String>,
    pub owner: Option<String>,
    pub kind: Option<String>,
}

impl Which {
    pub fn fits(&self, resource: &Resource) -> bool {
        let same = |wanted: &Option<String>, own: &str| {
            let wanted = wanted.as_deref();
            wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(own))
        };
        let named = self.names.iter().any(|name| is_called(resource, name));
        (self.names.is_empty() || named)
            && same(&self.workspace, &resource.workspace)
            && same(&self.owner, resource.owner.as_deref().unwrap_or_default())
            && same(&self.kind, resource.kind.name())
    }

    /// The names that none of these resources has.
    pub fn missing<'a>(&'a self, all: &[&Resource]) -> Vec<&'a str> {
        let none = |name: &&String| !all.iter().any(|one| is_called(one, name));
        self.names.iter().filter(none).map(String::as_str).collect()
    }
}

fn is_called(resource: &Resource, name: &str) -> bool {
    if name.starts_with('/') {
        return resource.id.eq_ignore_ascii_case(name.trim_end_matches('/'));
    }
    let group = part_after(&resource.id, "resourcegroups").unwrap_or_default();
    let (workspace, own) = (&resource.workspace, &resource.name);
    [
        own.clone(),
        format!("{workspace}/{own}"),
        format!("{group}/{workspace}/{own}"),
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

/// The segment of an id that follows this one.
fn part_after<'a>(id: &'a str, segment: &str) -> Option<&'a str> {
    let mut parts = id
        .split('/')
        .skip_while(|part| !part.eq_ignore_ascii_case(segment));
    parts.nth(1)
}
