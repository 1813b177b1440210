//! The platform's own calendars: fetched now and then, kept as they were where that fails.

use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_core::holidays::{CalendarError, read_calendar};
use lamplighter_core::policy::Calendar;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
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
    #[error("{0}: not a text")]
    NotText(String),
    #[error(transparent)]
    Content(#[from] CalendarError),
}

/// `CALENDARS`, as last read.
pub struct Calendars {
    /// Where each is, by its name.
    sources: BTreeMap<String, String>,
    client: reqwest::Client,
    known: Mutex<Option<(Instant, ByName)>>,
}

impl Calendars {
    /// `sources`: a file's path or an http or https URL for each name.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(sources: BTreeMap<String, String>) -> Result<Calendars, NoClient> {
        let client = reqwest::Client::builder().timeout(WITHIN).build();
        Ok(Calendars {
            sources,
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
    async fn read(&self, source: &str, now: DateTime<Utc>) -> Result<Calendar, Unread> {
        let text = match Url::parse(source) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => self.fetch(url).await?,
            _ => tokio::fs::read_to_string(source)
                .await
                .map_err(|error| Unread::File(source.to_owned(), error))?,
        };
        let today = now.date_naive();
        let (from, to) = (today - TimeDelta::days(731), today + TimeDelta::days(1_827));
        let dates = read_calendar(&text, from, to)?;
        Ok(Calendar {
            days_off: dates.into_iter().collect(),
            problem: None,
        })
    }

    async fn fetch(&self, url: Url) -> Result<String, Unread> {
        let host = url.host_str().unwrap_or_default().to_string();
        let failed = |error: reqwest::Error| Unread::Host(host.clone(), error.without_url());
        let answer = self.client.get(url).send().await.map_err(failed)?;
        let mut answer = answer.error_for_status().map_err(failed)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            content.extend_from_slice(&chunk);
            if content.len() > LONGEST {
                return Err(Unread::TooLong(host));
            }
        }
        String::from_utf8(content).map_err(|_| Unread::NotText(host))
    }
}
