//! `lamplighter lint`.

use super::given::{Given, Of, is_id, is_name, not_found};
use super::{CliResult, block_on, instant, lease, print, settings};
use chrono::{DateTime, Utc};
use lamplighter_agent::beacons;
use lamplighter_agent::settings::Settings;
use lamplighter_agent::snapshot::{self, Scope};
use lamplighter_agent::sweep::Context;
use lamplighter_agent::threads::Threads;
use lamplighter_core::decide::{OWN_TAGS, Presence};
use lamplighter_core::explain::Ask;
use lamplighter_core::hands::Hands;
use lamplighter_core::kinds::Kind;
use lamplighter_core::lint::{Case, Findings, lint};
use lamplighter_core::schedule::{EdgeKind, Power};
use lamplighter_core::snapshot::SnapshotResource;
use serde::Serialize;
use std::collections::HashSet;
use std::fmt::Write;
use std::process::ExitCode;

/// What else may be checked than tags and resources.
#[cfg(feature = "files")]
const OTHER: [&str; 3] = ["all", "batch", "files"];
#[cfg(not(feature = "files"))]
const OTHER: [&str; 2] = ["all", "batch"];

#[derive(clap::Args)]
pub struct Args {
    /// Tags, such as 'lamp-schedule=Mon-Fri 08:00-19:00' (of the layers above: endpoint:name=value,
    /// workspace:name=value, group:name=value), or computes (by name where that is unique, as workspace/compute, or by ARM id), or the ARM
    /// ids of workspaces
    #[arg(required_unless_present_any = OTHER, conflicts_with_all = OTHER)]
    what: Vec<String>,
    /// Every resource that the identity sees
    #[arg(long, conflicts_with = "batch")]
    all: bool,
    /// Read cases as JSON lines from stdin, as explain does, and write one JSON line for each
    #[arg(long)]
    batch: bool,
    #[cfg(feature = "files")]
    #[command(flatten)]
    files: super::files::FilesArgs,
    #[command(flatten)]
    of: Of,
    /// The compute's region, where tags are given, such as westeurope
    #[arg(long)]
    region: Option<String>,
    /// The week after this instant (RFC 3339) instead of now
    #[arg(long, value_parser = instant)]
    at: Option<DateTime<Utc>>,
    /// One JSON document instead of text
    #[arg(long)]
    json: bool,
}

/// What was found of one resource.
#[derive(Serialize)]
struct Line {
    /// Null where tags were given.
    id: Option<String>,
    /// Workspace and compute.
    #[serde(skip)]
    name: Option<String>,
    #[serde(flatten)]
    findings: Findings,
}

/// Exit 1 where any tag cannot be read, or something in Azure.
pub fn run(args: Args) -> CliResult {
    let settings = settings()?;
    #[cfg(feature = "files")]
    if args.files.wanted() {
        return super::files::run(&args.files, args.json, &settings);
    }
    if args.batch {
        return super::explain::batch::run(Ask::Lint, &settings);
    }
    let now = args.at.unwrap_or_else(Utc::now);
    let (ids, tags): (Vec<String>, Vec<String>) = args
        .what
        .iter()
        .cloned()
        .partition(|text| is_id(text) || is_name(text));
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    if !tags.is_empty() {
        lines.push(given(&args, &settings, &Given::parse(&tags)?, now)?);
    }
    if args.all || !ids.is_empty() {
        let scopes = match args.all {
            true => Vec::new(),
            false => ids,
        };
        let (live, unread) = block_on(read_live(settings, scopes, now))??;
        lines.extend(live);
        problems = unread;
    }
    let unread = !problems.is_empty() || lines.iter().any(|line| !line.findings.errors.is_empty());
    let text = match args.json {
        true => json(&lines, &problems)?,
        false => page(&lines, &problems),
    };
    print(&text)?;
    Ok(ExitCode::from(u8::from(unread)))
}

fn given(
    args: &Args,
    settings: &Settings,
    given: &Given,
    now: DateTime<Utc>,
) -> Result<Line, String> {
    let defaults = block_on(super::defaults(settings, now))??;
    let reading = given.read(&args.of, &defaults);
    let findings = lint(&Case {
        reading: &reading,
        zone: defaults.zone,
        region: args.region.as_deref(),
        native: &[],
        beacon: match settings.beacons {
            // Whether this one has a beacon, tags alone do not say.
            Some(_) => Presence::Unknown,
            None => Presence::Absent,
        },
        lease: lease(settings),
        now,
    });
    Ok(Line {
        id: None,
        name: None,
        findings,
    })
}

/// A compute's id has a part more than a workspace's.
fn scope(id: &str) -> Scope {
    let lower = id.to_ascii_lowercase();
    match lower.contains("/computes/") || lower.contains("/workbenches/") {
        true => Scope::Resource(id.to_string()),
        false => Scope::Workspace(id.to_string()),
    }
}

async fn read_live(
    settings: Settings,
    named: Vec<String>,
    now: DateTime<Utc>,
) -> Result<(Vec<Line>, Vec<String>), String> {
    let context = Context::open_to_read(settings)
        .await
        .map_err(|error| error.to_string())?;
    let (context, mut problems) = context.with_calendars(now).await;
    let mut lines = Vec::new();
    let mut scopes = Vec::with_capacity(named.len().max(1));
    for one in &named {
        let id = match is_id(one) {
            true => one.clone(),
            false => {
                let found = snapshot::find(&context, one).await;
                let found = found.map_err(|error| not_found(one, &error))?;
                problems.extend(found.problems);
                found.id
            }
        };
        scopes.push(scope(&id));
    }
    let beacons = BeaconNames::read(&context, &mut problems).await;
    if scopes.is_empty() {
        scopes.push(Scope::Everything);
    }
    for scope in scopes {
        let taken = snapshot::take_tags(&context, now, &scope).await;
        let taken = taken.map_err(|error| error.to_string())?;
        problems.extend(taken.problems);
        let mut resources = taken.resources;
        resources.retain(|seen| Kind::named(seen.compute_type.as_deref()).known().is_some());
        let of_resource = |seen: &_| of_resource(&context, seen, &beacons, now);
        lines.extend(Threads.each(&resources, of_resource));
    }
    Ok((lines, problems))
}

/// Whether each resource of a list has a beacon.
struct BeaconNames(Option<Result<HashSet<String>, String>>);

impl BeaconNames {
    async fn read(context: &Context, problems: &mut Vec<String>) -> BeaconNames {
        let Some(beacons) = &context.beacons else {
            return BeaconNames(None);
        };
        let names = beacons.names().await.map_err(|error| error.to_string());
        if let Err(why) = &names {
            problems.push(format!("the beacons could not be listed: {why}"));
        }
        BeaconNames(Some(names))
    }

    fn of(&self, id: &str) -> Presence {
        let name = beacons::name(id);
        match (&self.0, name) {
            (Some(Err(_)), _) => Presence::Unknown,
            (Some(Ok(names)), Some(name)) if names.contains(&name) => Presence::Present,
            _ => Presence::Absent,
        }
    }
}

fn of_resource(
    context: &Context,
    seen: &SnapshotResource,
    beacons: &BeaconNames,
    now: DateTime<Utc>,
) -> Line {
    let reading = seen.reading(&context.settings.defaults);
    let mut findings = lint(&Case {
        reading: &reading,
        zone: context.settings.defaults.zone,
        region: seen.location.as_deref(),
        native: &seen.native_schedules,
        beacon: beacons.of(&seen.id),
        lease: lease(&context.settings),
        now,
    });
    let notes = seen.by_kind.notes.iter();
    findings
        .warnings
        .extend(notes.filter(|note| note.starts_with(OWN_TAGS)).cloned());
    Line {
        id: Some(seen.id.clone()),
        name: Some(format!("{}/{}", seen.workspace, seen.name)),
        findings,
    }
}

fn json(lines: &[Line], problems: &[String]) -> Result<String, String> {
    let document = serde_json::json!({ "resources": lines, "problems": problems });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn page(lines: &[Line], problems: &[String]) -> String {
    let mut out = String::new();
    // Of many resources only those are shown whole of which there is something to say.
    let many = lines.len() > 1;
    for line in lines {
        let quiet = line.findings.errors.is_empty() && line.findings.warnings.is_empty();
        if let Some(id) = &line.id {
            let name = line.name.as_deref().unwrap_or_default();
            let _ = writeln!(out, "{name}\n{id}");
        }
        resource(&mut out, &line.findings, many && quiet);
        out.push('\n');
    }
    for problem in problems {
        let _ = writeln!(out, "problem: {problem}");
    }
    if many || lines.is_empty() {
        let count = |wrong: fn(&Findings) -> bool| {
            lines.iter().filter(|line| wrong(&line.findings)).count()
        };
        let _ = writeln!(
            out,
            "{} resources: {} with a tag that cannot be read, {} with warnings, {} without a policy",
            lines.len(),
            count(|findings| !findings.errors.is_empty()),
            count(|findings| findings.governed && !findings.warnings.is_empty()),
            count(|findings| !findings.governed),
        );
    }
    out
}

/// Most edges of a week that help a reader.
const SHOWN: usize = 28;

fn resource(out: &mut String, findings: &Findings, brief: bool) {
    for error in &findings.errors {
        let _ = writeln!(out, "{error}");
        if !error.blocks {
            let _ = writeln!(
                out,
                "  a nearer layer replaces it, so it stands in nobody's way"
            );
        }
    }
    if !findings.reads {
        let _ = writeln!(
            out,
            "nothing is done to the resource while a tag cannot be read"
        );
    }
    let width = findings.descriptions.iter().map(|one| one.tag.len()).max();
    for one in &findings.descriptions {
        let width = width.unwrap_or(0);
        let _ = writeln!(out, "{:width$}  {} ({})", one.tag, one.text, one.layer);
    }
    if !brief {
        week(out, findings);
        days_off(out, findings);
    }
    for warning in &findings.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
}

fn week(out: &mut String, findings: &Findings) {
    if findings.week.is_empty() {
        return;
    }
    let _ = writeln!(out, "the next seven days:");
    for edge in findings.week.iter().take(SHOWN) {
        let what = match (edge.desired, edge.kind) {
            (Power::On, EdgeKind::Window) => "on",
            (Power::Off, EdgeKind::Window) => "off",
            (Power::On, EdgeKind::Edge) => "start",
            (Power::Off, EdgeKind::Edge) => "stop",
        };
        let utc = edge.at.format("%Y-%m-%dT%H:%MZ");
        let _ = writeln!(out, "  {:26} {utc}  {what}", edge.local);
    }
    let more = findings.week.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
}

/// More days of a year than a reader looks at.
const DAYS_SHOWN: usize = 30;

fn days_off(out: &mut String, findings: &Findings) {
    if findings.days_off.is_empty() {
        return;
    }
    let _ = writeln!(out, "days off in the year to come:");
    for day in findings.days_off.iter().take(DAYS_SHOWN) {
        let date = day.date.format("%a %d %b %Y");
        let name = day.name.as_deref().unwrap_or("public holiday");
        let _ = writeln!(out, "  {date}  {name} ({})", day.calendar);
    }
    let more = findings.days_off.len().saturating_sub(DAYS_SHOWN);
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
}
