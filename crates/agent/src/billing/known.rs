//! What the ledger knows, found again in a bill.

use super::tags;
use lamplighter_core::kinds::aks::bill::is_scale_set;
use lamplighter_core::kinds::{BillRow, Kind, OnBill};
use lamplighter_core::record::Resource;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Resources of the ledger by their ARM id, lower case; `None` where it has no more than that.
pub type Resources = BTreeMap<String, Option<Resource>>;

/// What the ledger knows, to find it again in a bill. ARM ids, lower case.
pub(super) struct Known<'a> {
    resources: &'a Resources,
    workspaces: BTreeSet<&'a str>,
    /// By resource group in which it is billed.
    groups: BTreeMap<&'a str, &'a str>,
    /// Subscriptions in which rows of scale sets may be of something that is known, and do not tell of what.
    unclear: BTreeSet<&'a str>,
}

/// What a row is about.
pub(super) enum About {
    Known(String),
    /// One of several that are known: those below this ARM id.
    Together(String),
    /// Something of Azure Machine Learning's that is not known.
    Unknown(String),
    /// It may be of something that is known, in the subscription with this id.
    Unclear(String),
    Other,
}

impl<'a> Known<'a> {
    pub fn new(resources: &'a Resources) -> Known<'a> {
        let all = || resources.iter();
        let own = || all().filter_map(|(id, own)| Some((id.as_str(), own.as_ref()?)));
        let group = |(id, own): (&'a str, &'a Resource)| Some((own.billed_in.as_deref()?, id));
        let unclear = |(id, own): (&'a str, &'a Resource)| {
            let kind = own.kind.known()?;
            let unclear = kind.may_be_scale_sets(own.billed_in.as_deref());
            subscription_of(id).filter(|_| unclear)
        };
        Known {
            resources,
            workspaces: all().filter_map(|(id, _)| workspace_of(id)).collect(),
            groups: own().filter_map(group).collect(),
            unclear: own().filter_map(unclear).collect(),
        }
    }

    /// What a row is about by its resource (lower case) and its tags, as they are written.
    pub fn find(&self, resource: &str, written: &str) -> About {
        let resource = resource.trim_end_matches('/');
        let read = OnceCell::new();
        let tag = |name: &str| read.get_or_init(|| tags::read(written)).get(name).cloned();
        let row = BillRow {
            resource,
            tag: &tag,
        };
        if self.resources.contains_key(resource) {
            return About::Known(resource.to_owned());
        }
        let mut named = None;
        for about in Kind::on_bill(&row) {
            match about {
                OnBill::One(id) if self.resources.contains_key(&id) => return About::Known(id),
                OnBill::Below(id) if self.any_below(&id) => return About::Together(id),
                OnBill::One(id) | OnBill::Below(id) => named = named.or(Some(id)),
                OnBill::In(group) => {
                    if let Some(id) = self.groups.get(group.as_str()) {
                        return About::Known((*id).to_owned());
                    }
                }
            }
        }
        // What names something that is not known is not of whatever else its workspace has.
        match named {
            None if self.workspaces.contains(resource) => About::Together(resource.to_owned()),
            None => self.unclear(resource),
            Some(id) if is_azure_ml(&id) => About::Unknown(id),
            Some(_) => About::Other,
        }
    }

    fn any_below(&self, id: &str) -> bool {
        let below = format!("{id}/");
        let mut after = self.resources.range(below.clone()..);
        after.next().is_some_and(|(id, _)| id.starts_with(&below))
    }

    fn unclear(&self, resource: &str) -> About {
        let subscription = subscription_of(resource).filter(|_| is_scale_set(resource));
        match subscription.filter(|id| self.unclear.contains(id)) {
            Some(id) => About::Unclear(id.to_owned()),
            None if is_azure_ml(resource) => About::Unknown(resource.to_owned()),
            None => About::Other,
        }
    }
}

fn is_azure_ml(id: &str) -> bool {
    id.contains("/microsoft.machinelearningservices/")
}

/// The id of the workspace that a resource belongs to.
pub(super) fn workspace_of(id: &str) -> Option<&str> {
    const BEFORE: &str = "/workspaces/";
    let name = id.find(BEFORE)? + BEFORE.len();
    let end = id[name..].find('/')?;
    Some(&id[..name + end])
}

/// The id of the subscription that a resource belongs to.
pub(super) fn subscription_of(id: &str) -> Option<&str> {
    let rest = id.strip_prefix("/subscriptions/")?;
    rest.split('/').next().filter(|id| !id.is_empty())
}
