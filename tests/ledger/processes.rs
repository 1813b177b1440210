//! Two copies of the agent on one ledger, and copies that are killed at any instruction, as the Functions
//! host does it. The copies are this test program, started again: told to be a copy by its environment, a test
//! plays that part.

use crate::common::copy;
use crate::common::place::{Place, open};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::SaveError;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

const W: &str =
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w";
const NOON: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("in range");
const SAVES: u32 = 15;

/// Large enough to take the file system several writes, so that half a document is there to be seen.
const LARGE: usize = 3_000_000;

fn start_copy(test: &str, name: &str, location: &str) -> Child {
    copy::of(module_path!(), test)
        .env("LEDGER_COPY", name)
        .env("LEDGER_LOCATION", location)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the copy starts")
}

/// The name and the location that a copy was given; `None`: this is no copy.
fn told() -> Option<(String, String)> {
    let told = |name| std::env::var(name).ok();
    Some((told("LEDGER_COPY")?, told("LEDGER_LOCATION")?))
}

async fn count(location: &str) {
    let ledger = open(location).await.expect("it opens");
    let mut saved = 0;
    while saved < SAVES {
        let (sum, version) = ledger.load::<u32>(W).await.expect("it loads");
        match ledger.save(W, &(sum + 1), &version).await {
            Ok(_) => saved += 1,
            Err(SaveError::Conflict) => {}
            Err(SaveError::Other(other)) => panic!("{other}"),
        }
    }
}

async fn write_without_end(name: &str, location: &str) {
    let ledger = open(location).await.expect("it opens");
    for number in 0.. {
        let id = format!("{name}-{number}");
        let record = format!("{id} {}", "x".repeat(LARGE));
        ledger.append(NOON, &id, &record).await.expect("it appends");
        let (_, version) = ledger.load::<String>(&id).await.expect("it loads");
        ledger.save(&id, &record, &version).await.expect("it saves");
        println!("done {id}");
    }
}

/// Files under `folder` that were being written when their writer was killed.
fn halves(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("it is a folder");
    let count = |entry: std::fs::DirEntry| match entry.path() {
        path if path.is_dir() => halves(&path),
        path => usize::from(path.display().to_string().contains('#')),
    };
    entries.map(|entry| count(entry.expect("an entry"))).sum()
}

async fn no_save_of_two_processes_is_lost(test: &str, place: impl Future<Output = Place>) {
    if let Some((_, location)) = told() {
        return count(&location).await;
    }
    let place = place.await;
    let copies = ["one", "two"].map(|name| start_copy(test, name, &place.location));
    for copy in copies {
        let ended = copy.wait_with_output().expect("the copy ends");
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stdout)
        );
    }
    let (sum, version) = place.open().await.load::<u32>(W).await.expect("it loads");
    assert_eq!(
        (sum, version.generation()),
        (2 * SAVES, u64::from(2 * SAVES))
    );
}

#[tokio::test]
async fn no_save_of_two_processes_is_lost_in_a_folder() {
    let test = "no_save_of_two_processes_is_lost_in_a_folder";
    no_save_of_two_processes_is_lost(test, Place::folder()).await;
}

#[tokio::test]
async fn no_save_of_two_processes_is_lost_in_a_container() {
    let test = "no_save_of_two_processes_is_lost_in_a_container";
    no_save_of_two_processes_is_lost(test, Place::blob()).await;
}

#[tokio::test]
async fn a_killed_writer_leaves_whole_documents_or_none() {
    if let Some((name, location)) = told() {
        return write_without_end(&name, &location).await;
    }
    let place = Place::folder().await;
    let root = Path::new(&place.location);
    let mut done = Vec::new();
    // Until enough kills have struck in the middle of a document, as the halves they leave behind show.
    for round in 0.. {
        let before = halves(root);
        if before >= 3 {
            break;
        }
        assert!(
            round < 100,
            "no kill struck while a document was being written"
        );
        let mut copy = start_copy(
            "a_killed_writer_leaves_whole_documents_or_none",
            &format!("r{round}"),
            &place.location,
        );
        let lines = BufReader::new(copy.stdout.take().expect("stdout is piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let first = lines.find_map(|line| {
            let (_, id) = line.split_once("done ")?;
            Some(id.to_owned())
        });
        done.push(first.expect("the copy writes"));
        // A copy to which nobody listens any more would end by itself.
        let rest = std::thread::spawn(move || lines.for_each(drop));
        while halves(root) == before {
            let ended = copy.try_wait().expect("it can be asked");
            assert_eq!(ended, None, "the copy has ended by itself");
        }
        copy.kill().expect("it is still running");
        copy.wait().expect("it has ended");
        rest.join().expect("its words have ended");
    }
    let ledger = place.open().await;
    let read = ledger
        .records::<String>(NOON, NOON + TimeDelta::seconds(1))
        .await
        .expect("it reads");
    assert_eq!(read.unreadable, Vec::<String>::new());
    let ids: Vec<&str> = read
        .records
        .iter()
        .filter_map(|r| r.split(' ').next())
        .collect();
    assert!(read.records.iter().all(|record| record.len() > LARGE));
    assert!(
        place
            .documents()
            .await
            .iter()
            .all(|name| name.ends_with(".json"))
    );
    for id in &done {
        assert!(
            ids.contains(&id.as_str()),
            "{id} was answered for and is lost"
        );
        let (state, version) = ledger.load::<String>(id).await.expect("it loads");
        assert!(state.len() > LARGE && version.generation() == 1, "{id}");
    }
    // Who was killed holds nobody up.
    let after = ledger
        .append(NOON, "after", &"after")
        .await
        .expect("it appends");
    assert_eq!(after, lamplighter_agent::ledger::Appended::Written);
}
