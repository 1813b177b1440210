//! What needs somebody's attention.

use super::days::Days;
use lamplighter_core::policy::TagError;
use lamplighter_core::record::Resource;
use std::collections::{BTreeMap, HashMap};

/// What needs somebody's attention, in order of the resources.
#[derive(Clone, Debug, Default)]
pub(super) struct Attention {
    pub unreadable: Vec<(Resource, TagError)>,
    pub failed: Vec<(Resource, String)>,
    pub warnings: Vec<(Resource, String)>,
}

/// What is known of one resource, each the latest.
#[derive(Default)]
struct Latest<'a> {
    errors: Option<&'a Vec<TagError>>,
    failed: Option<&'a Option<String>>,
    warning: Option<&'a String>,
}

pub(super) fn attention(days: &Days, resources: &HashMap<&str, &Resource>) -> Attention {
    let mut attention = Attention::default();
    for (resource, of) in latest(days, resources) {
        let errors = of.errors.into_iter().flatten();
        let errors = errors.map(|error| (resource.clone(), error.clone()));
        attention.unreadable.extend(errors);
        let failed = of.failed.cloned().flatten();
        let failed = failed.map(|why| (resource.clone(), why));
        attention.failed.extend(failed);
        let warning = of.warning.cloned();
        let warning = warning.map(|text| (resource.clone(), text));
        attention.warnings.extend(warning);
    }
    attention
}

fn latest<'a>(
    days: &'a Days,
    resources: &HashMap<&str, &'a Resource>,
) -> BTreeMap<&'a Resource, Latest<'a>> {
    let mut latest: HashMap<&str, Latest<'a>> = HashMap::new();
    // What is wrong stands until it is mended, also where it went wrong before the period.
    let until_now = days.before.iter().chain(&days.within);
    for (id, of) in until_now.flat_map(|day| &day.resources) {
        if of.errors.is_none() && of.failed.is_none() {
            continue;
        }
        let one = latest.entry(id).or_default();
        one.errors = of.errors.as_ref().or(one.errors);
        one.failed = of.failed.as_ref().or(one.failed);
    }
    for (id, of) in days.within.iter().flat_map(|day| &day.resources) {
        if of.warning.is_some() {
            latest.entry(id).or_default().warning = of.warning.as_ref();
        }
    }
    let latest = latest.into_iter();
    let latest = latest.filter_map(|(id, of)| Some((*resources.get(id)?, of)));
    latest.collect()
}
