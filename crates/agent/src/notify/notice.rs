//! What an owner is told before a stop, or of one that waits.

use chrono::{DateTime, Utc};
use lamplighter_core::record::Resource;

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub resource: Resource,
    /// What this is about.
    pub about: About,
    /// One or two sentences for the owner: what will happen, when (in the owner's zone), why.
    pub text: String,
    /// What it costs an hour while it runs, where prices know it: `"1.20 USD"`.
    pub cost_an_hour: Option<String>,
    /// How to keep it on, one sentence for each way that is open here; may be empty.
    pub to_keep: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// It will be stopped.
    StopAt(DateTime<Utc>),
    /// A stop is due, and waits for something that is not known.
    StopWaits,
}

impl Notice {
    /// All of it as one text, for whoever shows nothing else.
    pub fn in_full(&self) -> String {
        let cost = self.cost_an_hour.as_ref();
        let cost = cost.map(|cost| format!("It costs {cost} an hour."));
        let parts = std::iter::once(&self.text)
            .chain(&cost)
            .chain(&self.to_keep);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplighter_core::kinds::Kind;

    #[test]
    fn a_notice_in_full_has_all_its_parts_and_nothing_of_what_is_not_known() {
        let mut notice = Notice {
            resource: Resource {
                id: "/ci".into(),
                kind: Kind::named(Some("ComputeInstance")),
                name: "ci".into(),
                workspace: "w".into(),
                owner: None,
                vm_size: None,
                location: None,
            },
            about: About::StopWaits,
            text: "It waits.".into(),
            cost_an_hour: None,
            to_keep: Vec::new(),
        };
        assert_eq!(notice.in_full(), "It waits.");
        notice.cost_an_hour = Some("1.20 USD".into());
        notice.to_keep = vec!["Do this.".into(), "Or that.".into()];
        let full = "It waits. It costs 1.20 USD an hour. Do this. Or that.";
        assert_eq!(notice.in_full(), full);
    }
}
