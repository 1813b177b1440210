//! How a bill names what is billed.

/// A row of a bill, as far as it tells what it is about.
pub struct BillRow<'a> {
    /// The ARM id, lower case, with no slash at its end.
    pub resource: &'a str,
    /// The value of one of its tags, by name in any case.
    pub tag: &'a dyn Fn(&str) -> Option<String>,
}

/// What a row is about, as a kind of resource reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnBill {
    /// What has this ARM id, lower case.
    One(String),
    /// One of those below this ARM id; which of them it does not tell.
    Below(String),
    /// Whatever Azure bills in the resource group with this ARM id.
    In(String),
}

impl BillRow<'_> {
    /// The ARM id of the compute of a workspace that the row's resource is, or is part of.
    pub fn compute(&self) -> Option<OnBill> {
        self.named("/computes/").map(OnBill::One)
    }

    /// The ARM id up to the name that follows `before`.
    pub fn named(&self, before: &str) -> Option<String> {
        let begin = self.resource.find(before)? + before.len();
        let rest = &self.resource[begin..];
        let name = rest.split('/').next().filter(|name| !name.is_empty())?;
        Some(self.resource[..begin + name.len()].to_owned())
    }
}
