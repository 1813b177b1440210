//! What the simulator can be told on its command line.

use crate::clock::END_OF_TIME;
use crate::fleet::organisation::Fleet;
use crate::fleet::read::FleetError;
use crate::fleets::named::named;
use crate::fleets::small::small_fleet;
use crate::kinds::instance::timing::Timing;
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// Options of `lamplighter simulator`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// A fleet file, or demo, demo:SEED, kinds, foundry or uniform:WORKSPACESxINSTANCES; a small built-in fleet without it.
    #[arg(long)]
    pub fleet: Option<String>,
    /// Overrules the fleet's seed.
    #[arg(long)]
    pub seed: Option<u64>,
    /// When the world begins: RFC 3339, or now. The fleet's own start without it, else now.
    #[arg(long, value_parser = start_time)]
    pub start: Option<DateTime<Utc>>,
    /// Simulated seconds per real second.
    #[arg(long, default_value_t = 1.0, value_parser = speed, conflicts_with = "manual_clock")]
    pub speed: f64,
    /// The clock moves only by POST /simulator/clock.
    #[arg(long)]
    pub manual_clock: bool,
    /// Every call to Azure or the price API takes at least this many milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Items a page of any list has at most; Azure's own 100 (1,000 for prices) without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub page_size: Option<u32>,
    /// Throttle as ARM does: per subscription and principal, 250 reads refilled at 25/s, 200 writes at 10/s.
    #[arg(long)]
    pub throttle: bool,
    /// A role definition in JSON; calls outside its actions get 403.
    #[arg(long, value_name = "FILE")]
    pub role: Option<PathBuf>,
    /// A certificate chain in PEM: the simulator then speaks https.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// What X-IDENTITY-HEADER must be at /msi/token; anything will do without it.
    #[arg(long, value_name = "SECRET")]
    pub identity_header: Option<String>,
    /// Where instances with a beacon write its documents; without it they write none.
    #[arg(long, value_name = "DIR")]
    pub beacons: Option<PathBuf>,
    /// Simulated seconds that a start takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    pub start_takes: u32,
    /// Simulated seconds that a stop takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 90)]
    pub stop_takes: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            port: 0,
            fleet: None,
            seed: None,
            start: None,
            speed: 1.0,
            manual_clock: false,
            latency: 0,
            page_size: None,
            throttle: false,
            role: None,
            tls_cert: None,
            tls_key: None,
            identity_header: None,
            beacons: None,
            start_takes: 180,
            stop_takes: 90,
        }
    }
}

impl Options {
    /// The fleet that the options name.
    ///
    /// # Errors
    /// There is none of that name, or its file is bad.
    pub fn fleet(&self) -> Result<Fleet, FleetError> {
        self.fleet.as_deref().map_or_else(small_fleet, named)
    }

    pub(crate) fn timing(&self) -> Timing {
        Timing {
            start_seconds: self.start_takes.into(),
            stop_seconds: self.stop_takes.into(),
            ..Timing::default()
        }
    }
}

/// A value that an option does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum OptionError {
    #[error("expected RFC 3339, such as 2026-10-19T00:00:00Z, or now")]
    Start,
    #[error("expected a number")]
    NotANumber,
    #[error("expected more than 0 and at most 1e7")]
    Speed,
}

/// A fortnight in a tenth of a second is fast enough for anyone.
const FASTEST: f64 = 1e7;

fn start_time(text: &str) -> Result<DateTime<Utc>, OptionError> {
    if text.eq_ignore_ascii_case("now") {
        return Ok(Utc::now());
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.with_timezone(&Utc))
        .filter(|time| (DateTime::UNIX_EPOCH..END_OF_TIME).contains(time))
        .ok_or(OptionError::Start)
}

fn speed(text: &str) -> Result<f64, OptionError> {
    let speed: f64 = text.parse().map_err(|_| OptionError::NotANumber)?;
    if speed > 0.0 && speed <= FASTEST {
        Ok(speed)
    } else {
        Err(OptionError::Speed)
    }
}
