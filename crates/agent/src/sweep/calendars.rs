//! The platform's own calendars: fetched now and then, kept as they were where that fails.

use lamplighter_core::holidays::read_calendar;
use lamplighter_core::policy::Calendar;
use chrono::{DateTime, TimeDelta, Utc};
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

type Known = Arc<BTreeMap<String, Calendar>>;

/// `CALENDARS`, as last read.
pub struct Calendars {
    /// Where each is, by its name.
    sources: BTreeMap<String, String>,
    client: reqwest::Client,
    known: Mutex<Option<(Instant, Known)>>,
}

impl Calendars {
    /// `sources`: a file's path or an http or https URL for each name.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(sources: BTreeMap<String, String>) -> Result<Calendars, String> {
        let client = reqwest::Client::builder().timeout(WITHIN).build();
        Ok(Calendars {
            sources,
            client: client.map_err(|error| format!("no HTTP client for calendars: {error}"))?,
            known: Mutex::default(),
        })
    }

    /// All calendars. One that cannot be read says so, and keeps the days that were last read from it.
    pub async fn get(&self, now: DateTime<Utc>) -> Known {
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
            None => Known::default(),
        };
        let mut read = BTreeMap::new();
        for (name, source) in &self.sources {
            let calendar = match self.read(source, now).await {
                Ok(calendar) => calendar,
                Err(problem) => Calendar {
                    problem: Some(problem),
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
    async fn read(&self, source: &str, now: DateTime<Utc>) -> Result<Calendar, String> {
        let text = match Url::parse(source) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => self.fetch(url).await?,
            _ => tokio::fs::read_to_string(source)
                .await
                .map_err(|error| format!("{source} cannot be read: {error}"))?,
        };
        let today = now.date_naive();
        let (from, to) = (today - TimeDelta::days(731), today + TimeDelta::days(1_827));
        let dates = read_calendar(&text, from, to)?;
        Ok(Calendar {
            days_off: dates.into_iter().collect(),
            problem: None,
        })
    }

    async fn fetch(&self, url: Url) -> Result<String, String> {
        // The path and the query of a calendar's address are often its only secret.
        let host = url.host_str().unwrap_or_default().to_string();
        let failed = |error: reqwest::Error| format!("{host}: {}", error.without_url());
        let answer = self.client.get(url).send().await.map_err(failed)?;
        let mut answer = answer.error_for_status().map_err(failed)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            content.extend_from_slice(&chunk);
            if content.len() > LONGEST {
                return Err(format!("{host}: longer than any calendar"));
            }
        }
        String::from_utf8(content).map_err(|_| format!("{host}: not a text"))
    }
}
