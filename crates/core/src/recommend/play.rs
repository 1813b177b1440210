//! A resource's weeks, played with a tag by the rules of `decide`: people do what they did, and come when they came.

use super::need::{Need, Needed};
use super::people::{Happens, free_since, happens, need_at};
use super::seen::Seen;
use super::span::{Span, seconds};
use crate::decide::evidence::{Proof, Source};
use crate::decide::{Case, Decision, Evidence, Finding, Jobs, Presence, decide, held};
use crate::kinds::rest;
use crate::observe::{Compute, ComputeState, Job};
use crate::policy::{Idle, Reading};
use crate::record::{Action, NoticeGiven, Reason, ResourceState};
use crate::replay::{Stage, next_change};
use crate::schedule::Power;
use chrono::{DateTime, TimeDelta, Utc};

/// How often the rules are asked, as sweeps are.
const STEP: i64 = 300;
/// Whoever stopped using it so shortly before a stop might have stayed that much longer.
const CLOSE: TimeDelta = TimeDelta::hours(1);

/// What came of it, in one week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Seconds on, while sweeps came.
    pub on: i64,
    pub stops: u32,
    pub starts: u32,
    /// Stops while somebody is known to have used it.
    pub in_use: u32,
    /// Stops while nothing tells whether anybody did.
    pub unknown: u32,
    /// Stops by schedule within an hour of somebody's use.
    pub close: u32,
    /// Times that somebody would have found it stopped, and had to start it.
    pub by_hand: u32,
}

impl Tally {
    pub fn add(&mut self, more: &Tally) {
        self.on += more.on;
        self.stops += more.stops;
        self.starts += more.starts;
        self.in_use += more.in_use;
        self.unknown += more.unknown;
        self.close += more.close;
        self.by_hand += more.by_hand;
    }
}

/// The week of a period that an instant lies in; what is left after the last whole one belongs to that.
pub(super) fn week(period: Span, weeks: usize, at: DateTime<Utc>) -> usize {
    let days = (at - period.from).num_days().max(0);
    usize::try_from(days / 7)
        .unwrap_or_default()
        .min(weeks.saturating_sub(1))
}

struct Player<'a> {
    seen: &'a Seen,
    needs: &'a [Needed],
    reading: &'a Reading,
    lease: TimeDelta,
    stage: Stage,
    on_from: Option<DateTime<Utc>>,
    on: Vec<Span>,
    weeks: Vec<Tally>,
    /// When whoever was stopped in the midst of it starts it again.
    again: Option<DateTime<Utc>>,
}

/// Plays the weeks with what tags say; the answer is by week.
pub(super) fn play(
    seen: &Seen,
    needs: &[Needed],
    reading: &Reading,
    lease: TimeDelta,
    weeks: usize,
) -> Vec<Tally> {
    let began = seen
        .on
        .first()
        .is_some_and(|run| run.holds(seen.period.from));
    let mut player = Player {
        seen,
        needs,
        reading,
        lease,
        stage: stage(seen, began),
        on_from: began.then_some(seen.period.from),
        on: Vec::new(),
        weeks: vec![Tally::default(); weeks.max(1)],
        again: None,
    };
    player.run();
    let mut tallies = player.weeks;
    count_on(seen, &player.on, &mut tallies);
    tallies
}

/// Adds the seconds that these come to, by week.
pub(super) fn count_on(seen: &Seen, on: &[Span], weeks: &mut [Tally]) {
    let count = weeks.len();
    for (place, tally) in weeks.iter_mut().enumerate() {
        let from = seen.period.from + TimeDelta::days(7 * place as i64);
        let to = match place + 1 == count {
            true => seen.period.to,
            false => from + TimeDelta::days(7),
        };
        let within: Vec<Span> = seen
            .watched(on)
            .filter_map(|span| span.within(Span::new(from, to)))
            .collect();
        tally.on += seconds(&within);
    }
}

/// The resource at the beginning.
fn stage(seen: &Seen, on: bool) -> Stage {
    let kind = &seen.resource.kind;
    let from = seen.period.from;
    let compute = Compute {
        id: seen.resource.id.clone(),
        name: seen.resource.name.clone(),
        compute_type: kind.known().map(|kind| kind.compute_type().to_owned()),
        vm_size: seen.resource.vm_size.clone(),
        state: ComputeState::Stopped,
        ..Compute::default()
    };
    let mut stage = Stage {
        compute,
        saved_state: ResourceState::default(),
    };
    let power = if on { Power::On } else { Power::Off };
    stage.did(power, from);
    stage
}

impl Player<'_> {
    fn run(&mut self) {
        let happens = happens(self.seen, self.needs);
        let mut next = 0;
        let (mut now, end) = (self.seen.period.from, self.seen.period.to);
        while now < end {
            while let Some((at, what)) = happens.get(next).filter(|(at, _)| *at <= now) {
                self.happen(*what, *at);
                next += 1;
            }
            if let Some(at) = self.again.filter(|at| *at <= now) {
                self.again = None;
                self.did(Power::On, at);
            }
            let soonest = self.decide(now);
            let coming = happens.get(next).map(|(at, _)| *at);
            let soonest = [coming, self.again]
                .into_iter()
                .flatten()
                .fold(soonest, DateTime::min);
            now = step_after(self.seen.period.from, now, soonest);
        }
        let rest = self
            .on_from
            .take()
            .and_then(|from| Span::new(from, end).within(self.seen.period));
        self.on.extend(rest);
    }

    fn is_on(&self) -> bool {
        rest(&self.stage.compute) == Some(Power::On)
    }

    fn tally(&mut self, at: DateTime<Utc>) -> &mut Tally {
        let count = self.weeks.len();
        &mut self.weeks[week(self.seen.period, count, at)]
    }

    fn happen(&mut self, what: Happens, at: DateTime<Utc>) {
        match what {
            Happens::Started if !self.is_on() => self.did(Power::On, at),
            Happens::Stopped if self.is_on() => self.did(Power::Off, at),
            Happens::Needed(place) if !self.is_on() && self.again.is_none() => {
                if self.needs[place].need.is_known() {
                    self.tally(at).by_hand += 1;
                }
                self.did(Power::On, at);
            }
            _ => {}
        }
    }

    fn did(&mut self, power: Power, at: DateTime<Utc>) {
        if self.is_on() != (power == Power::On) {
            self.stage.did(power, at);
            self.turned(power, at);
        }
    }

    fn turned(&mut self, power: Power, at: DateTime<Utc>) {
        match power {
            Power::On => self.on_from = Some(at),
            Power::Off => {
                let from = self.on_from.take();
                self.on
                    .extend(from.map(|from| Span::new(from, at.max(from))));
            }
        }
    }

    /// Asks the rules, and does what they say. Gives when they may say otherwise.
    fn decide(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let need = need_at(self.needs, now).filter(|_| self.is_on());
        let jobs = jobs(need);
        let evidence = self.evidence(need, now);
        if let Evidence::Asked(findings) = &evidence {
            let kind = &self.seen.resource.kind;
            self.stage.saved_state.evidence.take_in(kind, findings);
        }
        let decision = decide(&Case {
            reading: self.reading,
            compute: &self.stage.compute,
            jobs: &jobs,
            evidence: &evidence,
            beacon: Presence::Absent,
            saved_state: &self.stage.saved_state,
            lease: self.lease,
            start_ahead: TimeDelta::zero(),
            notice_required: TimeDelta::zero(),
            now,
        });
        let mut soon = decision.action == Action::Wait;
        if let Some(due) = &decision.notice {
            soon = true;
            self.stage.saved_state.give(NoticeGiven {
                cause: due.cause,
                given_at: now,
                reason: Some(due.reason),
                stop_at: None,
            });
        }
        let held = held(&self.reading.policy, &self.stage.saved_state, now);
        let next = next_change(&decision, held, None, now);
        let power = match decision.action {
            Action::Stop => Some(Power::Off),
            Action::Start => Some(Power::On),
            Action::Wait | Action::Leave => None,
        };
        if let Some(power) = power {
            soon = true;
            self.act(&decision, power, need, now);
        }
        if soon { now } else { next }
    }

    fn act(&mut self, decision: &Decision, power: Power, need: Option<Needed>, now: DateTime<Utc>) {
        self.stage.act(decision, power, &self.reading.policy, now);
        self.turned(power, now);
        if power == Power::On {
            self.tally(now).starts += 1;
            return;
        }
        let lately = free_since(self.needs, now).is_some_and(|since| now - since < CLOSE);
        // Evidence shows at such a stop that nobody is there.
        let close = need.is_none() && lately && decision.reason != Reason::Idle;
        let unwatched = self.seen.unwatched.iter().any(|gap| gap.holds(now));
        let tally = self.tally(now);
        tally.stops += 1;
        tally.close += u32::from(close);
        match need.map(|need| need.need) {
            Some(Need::Job | Need::Work) => tally.in_use += 1,
            Some(Need::Unknown) => tally.unknown += 1,
            None => tally.unknown += u32::from(unwatched),
        }
        if need.is_some() {
            self.again = Some(now + TimeDelta::minutes(1));
        }
    }

    /// What a sweep would have been told of work, where the tag asks for it.
    fn evidence(&self, need: Option<Needed>, now: DateTime<Utc>) -> Evidence {
        let idle = self.reading.policy.idle.as_ref().map(|idle| idle.value);
        if !matches!(idle, Some(Idle::After { .. })) || !self.is_on() {
            return Evidence::NotAsked;
        }
        let proof = match need {
            Some(Needed {
                need: Need::Unknown,
                ..
            }) => Proof::Unknown,
            Some(_) => Proof::Work(now),
            None => Proof::Quiet {
                from: free_since(self.needs, now).unwrap_or(self.seen.period.from),
                to: now,
            },
        };
        let finding = Finding::new(Source::Beacon, proof, "as it was observed".to_owned());
        Evidence::Asked(vec![finding])
    }
}

/// The jobs that a sweep would have found.
fn jobs(need: Option<Needed>) -> Jobs {
    let job = need.filter(|need| need.need == Need::Job).map(|need| Job {
        name: "observed".to_owned(),
        display_name: None,
        status: Some("Running".to_owned()),
        compute_id: None,
        created_at: Some(need.span.from),
        changed_at: None,
    });
    Jobs::Known(job.into_iter().collect())
}

/// The first step after `now` that is not before `until`.
fn step_after(begin: DateTime<Utc>, now: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
    let least = (now - begin).num_seconds() + 1;
    let wanted = (until - begin).num_milliseconds();
    // The first whole second that is not before it.
    let wanted = (wanted + 999).div_euclid(1000).max(least);
    let steps = (wanted + STEP - 1).div_euclid(STEP);
    begin + TimeDelta::seconds(steps * STEP)
}
