//! What an owner is told: before a stop, of one that waits, and of what has happened.

use chrono::{DateTime, Utc};
use lamplighter_core::record::{OwedAbout, Resource};

/// What an owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `None`: it is about a week, and no single resource.
    pub resource: Option<Resource>,
    /// What this is about.
    pub about: About,
    /// One or two sentences for the owner: what will happen, when (in the owner's zone), why.
    pub text: String,
    /// What it costs an hour while it runs, where prices know it: `"1.20 USD"`.
    pub cost_an_hour: Option<String>,
    /// How to keep it on, or what else to do, one sentence for each way that is open here; of a week, a line for each
    /// resource. May be empty.
    pub to_keep: Vec<String>,
    /// The page on which one press keeps it on. It is for its owner alone: neither the log nor the ledger has it.
    pub page: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// It will be stopped.
    StopAt(DateTime<Utc>),
    /// A stop is due, and waits for something that is not known.
    StopWaits,
    /// Something has happened.
    Happened(OwedAbout),
}

impl About {
    /// The event, in the words of Azure's auto-shutdown webhook and of our own formats.
    pub fn word(self) -> &'static str {
        match self {
            About::StopAt(_) | About::Happened(OwedAbout::Stop) => "StopNotice",
            About::StopWaits | About::Happened(OwedAbout::Wait) => "StopWaits",
            About::Happened(OwedAbout::Stopped) => "Stopped",
            About::Happened(OwedAbout::StartFailed) => "StartFailed",
            About::Happened(OwedAbout::StartLate) => "StartLate",
            About::Happened(OwedAbout::StartWorked) => "StartWorked",
            About::Happened(OwedAbout::UnreadableTag) => "UnreadableTag",
            About::Happened(OwedAbout::StillOn) => "StillOn",
            About::Happened(OwedAbout::StartsEnded) => "StartsEnded",
            About::Happened(OwedAbout::TagsNotShown) => "TagsNotShown",
            About::Happened(OwedAbout::WeeklyDigest) => "WeeklyDigest",
        }
    }

    /// Whether what there is to do may quote somebody's tag: nothing in it is a link of ours.
    pub(super) fn quotes(self) -> bool {
        use OwedAbout::{TagsNotShown, UnreadableTag, WeeklyDigest};
        let quotes = [UnreadableTag, TagsNotShown, WeeklyDigest];
        quotes.map(About::Happened).contains(&self)
    }

    /// What follows the name of what it is about, in a headline: of one, and of several.
    pub(super) fn headline(self) -> (&'static str, &'static str) {
        match self.word() {
            "StopNotice" => (" will be stopped", " will be stopped"),
            "StopWaits" => (": a stop waits", ": a stop waits"),
            "Stopped" => (" was stopped", " were stopped"),
            "StartFailed" => (" could not be started", " could not be started"),
            "StartLate" => (" was started late", " were started late"),
            "StartWorked" => (
                " is on: its start has worked",
                " are on: their starts have worked",
            ),
            "UnreadableTag" => (": a tag cannot be read", ": tags cannot be read"),
            "TagsNotShown" => (
                ": its own tags are not shown any more",
                ": their own tags are not shown any more",
            ),
            "StartsEnded" => (" is not started any more", " are not started any more"),
            "StillOn" => (" is still on, at much cost", " are still on, at much cost"),
            _ => (": what it came to", ": what they came to"),
        }
    }
}

impl Notice {
    /// All of it but the link as one text, for whoever shows nothing else.
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
            resource: Some(Resource {
                id: "/ci".into(),
                kind: Kind::named(Some("ComputeInstance")),
                name: "ci".into(),
                workspace: "w".into(),
                owner: None,
                vm_size: None,
                location: None,
                decided_in: None,
                billed_in: None,
                tags: Default::default(),
            }),
            about: About::StopWaits,
            text: "It waits.".into(),
            cost_an_hour: None,
            to_keep: Vec::new(),
            page: Some("https://lamp.example/api/keep?t=a.b".into()),
        };
        assert_eq!(notice.in_full(), "It waits.");
        notice.cost_an_hour = Some("1.20 USD".into());
        notice.to_keep = vec!["Do this.".into(), "Or that.".into()];
        let full = "It waits. It costs 1.20 USD an hour. Do this. Or that.";
        assert_eq!(notice.in_full(), full);
    }
}
