//! A bill in many files: parts, folders, runs of an export, packed; and files that are none.

use super::bills::{CI, a_day, lines};
use crate::common::world::{Printed, World};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) const HEAD: &str = "Date,ResourceId,MeterCategory,Quantity,Cost,Currency\n";

/// A folder for one test, and the files in it.
pub(super) struct Bills(PathBuf);

impl Bills {
    pub fn new() -> Bills {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("bills-{:x}", fastrand::u64(..)));
        std::fs::create_dir_all(&folder).expect("a folder");
        Bills(folder)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a name").to_owned()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        self.path(name)
    }

    /// What a manifest of an export says beside its parts.
    pub fn manifest(&self, folder: &str, submitted: &str, parts: &[&str]) {
        let blob = |part: &&str| json!({"blobName": format!("exports/daily/{folder}/{part}")});
        let manifest = json!({
            "exportConfig": {"exportName": "daily", "resourceId":
                "/subscriptions/s/providers/Microsoft.CostManagement/exports/daily"},
            "runInfo": {"submittedTime": submitted, "startDate": "2026-11-01T00:00:00"},
            "blobs": parts.iter().map(blob).collect::<Vec<_>>(),
        });
        self.write(&format!("{folder}/manifest.json"), manifest.to_string());
    }
}

impl Drop for Bills {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `report --bill` with these paths.
pub(super) async fn beside(world: &World, paths: &[&str], more: &[&str]) -> Printed {
    let bills = paths.iter().flat_map(|path| ["--bill", path]);
    let args: Vec<&str> = ["report"].into_iter().chain(bills).collect();
    world.run(&[args.as_slice(), more].concat()).await
}

fn pack(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

pub(super) fn row((name, hours): &(String, Decimal)) -> String {
    let cost = *hours * Decimal::new(36, 2);
    format!("2026-11-24,{CI}{name},Virtual Machines,{hours},{cost},USD\n")
}

pub(super) fn refused(printed: &Printed, expected: &[&str]) {
    for part in expected {
        assert!(
            printed.code == 1 && printed.stderr.contains(part),
            "{part}\n{}",
            printed.all()
        );
    }
}

#[tokio::test]
async fn parts_in_files_and_folders_packed_or_not_are_one_bill() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let ci = bills.write("ci.csv", format!("{HEAD}{}", row(&hours[0])));
    // What is in it counts, and not its name; two gzip files after each other are one.
    let mut parts = pack(HEAD);
    parts.extend(pack(&row(&hours[1])));
    let free = bills.write("more/deep/free.CSV.GZ", parts);
    bills.write("more/_SUCCESS", "");
    let agreed = [("agree", "agree"), ("agree", "agree")].map(|(a, b)| (a.into(), b.into()));
    let more = bills.path("more");
    let all = bills.path("");
    for paths in [
        vec![&ci, &free],
        vec![&ci, &more],
        vec![&all],
        vec![&all, &ci],
    ] {
        let paths: Vec<&str> = paths.into_iter().map(String::as_str).collect();
        let printed = beside(&world, &paths, &["--json"]).await;
        assert_eq!(printed.code, 0, "{paths:?}: {}", printed.all());
        assert_eq!(lines(&printed), agreed, "{paths:?}");
        let found: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        assert_eq!((&found["files"], &found["rows"]), (&json!(2), &json!(2)));
    }
    // The instance that is in the other part only has no bill.
    let printed = beside(&world, &[&ci], &[]).await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    std::fs::create_dir_all(bills.path("empty")).expect("a folder");
    let printed = beside(&world, &[&ci, &bills.path("empty")], &[]).await;
    refused(
        &printed,
        &["empty: no file in it ends with .csv or .csv.gz"],
    );
}

#[tokio::test]
async fn of_several_runs_of_an_export_the_last_counts_and_all_of_it() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let half = (hours[0].0.clone(), hours[0].1 / Decimal::TWO);
    bills.write(
        "20261101-20261130/1/part_0.csv",
        format!("{HEAD}{}", row(&half)),
    );
    bills.manifest(
        "20261101-20261130/1",
        "2026-11-24T10:00:00Z",
        &["part_0.csv"],
    );
    let parts = ["part_0.csv", "part_1.csv.gz"];
    bills.write(
        "20261101-20261130/2/part_0.csv",
        format!("{HEAD}{}", row(&hours[0])),
    );
    let packed = pack(&format!("{HEAD}{}", row(&hours[1])));
    bills.write("20261101-20261130/2/part_1.csv.gz", packed);
    bills.manifest(
        "20261101-20261130/2",
        "2026-11-25T10:00:00.1032074Z",
        &parts,
    );
    let all = bills.path("");
    let printed = beside(&world, &[&all], &[]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let said = "an earlier run of an export, left out: ";
    let earlier = printed.stdout.lines().find(|line| line.starts_with(said));
    assert!(
        earlier.is_some_and(|line| line.ends_with("/1")),
        "{}",
        printed.stdout
    );
    std::fs::remove_file(bills.path("20261101-20261130/2/part_1.csv.gz")).expect("a file");
    let printed = beside(&world, &[&all], &[]).await;
    refused(
        &printed,
        &[
            "manifest.json",
            "it names part_1.csv.gz, which is not beside it",
        ],
    );
    bills.write("20261101-20261130/2/manifest.json", "{}");
    refused(
        &beside(&world, &[&all], &[]).await,
        &["manifest.json: not the manifest of an export: missing field"],
    );
}

#[tokio::test]
async fn what_would_count_twice_is_refused() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let text = format!("{HEAD}{}{}", row(&hours[0]), row(&hours[1]));
    let first = bills.write("run_1.csv", &text);
    // A later run of the same export: one row more before those that it shares.
    let later = format!("2026-11-24,{CI}ci,Storage,1,1,USD\n");
    let second = bills.write("run_2.csv", format!("{HEAD}{later}{}", row(&hours[0])));
    let printed = beside(&world, &[&first, &second], &[]).await;
    refused(
        &printed,
        &["run_2.csv: line 3 stands in line 2 of ", "run_1.csv"],
    );
    // Actual and amortized cost of one day.
    let other = HEAD.replace("Cost", "PreTaxCost");
    let dear = row(&hours[0]).replace("USD", "EUR");
    let other = bills.write("amortized.csv", format!("{other}{dear}"));
    let printed = beside(&world, &[&first, &other], &[]).await;
    let expected = [
        "amortized.csv: line 2 is about",
        "/ci on 2026-11-24",
        "run_1.csv",
    ];
    refused(&printed, &expected);
}

#[tokio::test]
async fn what_is_no_csv_is_named() {
    let (world, hours) = a_day().await;
    let bills = Bills::new();
    let text = format!("{HEAD}{}", row(&hours[0]));
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
    let mut cut = pack(&text);
    cut.truncate(cut.len() / 2);
    for (name, content, expected) in [
        (
            "excel.csv",
            wide,
            "excel.csv: this is text in UTF-16: save it as CSV UTF-8",
        ),
        (
            "a.parquet",
            b"PAR1\x15\x04".to_vec(),
            "a.parquet: this is Parquet: let the export write CSV",
        ),
        (
            "b.xlsx",
            b"PK\x03\x04\x14\x00".to_vec(),
            "b.xlsx: this is a ZIP archive or an Excel workbook",
        ),
        ("cut.csv.gz", cut, "cut.csv.gz: "),
        (
            "inner.csv.gz",
            pack("PAR1 in gzip"),
            "inner.csv.gz: this is Parquet",
        ),
    ] {
        let path = bills.write(name, content);
        refused(&beside(&world, &[&path], &[]).await, &[expected]);
    }
    // What nobody asks for may be written as it likes.
    let mut odd = text.replace('\n', ",Tags\n").into_bytes();
    let end = odd.len() - 2;
    odd[end] = 0xe4;
    let path = bills.write("latin.csv", odd);
    let printed = beside(&world, &[&path], &["--json"]).await;
    assert_eq!(lines(&printed)[0], ("agree".into(), "agree".into()));
}
