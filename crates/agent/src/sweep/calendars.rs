//! The platform's own calendars: fetched now and then, kept as they were where that fails.

use crate::redirects;
use crate::settings::{CalendarPlace, CalendarSource};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::holidays::{CalendarError, Wanted, read_calendar};
use lamplighter_core::policy::Calendar;
use lamplighter_core::tz::Tz;
use reqwest::header::LOCATION;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::sync::Mutex;
use url::Url;

/// Calendars change a few times a year.
const FRESH: Duration = Duration::from_secs(6 * 3_600);
/// One that could not be read is tried again sooner.
const RETRY: Duration = Duration::from_secs(15 * 60);
/// More than any calendar of holidays; what is longer is something else.
const LONGEST: usize = 4 << 20;
/// A sweep has other things to do than to wait for a calendar.
const WITHIN: Duration = Duration::from_secs(10);

/// By name.
type ByName = Arc<BTreeMap<String, Calendar>>;

/// No HTTP client can be made.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client for calendars: {0}")]
pub struct NoClient(reqwest::Error);

/// A calendar that cannot be read. The path and the query of its address are often its only secret.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("{0} cannot be read: {1}")]
    File(String, std::io::Error),
    #[error("{0}: {1}")]
    Host(String, reqwest::Error),
    #[error("{0}: longer than any calendar")]
    TooLong(String),
    #[error("{0}: it sends to {1}, which is not followed; write its address there into CALENDARS")]
    Elsewhere(String, String),
    #[error(transparent)]
    Content(#[from] CalendarError),
}

/// `CALENDARS`, as last read.
pub struct Calendars {
    /// Where each is, by its name.
    sources: BTreeMap<String, CalendarSource>,
    /// Where an instant is meant in a file that names no zone.
    zone: Tz,
    client: reqwest::Client,
    known: Mutex<Option<(Instant, ByName)>>,
}

impl Calendars {
    /// `zone`: `DEFAULT_ZONE`, for files that name none.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(sources: BTreeMap<String, CalendarSource>, zone: Tz) -> Result<Calendars, NoClient> {
        let client = reqwest::Client::builder().timeout(WITHIN);
        let client = client.redirect(redirects::on_one_host()).build();
        Ok(Calendars {
            sources,
            zone,
            client: client.map_err(NoClient)?,
            known: Mutex::default(),
        })
    }

    /// All calendars. One that cannot be read says so, and keeps the days that were last read from it.
    pub async fn get(&self, now: DateTime<Utc>) -> ByName {
        let mut known = self.known.lock().await;
        let before = match &*known {
            Some((at, calendars)) => {
                let failed = calendars
                    .values()
                    .any(|calendar| calendar.problem.is_some());
                if at.elapsed() < if failed { RETRY } else { FRESH } {
                    return calendars.clone();
                }
                calendars.clone()
            }
            None => ByName::default(),
        };
        let mut read = BTreeMap::new();
        for (name, source) in &self.sources {
            let calendar = match self.read(source, now).await {
                Ok(calendar) => calendar,
                Err(problem) => Calendar {
                    problem: Some(problem.to_string()),
                    ..before.get(name).cloned().unwrap_or_default()
                },
            };
            read.insert(name.clone(), calendar);
        }
        let read = Arc::new(read);
        *known = Some((Instant::now(), read.clone()));
        read
    }

    /// Reads one, for two years back and five ahead.
    async fn read(&self, source: &CalendarSource, now: DateTime<Utc>) -> Result<Calendar, Unread> {
        let content = match &source.place {
            CalendarPlace::Address(url) => self.fetch(url.clone()).await?,
            CalendarPlace::File(path) => from_file(path).await?,
        };
        let today = now.date_naive();
        let read = read_calendar(
            &content,
            &Wanted {
                from: today - TimeDelta::days(731),
                to: today + TimeDelta::days(1_827),
                events: &source.events,
                zone: self.zone,
            },
        )?;
        Ok(Calendar {
            days_off: read.days.keys().copied().collect(),
            notes: read.told().into(),
            names: Arc::new(read.days),
            problem: None,
        })
    }

    async fn fetch(&self, url: Url) -> Result<Vec<u8>, Unread> {
        let host = url.host_str().unwrap_or_default().to_string();
        let failed = |error: reqwest::Error| Unread::Host(host.clone(), error.without_url());
        let answer = self.client.get(url).send().await.map_err(failed)?;
        if answer.status().is_redirection() {
            return Err(Unread::Elsewhere(host, elsewhere(&answer)));
        }
        let mut answer = answer.error_for_status().map_err(failed)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            content.extend_from_slice(&chunk);
            if content.len() > LONGEST {
                return Err(Unread::TooLong(host));
            }
        }
        Ok(content)
    }
}

/// Where an answer sends; its path may be a secret as well.
fn elsewhere(answer: &reqwest::Response) -> String {
    let location = answer.headers().get(LOCATION);
    let location = location.and_then(|text| text.to_str().ok());
    let url = location.and_then(|text| answer.url().join(text).ok());
    let host = url.and_then(|url| {
        let host = url.host_str()?;
        Some(format!("{}://{host}", url.scheme()))
    });
    host.unwrap_or_else(|| "another address".into())
}

async fn from_file(path: &str) -> Result<Vec<u8>, Unread> {
    let failed = |error| Unread::File(path.to_owned(), error);
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut content = Vec::new();
    let most = LONGEST as u64 + 1;
    file.take(most)
        .read_to_end(&mut content)
        .await
        .map_err(failed)?;
    match content.len() > LONGEST {
        true => Err(Unread::TooLong(path.to_owned())),
        false => Ok(content),
    }
}
