//! A ledger of schema 1, as it lies in `ledger-v1/`: every release from that one on reads it, keeps what it does not
//! know, and comes to the same figures. The folder is never changed; what a later schema adds gets a folder of its own.

use chrono::{DateTime, Utc};
use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::{self, GroupBy, LedgerPeriod, csv, page, rollup};
use lamplighter_core::record::{Cause, Record, What, WorkspaceState};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const WORKSPACE: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/churn";

/// A copy of the ledger that ends with its test.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Copy {
        let name = format!("ledger-v1-{:x}", fastrand::u64(..));
        let copy = Copy(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger-v1");
        copy_folder(&from, &copy.0);
        copy
    }

    async fn open(&self) -> Ledger {
        Ledger::scratch(&self.0).await.expect("a ledger")
    }

    /// The newest document of a folder of `state/` whose name begins so.
    fn newest_state(&self, begins: &str) -> Value {
        let inside = |folder: &Path| -> Vec<PathBuf> {
            let entries = std::fs::read_dir(folder).expect("a folder");
            entries
                .map(|entry| entry.expect("an entry").path())
                .collect()
        };
        let folders = inside(&self.0.join("state"));
        let named = |path: &&PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(begins))
        };
        let folder = folders.iter().find(named).expect("its folder");
        let newest = inside(folder).into_iter().max().expect("a document");
        let text = std::fs::read_to_string(newest).expect("a text");
        serde_json::from_str(&text).expect("JSON")
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the fixture") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => {
                std::fs::copy(&path, &target).expect("a copy");
            }
        }
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time in a test")
}

async fn period(ledger: &Ledger) -> LedgerPeriod {
    let (from, to) = (at("2026-11-23T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let period = report::read(ledger, from, to, to).await;
    period.expect("the ledger is read")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number in a test")
}

#[tokio::test]
async fn records_of_every_kind_are_read_and_one_of_no_known_kind_is_kept_whole() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let (from, to) = (at("2026-11-22T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let read = ledger.records::<Record>(from, to).await.expect("records");
    assert_eq!(read.unreadable, Vec::<String>::new());
    let json: Vec<Value> = read
        .records
        .iter()
        .map(|record| serde_json::to_value(record).expect("JSON"))
        .collect();
    let kinds: BTreeSet<&str> = json
        .iter()
        .map(|record| record["record"].as_str().expect("a kind"))
        .collect();
    let known = [
        "action",
        "answer",
        "closed",
        "decision",
        "deleted",
        "notice",
        "observed",
        "opened",
        "price",
        "settlement",
        "sweep",
        "timer",
        "unneeded",
        "warning",
    ];
    assert_eq!(kinds, known.into_iter().chain(["future"]).collect());
    assert!(json.iter().all(|record| record["schema"] == 1));
    let future = json.iter().find(|record| record["record"] == "future");
    let future = future.expect("it is among them");
    assert_eq!(
        (&future["from"], &future["to"]["nodes"]),
        (&3.into(), &0.into())
    );
    assert_eq!(future["resource"]["kind"], "cluster");
}

#[tokio::test]
async fn the_report_comes_to_the_same_figures() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let period = period(&ledger).await;
    let report = period.report(GroupBy::Workspace);
    let figures = &report.total.figures;
    // 11 h 59 min 40 s of one instance, at two prices; and an hour of three nodes.
    assert_eq!(figures.saved_seconds, 43_180 + 3 * 3_600);
    assert_eq!(figures.upper_bound_seconds, figures.saved_seconds);
    assert_eq!(figures.unused_seconds, 1_200);
    assert_eq!(figures.unused.value(), decimal("0.12"));
    let saved = decimal("1.4983333333333333333333333333") + decimal("2.52") + decimal("3");
    let shown = |amount: Decimal| amount.round_dp(6);
    assert_eq!(shown(figures.saved.value()), shown(saved - decimal("0.12")));
    assert_eq!(shown(figures.upper_bound.value()), shown(saved));
    assert_eq!((report.total.stops, report.total.starts), (1, 1));
    assert_eq!(
        (report.total.resources, report.total.unneeded_starts),
        (3, 1)
    );
    assert_eq!(report.warnings.len(), 1);
    assert_eq!(report.currency.as_deref(), Some("USD"));
    let causes: Vec<Cause> = report.causes.keys().copied().collect();
    assert_eq!(causes, [Cause::Schedule, Cause::Idle]);
    assert_eq!(report.unreadable_records, Vec::<String>::new());
    // Listed and counted, in no figure.
    assert_eq!(report.newer_records, BTreeMap::from([("future".into(), 1)]));
    let table = report::table(&report, None).shown(None);
    assert!(table.contains("records of the kind future (1)"), "{table}");
}

#[tokio::test]
async fn rows_add_up_to_the_report_and_count_every_node() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let period = period(&ledger).await;
    let mut out = Vec::new();
    csv::write(&period, (&[], &BTreeSet::new()), &mut out).expect("CSV");
    let mut reader = ::csv::Reader::from_reader(out.as_slice());
    let rows: Vec<BTreeMap<String, String>> = reader
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows");
    let sum: Decimal = rows.iter().map(|row| decimal(&row["saved"])).sum();
    let saved = period.report(GroupBy::Workspace).total.figures.saved;
    assert_eq!(sum.round_dp(6), saved.value().round_dp(6));
    let pool = |row: &&BTreeMap<String, String>| row["name"] == "pool" && row["kind"] == "avoided";
    let pool: Vec<_> = rows.iter().filter(pool).collect();
    let [pool] = pool[..] else { panic!("{rows:?}") };
    assert_eq!(pool["resource_kind"], "cluster");
    assert_eq!((&*pool["count"], &*pool["seconds"]), ("3", "10800"));
}

#[tokio::test]
async fn the_page_shows_what_it_showed() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let (from, to) = (at("2026-11-23T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let input = page::read(&ledger, from, to, to).await.expect("a page");
    let page = page::build(&input);
    let running: Vec<&str> = page
        .running
        .iter()
        .map(|running| running.resource.name.as_str())
        .collect();
    assert_eq!(running, ["ci-Ana", "pool"]);
    let needs: Vec<&str> = page.needs.iter().map(|need| need.what).collect();
    assert_eq!(needs, ["Warning", "Ledger"]);
    assert_eq!(page.week.resources.len(), 2);
}

#[tokio::test]
async fn a_rolled_up_day_says_what_its_records_say() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let later = at("2026-11-28T00:00:00Z");
    let rebuilt = rollup::rebuild(&ledger, later).await.expect("roll-ups");
    assert_eq!(rebuilt.differed, []);
    assert_eq!(rebuilt.days, 3);
    // The one that was there is of the schema before, and counts for none.
    let days = ["22", "23", "24"].map(|day| at(&format!("2026-11-{day}T00:00:00Z")).date_naive());
    assert_eq!(rebuilt.missing, days);
    // From roll-ups alone the figures are the same, and the unknown record is among them still.
    let before = period(&ledger).await.report(GroupBy::Workspace);
    let whole = period(&Copy::new().open().await)
        .await
        .report(GroupBy::Workspace);
    let json = |report: &report::Report| serde_json::to_value(report).expect("JSON");
    assert_eq!(json(&before), json(&whole));
    assert_eq!(before.newer_records.get("future"), Some(&1));
}

#[tokio::test]
async fn saved_state_is_read_and_saved_again_with_all_that_is_unknown() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let (state, version) = ledger
        .load::<WorkspaceState>(WORKSPACE)
        .await
        .expect("it loads");
    assert_eq!(version.generation(), 3);
    assert_eq!(state.resources.len(), 2);
    let (history, of_history) = ledger.load::<Value>("sweeps").await.expect("it loads");
    assert_eq!(history["leader"], "eu");
    let (states, unreadable) = ledger
        .saved_states::<WorkspaceState>()
        .await
        .expect("a list");
    assert_eq!((states.len(), unreadable), (1, Vec::new()));
    ledger
        .save(WORKSPACE, &state, &version)
        .await
        .expect("it saves");
    ledger
        .save("sweeps", &history, &of_history)
        .await
        .expect("it saves");
    let saved = copy.newest_state("churn-");
    assert_eq!(
        (&saved["schema"], &saved["kind"]),
        (&1.into(), &"workspace-state".into())
    );
    assert_eq!(saved["signed_by"]["key"], "k1");
    assert_eq!(saved["state"]["region_of_ledger"], "westeurope");
    assert_eq!(
        saved["state"]["resources"][format!("{}/computes/ci-ana", WORKSPACE.to_lowercase())]["seats"],
        serde_json::json!([1, 2])
    );
    assert_eq!(copy.newest_state("sweeps-")["kind"], "sweep-history");
}

#[tokio::test]
async fn what_a_round_left_is_read() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let left = ledger.left::<Value>("round-1").await.expect("a round");
    assert_eq!((left.documents.len(), left.unreadable.len()), (1, 0));
    let workspace = left.documents[0]["workspace"].as_str();
    assert_eq!(workspace, Some(WORKSPACE.to_lowercase().as_str()));
}

#[tokio::test]
async fn a_record_is_what_it_was() {
    let copy = Copy::new();
    let ledger = copy.open().await;
    let (from, to) = (at("2026-11-23T19:00:01Z"), at("2026-11-23T19:00:02Z"));
    let read = ledger.records::<Record>(from, to).await.expect("records");
    let [record] = &read.records[..] else {
        panic!("{read:?}")
    };
    let What::Action { operation } = &record.what else {
        panic!("{record:?}");
    };
    assert_eq!(operation.requested_at, at("2026-11-23T19:00:00Z"));
    assert_eq!(
        record.resource.as_ref().map(|of| of.name.as_str()),
        Some("ci-Ana")
    );
}
