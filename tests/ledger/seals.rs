//! Sealed days, by the program itself: what fits, and which day is named when something was changed afterwards.

use crate::common::folder::Folder;
use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Sweeps from the 23rd to the 27th: what the 23rd, 24th and 25th hold is sealed by then.
async fn five_days() -> World {
    let world = one_instance().await;
    for time in ["23T18:00", "23T19:00", "23T19:05"] {
        swept(&world, time).await;
    }
    for day in 24..=26 {
        for time in ["08:00", "08:05", "19:00", "19:05"] {
            swept(&world, &format!("{day}T{time}")).await;
        }
    }
    swept(&world, "27T00:00").await;
    world
}

async fn one_instance() -> World {
    let instance = instance("ci", json!({"lamp-schedule": OFFICE}));
    World::new(fleet(json!([instance]), &[])).await
}

async fn swept(world: &World, time: &str) {
    let printed = world.sweep(time).await;
    assert_eq!(printed.count("problems"), 0, "{}", printed.all());
}

async fn verified(world: &World) -> (Printed, Value) {
    let printed = world.run(&["report", "--verify", "--json"]).await;
    let json = serde_json::from_str(&printed.stdout);
    let json = json.unwrap_or_else(|error| panic!("{error}: {}", printed.all()));
    (printed, json)
}

fn seal(ledger: &Path, day: u32) -> PathBuf {
    ledger.join(format!("seals/2026-11-{day}.json"))
}

fn folder(ledger: &Path, day: u32) -> PathBuf {
    ledger.join(format!("records/2026/11/{day}"))
}

/// A copy of a folder with all in it.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let from = entry.expect("an entry").path();
        let to = to.join(from.file_name().expect("a name"));
        match from.is_dir() {
            true => copied(&from, &to),
            false => fs::copy(&from, &to).map(|_| ()).expect("a copy"),
        }
    }
}

fn a_record(folder: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("records")
        .map(|entry| entry.expect("a record").path())
        .collect();
    files.sort();
    files.remove(0)
}

#[tokio::test]
async fn days_that_are_over_are_sealed_in_order_and_fit() {
    let world = five_days().await;
    let (printed, found) = verified(&world).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert_eq!(
        (&found["days"], &found["first"], &found["last"]),
        (&json!(3), &json!("2026-11-23"), &json!("2026-11-25"))
    );
    assert_eq!(found["unsealed"], json!(["2026-11-26", "2026-11-27"]));
    let count = |day| {
        fs::read_dir(folder(&world.ledger, day))
            .expect("records")
            .count()
    };
    assert_eq!(found["records"], json!(count(23) + count(24) + count(25)));
    let last: Value =
        serde_json::from_slice(&fs::read(seal(&world.ledger, 25)).expect("a seal")).expect("JSON");
    assert_eq!(found["hash"], last["hash"]);
    let text = world.run(&["report", "--verify"]).await;
    assert!(
        text.stdout
            .contains("3 days fit their seals, 2026-11-23 to 2026-11-25"),
        "{}",
        text.all()
    );
}

#[tokio::test]
async fn a_sealed_day_is_never_sealed_anew() {
    let world = five_days().await;
    let before = [23, 24, 25].map(|day| fs::read(seal(&world.ledger, day)).expect("a seal"));
    let record = a_record(&folder(&world.ledger, 24));
    fs::write(&record, "{}").expect("changed");
    for time in ["27T01:00", "27T02:00"] {
        swept(&world, time).await;
    }
    assert_eq!(
        [23, 24, 25].map(|day| fs::read(seal(&world.ledger, day)).expect("a seal")),
        before
    );
    assert!(
        !seal(&world.ledger, 26).exists(),
        "the 26th ended less than a day ago"
    );
}

/// What somebody does to the ledger.
type Tampering = fn(&Path);

#[tokio::test]
async fn the_first_day_that_does_not_fit_is_named() {
    let mut world = five_days().await;
    let whole = world.ledger.clone();
    let cases: [(&str, &str, Tampering); 8] = [
        ("2026-11-24", "a record was changed", |ledger| {
            let record = a_record(&folder(ledger, 24));
            let text = fs::read_to_string(&record).expect("a record");
            fs::write(&record, text + " ").expect("changed");
        }),
        ("2026-11-24", "are there", |ledger| {
            fs::remove_file(a_record(&folder(ledger, 24))).expect("removed");
        }),
        ("2026-11-23", "are there", |ledger| {
            fs::write(folder(ledger, 23).join("late.json"), "{}").expect("added");
        }),
        ("2026-11-25", "are there", |ledger| {
            fs::remove_dir_all(folder(ledger, 25)).expect("removed");
        }),
        // A day that is gone with its seal is missed by the next one.
        ("2026-11-25", "a seal is gone", |ledger| {
            fs::remove_dir_all(folder(ledger, 24)).expect("removed");
            fs::remove_file(seal(ledger, 24)).expect("removed");
        }),
        ("2026-11-24", "the seals before it are gone", |ledger| {
            fs::remove_dir_all(folder(ledger, 23)).expect("removed");
            fs::remove_file(seal(ledger, 23)).expect("removed");
        }),
        ("2026-11-24", "its seal was changed", |ledger| {
            let text = fs::read_to_string(seal(ledger, 24)).expect("a seal");
            let mut json: Value = serde_json::from_str(&text).expect("JSON");
            json["records"] = json!(1);
            fs::write(seal(ledger, 24), json.to_string()).expect("changed");
        }),
        ("2026-11-22", "no seal", |ledger| {
            let folder = ledger.join("records/2026/11/22");
            fs::create_dir(&folder).expect("a folder");
            fs::write(folder.join("forged.json"), "{}").expect("added");
        }),
    ];
    for (day, why, tamper) in cases {
        let folder = Folder::unmade("tampered");
        copied(&whole, folder.path());
        tamper(folder.path());
        world.ledger = folder.path().to_path_buf();
        let (printed, found) = verified(&world).await;
        assert_eq!(printed.code, 1, "{}", printed.all());
        assert_eq!(found["misfit"]["day"], day, "{found:#}");
        let said = found["misfit"]["why"].as_str().expect("why");
        assert!(said.contains(why), "{why}: {found:#}");
        let text = world.run(&["report", "--verify"]).await;
        assert!(
            text.stdout.contains(&format!("{day}: {said}")),
            "{}",
            text.all()
        );
    }
}

#[tokio::test]
async fn where_no_seal_can_be_written_sweeps_do_their_work() {
    let world = one_instance().await;
    swept(&world, "23T18:00").await;
    // A file where the folder of the seals should be.
    fs::write(world.ledger.join("seals"), "").expect("a file");
    swept(&world, "25T08:00").await;
    let printed = world.sweep("25T19:00").await;
    assert_eq!(printed.count("problems"), 0, "{}", printed.all());
    assert_eq!(printed.count("stops"), 1, "{}", printed.all());
    assert!(
        printed.stdout.contains("could not be sealed"),
        "{}",
        printed.all()
    );
}
