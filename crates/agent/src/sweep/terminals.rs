//! What an instance's own terminals show of a stop: its beacon reads that where it writes. A courtesy beside the notice:
//! where it cannot be written, that is a line in the log and nothing more.

use super::concurrent::all;
use super::letters::{Letter, Part};
use super::log;
use super::pass::Pass;
use crate::beacons::{self, Beacons, Shown};
use crate::notify::About;
use chrono::SecondsFormat;
use lamplighter_core::decide::Presence;
use std::collections::BTreeMap;
use tokio::time::{Instant, timeout_at};

/// So many documents are written at the same time.
const AT_ONCE: usize = 8;

/// Leaves word for each instance with a beacon whose owner is told of a stop.
pub async fn show(pass: &Pass<'_>, letters: &[Letter<'_>], until: Instant) {
    let Some(beacons) = &pass.context.beacons else {
        return;
    };
    let mut by_name: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for part in letters.iter().flat_map(|letter| &letter.parts) {
        let observed = &part.one.decided.observed;
        let name = beacons::name(&observed.compute.id);
        let name = name.filter(|_| observed.beacon == Presence::Present);
        // What has happened empties nobody's terminals of what is to come.
        if let (Some(name), Some(shown)) = (name, shown(pass, part)) {
            by_name.entry(name).or_default().push(shown);
        }
    }
    let writes = by_name
        .iter()
        .map(|(name, notices)| write(pass, beacons, (name, notices), until));
    all(writes.collect(), AT_ONCE).await;
}

async fn write(
    pass: &Pass<'_>,
    beacons: &Beacons,
    (name, notices): (&str, &[Shown]),
    until: Instant,
) {
    let written = timeout_at(until, beacons.show(name, notices, pass.options.now)).await;
    let why = match written {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "there was no time left".into(),
    };
    log::not_shown(pass, name, &why);
}

/// What is told of a stop to come, the same at every attempt to send it, so that the terminals have it once.
fn shown(pass: &Pass<'_>, part: &Part<'_>) -> Option<Shown> {
    let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let message = part.tell.message.clone();
    let message = message.unwrap_or_else(|| time(pass.options.now));
    let (about, stop_at) = match part.notice.about {
        About::StopAt(at) => ("stop", Some(at)),
        About::StopWaits => ("waits", None),
        About::Happened(_) => return None,
    };
    Some(Shown {
        id: format!("{message}:{about}"),
        stop_at: stop_at.map(time),
        text: part.notice.in_full(),
    })
}
