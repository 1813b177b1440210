//! `lamplighter prices`: one size in one region, source by source.

use super::output::{self, Format, OutputArgs};
use super::{CliResult, block_on, settings};
use chrono::{DateTime, Utc};
use lamplighter_agent::pricing::{PriceAnswer, Wanted};
use lamplighter_agent::sweep::Context;
use lamplighter_agent::table::{Page, Table};
use lamplighter_azure::{Row, refusals};
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::Instant;

#[derive(clap::Args)]
pub struct Args {
    /// Such as Standard_D4s_v3
    size: String,
    /// Such as westeurope
    region: String,
    /// Whose list of sizes to ask for; default: the first of SUBSCRIPTIONS, or that the identity sees
    #[arg(long)]
    subscription: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Everything that was found out.
struct PriceSearch {
    answers: Vec<PriceAnswer>,
    /// The rows of the Retail Prices API, or why they could not be read.
    rows: Result<Vec<Row>, String>,
    now: DateTime<Utc>,
}

/// Prints the price and where it comes from. Exit code 1 where there is none.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    let found = block_on(async {
        let deadline = Instant::now() + settings.request_timeout.max(Duration::from_secs(60));
        let context = Context::open_to_read(settings)
            .await
            .map_err(|error| error.to_string())?;
        let subscription = subscription(&args, &context, deadline).await;
        let wanted = Wanted {
            subscription: subscription.as_deref(),
            size: &args.size,
            region: &args.region,
        };
        let now = Utc::now();
        let answers = context.pricing.ask_all(wanted, now, deadline).await;
        let retail = &context.pricing.retail;
        let rows = retail.rows(&args.size, &args.region, deadline).await;
        let rows = rows.map_err(|error| error.to_string());
        Ok::<_, String>(PriceSearch { answers, rows, now })
    })??;
    match args.output.format() {
        Format::Table => output::print_text(&args.output, &found.text(&args))?,
        _ => output::print(&args.output, &found.json(&args), |_| found.rows(&args))?,
    }
    Ok(match found.chosen() {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::from(1),
    })
}

/// The list of sizes is the last of all sources: not knowing whom to ask for it fails nothing.
async fn subscription(args: &Args, context: &Context, deadline: Instant) -> Option<String> {
    let named = args.subscription.clone();
    let named = named.or_else(|| context.settings.subscriptions.first().cloned());
    if named.is_some() {
        return named;
    }
    let listing = context.arm.subscriptions(deadline).await.ok()?;
    listing.items.into_iter().next().map(|first| first.id)
}

impl PriceSearch {
    /// The first source's price.
    fn chosen(&self) -> Option<&PriceAnswer> {
        self.answers.iter().find(|answer| answer.price.is_ok())
    }

    /// The API's rows of the size, each with what speaks against it.
    fn refusals(&self, size: &str) -> Vec<(&Row, Option<&'static str>)> {
        let rows = self.rows.as_deref().unwrap_or_default();
        refusals(rows, size, self.now)
    }

    fn text(&self, args: &Args) -> String {
        let mut out = match self.chosen().map(|answer| &answer.price) {
            Some(Ok(price)) => format!(
                "{} in {}: {} {} an hour, from {} of {}\n\n",
                args.size,
                args.region,
                price.amount,
                price.currency,
                price.source,
                price.fetched_at.format("%Y-%m-%d")
            ),
            _ => format!("{}\n\n", no_price(args)),
        };
        for answer in &self.answers {
            let said = match &answer.price {
                Ok(price) => format!("{} {}", price.amount, price.currency),
                Err(why) => format!("none: {why}"),
            };
            out.push_str(&format!("{:<14} {said}\n", answer.source));
            if answer.source != "retail-prices" {
                continue;
            }
            for (row, against) in self.refusals(&args.size) {
                let price = row
                    .retail_price
                    .map_or("?".into(), |price| price.to_string());
                let said = against.map_or("taken".into(), |why| format!("refused: {why}"));
                out.push_str(&format!(
                    "  {price:>12}  {} / {} ({}, {}{}): {said}\n",
                    row.meter_name,
                    row.product_name,
                    row.kind,
                    row.unit_of_measure,
                    in_force(row)
                ));
            }
        }
        out
    }

    /// The same as rows: a source or a row of its list in each.
    fn rows(&self, args: &Args) -> Page {
        let mut table = Table::new([
            "Source", "Meter", "Product", "Type", "Unit", "Price", "Currency", "From", "Until",
            "Said",
        ]);
        let date = |at: Option<DateTime<Utc>>| at.map_or_else(String::new, |at| at.to_rfc3339());
        for answer in &self.answers {
            let (price, currency, said) = match &answer.price {
                Ok(price) => (
                    price.amount.to_string(),
                    price.currency.clone(),
                    "price".into(),
                ),
                Err(why) => (String::new(), String::new(), format!("none: {why}")),
            };
            let [none, also, no, nor] = [const { String::new() }; 4];
            let (from, until) = (String::new(), String::new());
            let source = answer.source.to_string();
            table.add([
                source, none, also, no, nor, price, currency, from, until, said,
            ]);
            if answer.source != "retail-prices" {
                continue;
            }
            for (row, against) in self.refusals(&args.size) {
                let price = row.retail_price.map(|price| price.to_string());
                table.add([
                    "retail-prices row".to_string(),
                    row.meter_name.clone(),
                    row.product_name.clone(),
                    row.kind.clone(),
                    row.unit_of_measure.clone(),
                    price.unwrap_or_default(),
                    row.currency.clone(),
                    date(row.effective_from),
                    date(row.effective_until),
                    against.map_or("taken".into(), |why| format!("refused: {why}")),
                ]);
            }
        }
        Page {
            table,
            problems: self.problems(args),
            ..Page::default()
        }
    }

    /// Where no source has a price, that and why of each, a line each.
    fn problems(&self, args: &Args) -> String {
        if self.chosen().is_some() {
            return String::new();
        }
        let why = self.answers.iter().filter_map(|answer| {
            let why = answer.price.as_ref().err()?;
            Some(format!("{}: none: {why}\n", answer.source))
        });
        no_price(args) + "\n" + &why.collect::<String>()
    }

    fn json(&self, args: &Args) -> Value {
        let answers = self.answers.iter().map(|answer| match &answer.price {
            Ok(price) => json!({"source": answer.source, "price": price}),
            Err(why) => json!({"source": answer.source, "price": null, "why": why.to_string()}),
        });
        let rows = self.refusals(&args.size).into_iter();
        let rows = rows.map(|(row, against)| {
            json!({
                "meter": row.meter_name, "meter_id": row.meter_id, "product": row.product_name,
                "sku": row.sku_name, "type": row.kind, "unit": row.unit_of_measure,
                "price": row.retail_price, "currency": row.currency, "refused": against,
                "from": row.effective_from, "until": row.effective_until,
            })
        });
        let price = self.chosen().and_then(|answer| answer.price.as_ref().ok());
        json!({
            "size": args.size,
            "region": args.region,
            "price": price,
            "sources": answers.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}

fn no_price(args: &Args) -> String {
    let (size, region) = (&args.size, &args.region);
    format!("{size} in {region}: no price, so hours are counted and no money")
}

/// When a row's price holds, as it goes on after the unit.
fn in_force(row: &Row) -> String {
    let date = |words: &str, at: Option<DateTime<Utc>>| {
        let date = at.map(|at| format!(", {words} {}", at.format("%Y-%m-%d")));
        date.unwrap_or_default()
    };
    date("from", row.effective_from) + &date("until", row.effective_until)
}
