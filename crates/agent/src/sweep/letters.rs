//! Letters: all that one owner is to hear goes into one message, or, where channels take each notice by itself, into one
//! for each.

use super::concurrent::all;
use super::decided::Decided;
use super::doors::to_keep;
use super::owed::{ToTell, What};
use super::pass::Pass;
use super::price::whole_price;
use super::record::Recorded;
use crate::notify::{About, Notice};
use crate::people::Links;
use chrono::{DateTime, Utc};
use lamplighter_core::record::Reason;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// So many prices are asked for at the same time.
const AT_ONCE: usize = 8;
/// A price that comes later is not told.
const PRICES_WITHIN: Duration = Duration::from_secs(2);

/// What somebody is to be told of one resource.
pub struct Part<'a> {
    pub one: &'a Recorded,
    pub tell: &'a ToTell,
    pub notice: Notice,
}

/// All that one owner is to be told.
pub struct Letter<'a> {
    /// `None`: no channel is set.
    pub message: Option<&'a str>,
    pub parts: Vec<Part<'a>>,
}

impl Part<'_> {
    fn stop_at(&self) -> Option<DateTime<Utc>> {
        match self.notice.about {
            About::StopAt(at) => Some(at),
            About::StopWaits | About::Happened(_) => None,
        }
    }
}

/// All that is to be told, by owner; whoever is told of the earliest stop is told first.
pub async fn letters<'a>(pass: &Pass<'_>, recorded: &'a [Recorded]) -> Vec<Letter<'a>> {
    let told = || recorded.iter().filter(|one| !one.tell.is_empty());
    let ahead = |one: &&Recorded| one.tell.iter().any(|tell| !tell.about().is_after());
    let prices = prices(pass, told().filter(ahead)).await;
    // Where each notice is a post of its own, one that fails or comes too late is no other's failure.
    let apart = pass.context.notifier.is_one_by_one();
    let mut letters: BTreeMap<_, Letter<'a>> = BTreeMap::new();
    for one in told() {
        for tell in &one.tell {
            let owner = one.decided.observed.resource.owner.as_deref();
            let message = tell.message.as_deref();
            let id = apart.then_some(one.decided.observed.resource.id.as_str());
            let key = (message, owner, id);
            let letter = letters.entry(key).or_insert_with(|| Letter {
                message,
                parts: Vec::new(),
            });
            let mut notice = notice(pass, one, tell, prices.get(&meter(one)));
            notice.page = page(pass, one, tell).await;
            letter.parts.push(Part { one, tell, notice });
        }
    }
    let mut letters: Vec<Letter<'a>> = letters.into_values().collect();
    letters.sort_by_key(|letter| {
        let first = letter.parts.iter().filter_map(Part::stop_at).min();
        (first.is_none(), first)
    });
    letters
}

/// What a price goes by: size, region, and how many there are.
type Priced = (String, String, u32);

fn meter(one: &Recorded) -> Priced {
    let compute = &one.decided.observed.compute;
    let size = compute.price_key().unwrap_or_default();
    let region = compute.location.clone().unwrap_or_default();
    (size, region, compute.by_kind.units())
}

/// What an hour of each costs, as far as that is known soon.
async fn prices<'a>(
    pass: &Pass<'_>,
    told: impl Iterator<Item = &'a Recorded>,
) -> HashMap<Priced, String> {
    let until = pass.deadline.min(Instant::now() + PRICES_WITHIN);
    let by_meter: HashMap<_, _> = told.map(|one| (meter(one), one)).collect();
    let asked = by_meter.into_iter().map(|(meter, one)| async move {
        let price = timeout_at(until, whole_price(pass, &one.decided, until)).await;
        let price = price.ok().flatten()?.price;
        Some((meter, format!("{:.2} {}", price.amount, price.currency)))
    });
    let known = all(asked.collect(), AT_ONCE).await;
    known.into_iter().flatten().collect()
}

fn notice(pass: &Pass<'_>, one: &Recorded, tell: &ToTell, cost: Option<&String>) -> Notice {
    let resource = one.decided.observed.resource.clone();
    let (about, text, to_keep) = match &tell.what {
        What::After(about, said) => {
            return Notice {
                resource: Some(resource),
                about: About::Happened(*about),
                text: said.text.clone(),
                cost_an_hour: None,
                to_keep: said.to_do.clone(),
                page: None,
            };
        }
        What::Stop(due) => (
            About::StopAt(due.stop_at),
            stopping(pass, &one.decided, &due.text),
            to_keep(pass, &one.decided, due),
        ),
        What::Wait(why) => {
            let text = format!("{} is not stopped: {why}.", resource.name);
            (About::StopWaits, text, Vec::new())
        }
    };
    Notice {
        resource: Some(resource),
        about,
        text,
        cost_an_hour: cost.cloned(),
        to_keep,
        page: None,
    }
}

/// The page on which its owner can keep it on, where there is one, and a channel that carries the link.
async fn page(pass: &Pass<'_>, one: &Recorded, tell: &ToTell) -> Option<String> {
    let context = pass.context;
    let links = Links::new(&context.settings.people, &context.keys, pass.options.now)?;
    match &tell.what {
        // A tag that holds it off is above what a person asks for.
        What::Stop(due)
            if tell.message.is_some()
                && context.settings.takes_holds()
                && due.reason != Reason::HoldOff =>
        {
            links.to(&one.decided.observed.resource.id, due).await
        }
        _ => None,
    }
}

/// What the owner hears of a stop, and of a job at that time.
fn stopping(pass: &Pass<'_>, decided: &Decided, text: &str) -> String {
    match decided.jobs_delay() && pass.context.settings.safety.heeds_jobs() {
        true => format!("{text} A job that runs on it then delays that."),
        false => text.to_owned(),
    }
}
