//! What is said of one resource at one instant.

use super::parts::Parts;
use crate::decide::{self, Case, Decision};
use crate::policy::{Reading, TagError};
use crate::record::{Action, PersonalHold, Reason};
use crate::schedule::{Desired, Power};
use crate::snapshot::WhileParked;
use crate::tz;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

/// What is said of one resource at one instant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation<'a> {
    /// As given; null where none was.
    pub id: Option<&'a str>,
    /// What the schedule wants: `on`, `off` or `none`.
    pub desired: &'static str,
    /// The edge that made it so.
    #[serde(serialize_with = "instant")]
    pub since: Option<DateTime<Utc>>,
    /// The schedule's next edge.
    pub next: Option<Change>,
    pub decision: Action,
    pub reason: Reason,
    /// One sentence for the owner.
    pub text: &'a str,
    /// What changes the decision by itself: a lease, a hold or a notice that ends, or the next edge.
    pub change: Option<Change>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub evidence: &'a [String],
    /// What a person has asked for: that it stays on. It may be over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_hold: Option<&'a PersonalHold>,
    /// What goes on costing while it is stopped.
    #[serde(skip_serializing_if = "<[WhileParked]>::is_empty")]
    pub while_parked: &'a [WhileParked],
    /// The mode is dry-run: nothing is acted on.
    pub dry_run: bool,
    pub errors: &'a [TagError],
    pub policy: Parts<'a>,
    /// The release of the tz database.
    pub time_zones: &'static str,
}

/// A coming change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    #[serde(serialize_with = "seconds")]
    pub at: DateTime<Utc>,
    /// Null: the schedule is to say then.
    pub desired: Option<Power>,
}

/// Instants as RFC 3339 in whole seconds. By hand, since every answer has some.
fn seconds<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    use chrono::{Datelike, Timelike};
    let (date, time) = (at.date_naive(), at.time());
    let (year, month, day) = (date.year(), date.month(), date.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let Some(four) = u32::try_from(year).ok().filter(|year| *year <= 9_999) else {
        return to.collect_str(&format_args!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        ));
    };
    let mut text = *b"0000-00-00T00:00:00Z";
    let digits = [
        (four / 100, 0),
        (four % 100, 2),
        (month, 5),
        (day, 8),
        (hour, 11),
        (minute, 14),
        (second, 17),
    ];
    for (two, at) in digits {
        text[at] = b'0' + (two / 10) as u8;
        text[at + 1] = b'0' + (two % 10) as u8;
    }
    // Digits all.
    to.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
}

fn instant<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => seconds(at, to),
        None => to.serialize_none(),
    }
}

/// Decides as a sweep would, but for a resource whose state nobody told: then only what holds in any state is said.
pub fn judge(case: &Case<'_>, state_known: bool) -> Decision {
    let decision = decide::decide(case);
    let any_state = matches!(
        decision.reason,
        Reason::KindNotGoverned | Reason::UnreadableTag | Reason::NoPolicy | Reason::Ignored
    );
    if state_known || any_state {
        return decision;
    }
    let text = "its state was not given, so only its schedule is answered";
    Decision {
        dry_run: decision.dry_run,
        ..Decision::leave(Reason::UnknownState, text.into())
    }
}

/// What the schedule wants at an instant; nothing for a resource that no tag speaks of.
pub fn desired(reading: &Reading, now: DateTime<Utc>) -> Desired {
    let schedule = reading.policy.schedule.as_ref();
    let schedule = schedule.filter(|_| reading.policy.governed);
    schedule.map_or(Desired::NONE, |schedule| schedule.value.at(now))
}

/// Puts an explanation together.
pub fn explanation<'a>(
    id: Option<&'a str>,
    reading: &'a Reading,
    desired: &Desired,
    decision: &'a Decision,
) -> Explanation<'a> {
    Explanation {
        id,
        desired: match desired.power {
            Some(Power::On) => "on",
            Some(Power::Off) => "off",
            None => "none",
        },
        since: desired.since.map(|edge| edge.at),
        next: desired.next.map(|edge| Change {
            at: edge.at,
            desired: Some(edge.power),
        }),
        decision: decision.action,
        reason: decision.reason,
        text: &decision.text,
        change: decision.next.map(|next| Change {
            at: next.at,
            desired: next.desired,
        }),
        evidence: &decision.evidence,
        personal_hold: None,
        while_parked: &[],
        dry_run: decision.dry_run,
        errors: &reading.errors,
        policy: Parts(&reading.policy),
        time_zones: tz::release(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::SecondsFormat;

    #[test]
    fn instants_are_written_as_chrono_writes_them_and_beyond_its_four_digits_too() {
        let written = |seconds| {
            let at = DateTime::from_timestamp(seconds, 0).expect("an instant");
            let change = Change { at, desired: None };
            let json = serde_json::to_value(change).expect("JSON");
            (at, json["at"].as_str().expect("a text").to_owned())
        };
        for seconds in [
            -62_167_219_200,
            -1,
            0,
            951_782_399,
            1_795_460_405,
            253_402_300_799,
        ] {
            let (at, text) = written(seconds);
            assert_eq!(text, at.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        assert_eq!(written(253_402_300_800).1, "10000-01-01T00:00:00Z");
    }
}
