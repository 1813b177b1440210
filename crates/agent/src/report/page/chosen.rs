//! Which page a reader chose: of which time, of whose resources, and in which zone; and the addresses of those beside it.

use super::periods::this_month;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, SecondsFormat, Utc};
use lamplighter_core::record::Resource;
use lamplighter_core::tz::{self, Tz};
use url::form_urlencoded;

/// Days that a page shows at most: each has a bar and a row of its own.
const DAYS: i64 = 400;

/// What a reader chose; what is not chosen is the month so far, of everybody, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The first day of a month.
    pub month: Option<NaiveDate>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    pub owner: Option<String>,
    pub zone: Option<Tz>,
}

/// Pages beside one: queries, to be laid after its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    pub previous: String,
    /// `None`: it would lie ahead.
    pub next: Option<String>,
    /// The month so far.
    pub latest: String,
    /// The same page in other zones, by their names.
    pub zones: Vec<(&'static str, String)>,
}

/// The first day of a month such as `2026-11`.
///
/// # Errors
/// It is no month.
pub fn month(text: &str) -> Result<NaiveDate, String> {
    let first = format!("{text}-01").parse().ok();
    first
        .filter(|first: &NaiveDate| (1..10_000).contains(&first.year()))
        .ok_or_else(|| "expected a month such as 2026-11".into())
}

/// A zone of the tz database.
///
/// # Errors
/// It is none.
pub fn zone(name: &str) -> Result<Tz, String> {
    tz::named(name).ok_or_else(|| "expected a time zone such as Europe/Lisbon".into())
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let date = text.parse::<NaiveDate>().ok().map(begin);
    let instant = || {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.to_utc())
    };
    date.or_else(instant).ok_or_else(|| {
        "expected a date such as 2026-11-01, or RFC 3339 such as 2026-11-23T19:05:00Z".into()
    })
}

fn begin(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// The period, if a page can show it.
///
/// # Errors
/// So much of it as is not ahead has more than 400 days.
pub fn shown(
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
    match (to.min(now) - from).num_days() <= DAYS {
        true => Ok((from, to)),
        false => Err(format!("from: a page shows at most {DAYS} days")),
    }
}

impl Chosen {
    /// Reads the query of a call; what it does not know, such as the function's key, is not for the page.
    ///
    /// # Errors
    /// What cannot be read, with what was expected.
    pub fn read(query: &str) -> Result<Chosen, String> {
        let mut chosen = Chosen::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let wrong = |why: String| format!("{name}: {why}");
            match &*name {
                "month" => chosen.month = Some(month(value).map_err(wrong)?),
                "from" => chosen.from = Some(instant(value).map_err(wrong)?),
                "to" => chosen.to = Some(instant(value).map_err(wrong)?),
                "zone" => chosen.zone = Some(zone(value).map_err(wrong)?),
                "owner" => chosen.owner = Some(value.to_owned()),
                _ => {}
            }
        }
        if chosen.month.is_some() && (chosen.from.is_some() || chosen.to.is_some()) {
            return Err("month: not together with from or to".into());
        }
        Ok(chosen)
    }

    /// The period, `from <= t < to`: the month so far, or up to `to`, where nothing else is chosen.
    ///
    /// # Errors
    /// It ends before it begins, or is longer than a page can show.
    pub fn period(&self, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
        if let Some(first) = self.month {
            let next = first.checked_add_months(Months::new(1));
            let next = next.filter(|next| next.year() < 10_000);
            let next = next.ok_or("month: expected a month such as 2026-11")?;
            return Ok((begin(first), begin(next)));
        }
        let to = self.to.unwrap_or(now);
        let from = self.from.unwrap_or_else(|| this_month(to).0);
        match from < to {
            true => shown((from, to), now),
            false => Err("from: it is not before the period's end".into()),
        }
    }

    /// Whether the page is about a resource; names of owners are compared without their case.
    pub fn wants(&self, resource: &Resource) -> bool {
        let Some(owner) = &self.owner else {
            return true;
        };
        let known = resource.owner.as_deref().unwrap_or_default();
        known.trim().to_lowercase() == owner.trim().to_lowercase()
    }

    /// The page before this one, or after it, and whether that would lie ahead.
    fn beside(&self, earlier: bool, now: DateTime<Utc>) -> (Chosen, bool) {
        let (from, to) = self.period(now).unwrap_or((now, now));
        if (self.from, self.to) == (None, None) {
            let first = from.date_naive().with_day(1).unwrap_or(from.date_naive());
            let one = Months::new(1);
            let month = match earlier {
                true => first.checked_sub_months(one),
                false => first.checked_add_months(one),
            };
            let month = month.unwrap_or(first);
            let of_month = Chosen {
                month: Some(month),
                ..self.clone()
            };
            return (of_month, begin(month) > now);
        }
        let by = if earlier { from - to } else { to - from };
        let moved = |at: DateTime<Utc>| at.checked_add_signed(by);
        let (from, to) = (moved(from), moved(to));
        let ahead = from.is_none_or(|from| from >= now);
        let moved = Chosen {
            from,
            to,
            ..self.clone()
        };
        (moved, ahead)
    }

    /// The pages beside this one. `zones`: in which its times may be wanted, too.
    pub fn links(&self, now: DateTime<Utc>, zones: &[Tz]) -> Links {
        let (next, ahead) = self.beside(false, now);
        let latest = Chosen {
            owner: self.owner.clone(),
            zone: self.zone,
            ..Chosen::default()
        };
        let shown = self.zone.unwrap_or(Tz::UTC);
        let zones = zones.iter().filter(|zone| **zone != shown);
        let zones = zones.map(|zone| {
            let zone = Some(*zone);
            (
                zone.map_or("", Tz::name),
                Chosen {
                    zone,
                    ..self.clone()
                }
                .query(),
            )
        });
        let mut zones: Vec<(&'static str, String)> = zones.collect();
        zones.dedup();
        Links {
            previous: self.beside(true, now).0.query(),
            next: (!ahead).then(|| next.query()),
            latest: latest.query(),
            zones,
        }
    }

    fn query(&self) -> String {
        let time = |at: DateTime<Utc>| match at == begin(at.date_naive()) {
            true => at.date_naive().to_string(),
            false => at.to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        let all = [
            (
                "month",
                self.month.map(|first| first.format("%Y-%m").to_string()),
            ),
            ("from", self.from.map(time)),
            ("to", self.to.map(time)),
            ("owner", self.owner.clone()),
            ("zone", self.zone.map(|zone| zone.name().to_owned())),
        ];
        for (name, value) in all {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        format!("?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-28T12:00:00Z".parse().expect("a time in a test")
    }

    fn links(query: &str) -> (String, Option<String>) {
        let chosen = Chosen::read(query).expect("a query in a test");
        let links = chosen.links(now(), &[]);
        (links.previous, links.next)
    }

    #[test]
    fn the_pages_beside_one_are_of_the_same_length_and_never_ahead() {
        for (query, previous, next) in [
            ("", "?month=2026-10", None),
            ("month=2026-11", "?month=2026-10", None),
            (
                "month=2026-01&code=KEY",
                "?month=2025-12",
                Some("?month=2026-02"),
            ),
            (
                "from=2026-11-02&to=2026-11-09&owner=a%26b@c.org",
                "?from=2026-10-26&to=2026-11-02&owner=a%26b%40c.org",
                Some("?from=2026-11-09&to=2026-11-16&owner=a%26b%40c.org"),
            ),
            (
                "from=2026-11-21T12:00:00Z&to=2026-11-28T12:00:00Z",
                "?from=2026-11-14T12%3A00%3A00Z&to=2026-11-21T12%3A00%3A00Z",
                None,
            ),
        ] {
            let next = next.map(str::to_owned);
            assert_eq!(links(query), (previous.to_owned(), next), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_was_expected() {
        for (query, why) in [
            ("month=2026-13", "month: expected a month such as 2026-11"),
            ("month=99999-01", "month: expected a month such as 2026-11"),
            (
                "from=yesterday",
                "from: expected a date such as 2026-11-01, or RFC 3339",
            ),
            (
                "zone=Mars/Base",
                "zone: expected a time zone such as Europe/Lisbon",
            ),
            (
                "month=2026-11&to=2026-11-03",
                "month: not together with from or to",
            ),
        ] {
            let refused = Chosen::read(query).expect_err(query);
            assert!(refused.starts_with(why), "{refused}");
        }
        let period = |query| Chosen::read(query).expect("both are dates").period(now());
        assert!(period("from=2026-11-09&to=2026-11-02").is_err());
        // A slip in a year is not a page of 660,000 days; what lies ahead is no day of a page.
        let slip = period("from=0206-11-01&to=2026-11-02").expect_err("too long");
        assert_eq!(slip, "from: a page shows at most 400 days");
        assert!(period("from=2025-11-01&to=9999-12-31").is_ok());
        for last in [
            "to=%2B262142-12-31",
            "from=-262143-01-01",
            "to=-262143-01-01",
        ] {
            let chosen = Chosen::read(last).expect("a date");
            let _ = (chosen.period(now()), chosen.links(now(), &[]));
        }
        assert!(Chosen::read("zone=&owner=%20").expect("nothing") == Chosen::default());
    }

    #[test]
    fn a_zone_and_an_owner_stay_chosen() {
        let chosen = Chosen::read("month=2026-10&owner=ana@example.org&zone=Europe/Lisbon");
        let links = chosen.expect("a query").links(now(), &[Tz::UTC]);
        assert_eq!(
            links.next.as_deref(),
            Some("?month=2026-11&owner=ana%40example.org&zone=Europe%2FLisbon")
        );
        assert_eq!(
            links.zones,
            [(
                "UTC",
                "?month=2026-10&owner=ana%40example.org&zone=UTC".to_owned()
            )]
        );
        assert_eq!(
            links.latest,
            "?owner=ana%40example.org&zone=Europe%2FLisbon"
        );
    }
}
