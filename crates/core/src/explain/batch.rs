//! Many cases as JSON lines: one line in, one line out, in order.

use super::defaults::{Base, Bases};
use super::explanation::{desired, explanation, judge};
use super::input::Input;
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
use std::io::{self, BufRead, BufReader, Read, Write};

/// Longer lines are not read: no resource's tags are that long.
const LONGEST: u64 = 1 << 20;

/// How a batch went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub lines: usize,
    /// Lines that are not a case.
    pub malformed: usize,
    /// Cases with a tag that cannot be read.
    pub unreadable: usize,
}

/// What is asked of each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Why it is left, stopped or started.
    Explain,
    /// What its tags say, and what looks like a slip.
    Lint,
}

/// Answers every line of `from`, in order. Blank lines are passed over.
///
/// # Errors
/// `from` cannot be read, or `to` cannot be written.
pub fn batch(
    ask: Ask,
    from: &mut BufReader<impl Read>,
    to: &mut impl Write,
    platform: Base,
) -> io::Result<Done> {
    let mut bases = Bases::new(platform);
    let (mut done, mut line) = (Done::default(), Vec::with_capacity(4_096));
    loop {
        line.clear();
        if from.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(done);
        }
        let whole = line.ends_with(b"\n") || (line.len() as u64) < LONGEST;
        if !whole {
            skip_line(from)?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        done.lines += 1;
        // Some shells begin a stream with a byte-order mark.
        let line = match (done.lines, line.strip_prefix(b"\xef\xbb\xbf")) {
            (1, Some(rest)) => rest,
            _ => &line[..],
        };
        let text = match whole {
            true => std::str::from_utf8(line).map_err(|_| "not UTF-8".to_string()),
            false => Err(format!("longer than {LONGEST} bytes")),
        };
        match text {
            Ok(text) => answer(ask, text, to, &mut bases, &mut done)?,
            Err(why) => malformed(to, None, &why, 0, &mut done)?,
        }
        to.write_all(b"\n")?;
        // Whoever waits for an answer before the next question gets it.
        if !from.buffer().contains(&b'\n') {
            to.flush()?;
        }
    }
}

/// Passes over the rest of a line without keeping it.
fn skip_line(from: &mut impl BufRead) -> io::Result<()> {
    loop {
        let some = from.fill_buf()?;
        let (length, end) = match some.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (some.len(), some.is_empty()),
        };
        from.consume(length);
        if end {
            return Ok(());
        }
    }
}

/// The answer to one line.
fn answer(
    ask: Ask,
    text: &str,
    to: &mut impl Write,
    bases: &mut Bases,
    done: &mut Done,
) -> io::Result<()> {
    let (input, compute) = match case(text) {
        Ok(case) => case,
        Err((why, column)) => {
            let id = id_of(text);
            return malformed(to, id.as_ref().map(|id| id.get()), &why, column, done);
        }
    };
    let laid = input.defaults.map(|raw| bases.laid(raw.get())).transpose();
    let laid = match laid {
        Ok(laid) => laid,
        Err(error) => {
            done.unreadable += 1;
            return unlaid(to, &input, error);
        }
    };
    let base = laid.as_deref().unwrap_or(bases.platform());
    let reading = input.reading(&base.defaults);
    done.unreadable += usize::from(!reading.errors.is_empty());
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

fn findings(
    to: &mut impl Write,
    input: &Input<'_>,
    reading: &Reading,
    base: &Base,
) -> io::Result<()> {
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

fn put(to: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(to, answer).map_err(io::Error::from)
}

/// The answer to a case whose defaults cannot be read: as with an unreadable tag, nothing is done.
fn unlaid(to: &mut impl Write, input: &Input<'_>, error: TagError) -> io::Result<()> {
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
    to: &mut impl Write,
    id: Option<&str>,
    why: &str,
    column: usize,
    done: &mut Done,
) -> io::Result<()> {
    done.malformed += 1;
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
        line: done.lines,
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
