//! `lamplighter recommend`.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, block_on, instant_or_date, lease, settings};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{Ledger, NoCredential};
use lamplighter_agent::pricing::{PriceFile, Wanted};
use lamplighter_agent::recommend::{
    HourPrices, LedgerUse, Question, Which, answer, file_and_ledger, read,
};
use lamplighter_agent::report::ungoverned;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::sweep::Context;
use lamplighter_core::recommend::Terms;
use lamplighter_core::record::Resource;
use lamplighter_core::replay::Overlay;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::Instant;

#[derive(clap::Args)]
pub struct Args {
    /// Only these: a name where that is unique, workspace/name, group/workspace/name, or an ARM id
    names: Vec<String>,
    /// The period's beginning (a date in UTC, or RFC 3339); default: 28 days before its end
    #[arg(long, value_parser = instant_or_date)]
    from: Option<DateTime<Utc>>,
    /// The period's end, which is not part of it; default: now
    #[arg(long, value_parser = instant_or_date)]
    to: Option<DateTime<Utc>>,
    /// Only resources of this workspace
    #[arg(long)]
    workspace: Option<String>,
    /// Only resources of this owner
    #[arg(long)]
    owner: Option<String>,
    /// Only resources of this kind: instance, vm, aks or workbench
    #[arg(long)]
    kind: Option<String>,
    /// Try this tag on all of them ('lamp-schedule=Mon-Fri 08:00-19:00 Europe/Berlin'); may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::replay::tag)]
    set: Vec<(String, String)>,
    /// Also what is governed well, or was not on, and every finding
    #[arg(long)]
    all: bool,
    /// Ask the public price list for prices that the ledger does not know
    #[arg(long)]
    ask_prices: bool,
    #[command(flatten)]
    output: OutputArgs,
}

const WEEKS: TimeDelta = TimeDelta::days(28);

/// Prints what tags would be worth. Exit 1 where something could not be read, or a name is nobody's.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    let set = Overlay::read(args.set.clone(), &settings.defaults);
    let set = set.map_err(|error| error.to_string())?.shown();
    let (from, to) = args.period(Utc::now())?;
    let defaults = block_on(super::defaults(&settings, Utc::now()))??;
    let question = Question {
        which: Which {
            names: args.names.clone(),
            workspace: args.workspace.clone(),
            owner: args.owner.clone(),
            kind: args.kind.clone(),
        },
        set: set
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        all: args.all,
        terms: Terms {
            defaults,
            lease: lease(&settings),
        },
    };
    let told = block_on(async {
        let credential = || {
            let credential =
                lamplighter_azure::from_environment(settings.azure_client_id.as_deref());
            credential.map_err(NoCredential::from)
        };
        let ledger = Ledger::open_to_read(&settings.ledger, credential).await;
        let ledger = ledger.map_err(|error| error.to_string())?;
        let known = read(&ledger, from, to).await;
        let known = known.map_err(|error| error.to_string())?;
        missing(&known, &question.which)?;
        let prices = prices(&args, &settings, &ledger, (&known, &question.which)).await?;
        let others = ungoverned::read(&ledger).await;
        let others = others.map_err(|error| error.to_string())?;
        Ok::<_, String>(answer(
            &known,
            &question,
            (&prices, &settings.currency),
            &others,
            &|| true,
        ))
    })??;
    let rows = matches!(args.output.format(), Format::Csv | Format::Tsv);
    output::print(&args.output, &told, |_| told.page(rows, args.all))?;
    Ok(match told.unreadable.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

impl Args {
    fn period(&self, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
        let to = self.to.unwrap_or(now);
        let earlier = || to.checked_sub_signed(WEEKS);
        let from = self.from.or_else(earlier).unwrap_or(to);
        if from >= to {
            return Err(format!(
                "--from: {from} is not before the period's end, {to}"
            ));
        }
        if to - from > lamplighter_core::replay::LONGEST {
            return Err("--from: the period is longer than 366 days".into());
        }
        Ok((from, to))
    }
}

/// A name that is nobody's is a slip.
fn missing(known: &LedgerUse, which: &Which) -> Result<(), String> {
    let all: Vec<&Resource> = known.resources.iter().map(|one| &one.resource).collect();
    match which.missing(&all).first() {
        Some(name) => Err(format!(
            "{name}: the ledger knows no resource of this name whose use sweeps see"
        )),
        None => Ok(()),
    }
}

async fn prices(
    args: &Args,
    settings: &Settings,
    ledger: &Ledger,
    (known, which): (&LedgerUse, &Which),
) -> Result<HourPrices, String> {
    let wanted = || {
        let all = known.resources.iter().map(|one| &one.resource);
        all.filter(|resource| which.fits(resource))
    };
    let file: Option<&PriceFile> = settings.price_file.as_deref();
    let mut prices = file_and_ledger(ledger, (file, &settings.currency), wanted(), known.to).await;
    if args.ask_prices {
        let context = Context::open_to_read(settings.clone()).await;
        let context = context.map_err(|error| error.to_string())?;
        let deadline = Instant::now() + settings.request_timeout.max(Duration::from_secs(60));
        for resource in wanted() {
            let Some(key) = resource.vm_size.clone().zip(resource.location.clone()) else {
                continue;
            };
            if prices.contains_key(&key) {
                continue;
            }
            let asked = Wanted {
                subscription: None,
                size: &key.0,
                region: &key.1,
            };
            if let Ok(found) = context.pricing.price(asked, known.to, deadline).await {
                prices.insert(key, found.price);
            }
        }
    }
    Ok(prices)
}
