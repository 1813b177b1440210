//! The answers to lines of a batch, each a case or why it is none.

use super::defaults::{Base, Bases};
use super::explanation::{desired, explanation, judge};
use super::input::Input;
use super::lines::Lines;
use super::object::Object;
use super::parts::Parts;
use crate::decide::{Case, Decision, Evidence, Presence, remember, see_hold};
use crate::lint;
use crate::observe::Compute;
use crate::policy::{Policy, Reading, TagError};
use crate::record::{Reason, ResourceState};
use crate::schedule::Desired;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io;

/// What is asked of each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Why it is left, stopped or started.
    Explain,
    /// What its tags say, and what looks like a slip.
    Lint,
}

/// How a batch went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub lines: usize,
    /// Lines that are not a case.
    pub malformed: usize,
    /// Cases with a tag that cannot be read.
    pub unreadable: usize,
}

/// The answers to some lines, a line each, in their order.
#[derive(Debug, Default)]
pub struct Answers {
    pub text: Vec<u8>,
    pub done: Done,
}

/// Who answers lines, and keeps what many of them share.
#[derive(Debug)]
pub struct Answerer {
    ask: Ask,
    bases: Bases,
}

impl Answerer {
    pub fn new(ask: Ask, platform: Base) -> Answerer {
        Answerer {
            ask,
            bases: Bases::new(platform),
        }
    }

    /// Answers them.
    ///
    /// # Errors
    /// An answer cannot be put in JSON.
    pub fn answer(&mut self, lines: &Lines) -> io::Result<Answers> {
        let mut to = Answers::default();
        to.text.reserve(lines.length() * 4);
        for line in lines.each() {
            to.done.lines += 1;
            match line.text {
                Ok(text) => answer(self.ask, text, line.number, &mut to, &mut self.bases)?,
                Err(why) => malformed(&mut to, None, &why, (line.number, 0))?,
            }
            to.text.push(b'\n');
        }
        Ok(to)
    }
}

/// The answer to one line.
fn answer(
    ask: Ask,
    text: &str,
    number: usize,
    to: &mut Answers,
    bases: &mut Bases,
) -> io::Result<()> {
    let (input, compute) = match case(text) {
        Ok(case) => case,
        Err((why, column)) => {
            let id = id_of(text);
            return malformed(to, id.as_ref().map(|id| id.get()), &why, (number, column));
        }
    };
    let laid = input.defaults.map(|raw| bases.laid(raw.get())).transpose();
    let laid = match laid {
        Ok(laid) => laid,
        Err(error) => {
            to.done.unreadable += 1;
            return unlaid(to, &input, error);
        }
    };
    let base = laid.as_deref().unwrap_or(bases.platform());
    let reading = input.reading(&base.defaults);
    to.done.unreadable += usize::from(!reading.errors.is_empty());
    if ask == Ask::Lint {
        return findings(to, &input, &reading, base);
    }
    let decision = decision(&input, &compute, &reading, base);
    let desired = desired(&reading, input.now);
    put(
        to,
        &explanation(input.id.as_deref(), &reading, &desired, &decision),
    )
}

/// As a sweep decides that knows no more than the line tells.
fn decision(input: &Input<'_>, compute: &Compute, reading: &Reading, base: &Base) -> Decision {
    let mut saved_state = ResourceState::default();
    let first_seen = input.first_seen.unwrap_or(input.now);
    remember(&mut saved_state, compute, first_seen);
    let seen = input
        .hold_seen
        .map_or(input.now, |seen| seen.min(input.now));
    see_hold(&mut saved_state, compute, &reading.policy, true, seen);
    let case = Case {
        reading,
        compute,
        jobs: &input.jobs(),
        evidence: &Evidence::NotAsked,
        beacon: Presence::Absent,
        saved_state: &saved_state,
        lease: base.lease,
        start_ahead: chrono::TimeDelta::zero(),
        notice_required: chrono::TimeDelta::zero(),
        now: input.now,
    };
    judge(&case, input.state.is_some())
}

/// The case of a line; or why it is not one, and at which column (0: the whole line).
fn case(text: &str) -> Result<(Input<'_>, Compute), (String, usize)> {
    let Object(input): Object<Input<'_>> = serde_json::from_str(text).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let why = error.to_string();
        let why = why.strip_suffix(&place).unwrap_or(&why);
        // serde_json counts bytes.
        let read = text.as_bytes().iter().take(error.column());
        let characters = read.filter(|byte| **byte & 0xc0 != 0x80).count();
        (why.to_string(), characters)
    })?;
    let compute = input.compute().map_err(|why| (why.to_string(), 0))?;
    Ok((input, compute))
}

fn findings(to: &mut Answers, input: &Input<'_>, reading: &Reading, base: &Base) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        id: Option<&'a str>,
        #[serde(flatten)]
        findings: lint::Findings,
    }
    let findings = lint::lint(&lint::Case {
        reading,
        zone: base.defaults.zone,
        region: input.location.as_deref(),
        // A snapshot does not say.
        beacon: Presence::Unknown,
        native: &[],
        lease: base.lease,
        now: input.now,
    });
    let id = input.id.as_deref();
    put(to, &Line { id, findings })
}

fn put(to: &mut Answers, answer: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut to.text, answer).map_err(io::Error::from)
}

/// The answer to a case whose defaults cannot be read: as with an unreadable tag, nothing is done.
fn unlaid(to: &mut Answers, input: &Input<'_>, error: TagError) -> io::Result<()> {
    let text = format!("{} cannot be read: {}", error.tag, error.message);
    let reading = Reading {
        errors: vec![error],
        ..Reading::default()
    };
    let decision = Decision::leave(Reason::UnreadableTag, text);
    put(
        to,
        &explanation(input.id.as_deref(), &reading, &Desired::NONE, &decision),
    )
}

/// The `id` of a line that is not a case, as it stands there.
fn id_of(text: &str) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Id {
        id: Option<Box<RawValue>>,
    }
    let Object(Id { id }) = serde_json::from_str(text).ok()?;
    // What is copied into an answer must be valid for its reader too: half a surrogate pair is not.
    id.filter(|id| serde_json::from_str::<Value>(id.get()).is_ok())
}

/// The answer to a line that is not a case.
#[derive(Serialize)]
struct Malformed<'a> {
    id: Option<&'a RawValue>,
    /// 1-based, blank lines not counted.
    line: usize,
    desired: &'static str,
    since: Option<()>,
    next: Option<()>,
    decision: &'static str,
    reason: &'static str,
    text: Cow<'a, str>,
    change: Option<()>,
    policy: Parts<'a>,
    errors: [MalformedError<'a>; 1],
}

#[derive(Serialize)]
struct MalformedError<'a> {
    tag: &'static str,
    layer: &'static str,
    column: usize,
    message: &'a str,
    suggestion: Option<&'static str>,
}

fn malformed(
    to: &mut Answers,
    id: Option<&str>,
    why: &str,
    (number, column): (usize, usize),
) -> io::Result<()> {
    to.done.malformed += 1;
    let id = id.and_then(|id| RawValue::from_string(id.to_string()).ok());
    let error = MalformedError {
        tag: "",
        layer: "input",
        column,
        message: why,
        suggestion: None,
    };
    let nothing = Policy::default();
    let line = Malformed {
        id: id.as_deref(),
        line: number,
        desired: "none",
        since: None,
        next: None,
        decision: "leave",
        reason: "malformed-input",
        text: format!("the line is no case: {why}").into(),
        change: None,
        policy: Parts(&nothing),
        errors: [error],
    };
    put(to, &line)
}
