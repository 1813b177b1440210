//! A ledger that cannot be written or reached says so, in one line, within its time, and without secrets:
//! then nothing is stopped, for there is no action without saved state.

use crate::common::azurite::Azurite;
use crate::common::folder::Folder;
use crate::common::place::open;
use chrono::{DateTime, Utc};
use lamplighter_agent::ledger::{Ledger, LedgerError, SaveError, Version};
use lamplighter_host_emulator::sas;
use std::time::{Duration, SystemTime};

const W: &str =
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w";
const NOON: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("in range");

/// Everything that writes fails, with one line that names the location and holds every one of `words`.
async fn refuses_to_write(ledger: &Ledger, version: &Version, words: &[&str]) {
    let save = match ledger.save(W, &1, version).await {
        Err(SaveError::Other(error)) => error,
        other => panic!("{other:?}"),
    };
    let append = ledger
        .append(NOON, "a", &1)
        .await
        .expect_err("nothing is appended");
    let check = ledger
        .check_writable()
        .await
        .expect_err("it is not writable");
    for error in [save, append, check] {
        assert_clear(&error, ledger.location(), words);
    }
}

fn assert_clear(error: &LedgerError, location: &str, words: &[&str]) {
    let line = error.to_string();
    assert!(line.contains(location), "{line}");
    assert!(!line.contains('\n') && line.len() < 600, "{line}");
    assert!(!line.to_lowercase().contains("sig="), "{line}");
    for word in words {
        assert!(line.contains(word), "{word}: {line}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused_at_once() {
    let folder = Folder::new("ledger");
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").expect("written");
    let location = file.join("ledger").display().to_string();
    let error = open(&location).await.expect_err("it lies in a file");
    assert_clear(&error, &location, &["cannot be made", "expected"]);
}

#[tokio::test]
async fn a_folder_that_stops_being_writable_fails_every_write() {
    let folder = Folder::new("ledger");
    let root = folder.path().join("ledger");
    let ledger = open(&root.display().to_string()).await.expect("it opens");
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    // Permissions do not hold back the root user of a build instance; a file in the way does.
    std::fs::remove_dir(&root).expect("the folder was empty");
    std::fs::write(&root, "in the way").expect("written");
    refuses_to_write(&ledger, &version, &["cannot", "os error"]).await;
}

#[tokio::test]
async fn old_generations_go_and_the_newest_two_stay() {
    let folder = Folder::new("ledger");
    let ledger = open(&folder.path().display().to_string())
        .await
        .expect("it opens");
    let (_, mut version) = ledger.load::<u32>(W).await.expect("it loads");
    for number in 1..=6u32 {
        version = ledger.save(W, &number, &version).await.expect("it saves");
    }
    let state = folder.path().join("state");
    let kept = std::fs::read_dir(&state)
        .expect("a folder")
        .next()
        .expect("one")
        .expect("one");
    let age = |number: u32, hours: u64| {
        let path = kept.path().join(format!("{number:010}.json"));
        let file = std::fs::File::options()
            .write(true)
            .open(path)
            .expect("a generation");
        let when = SystemTime::now() - Duration::from_secs(hours * 3600);
        file.set_modified(when).expect("its time is set");
    };
    let left = || {
        let mut names: Vec<_> = std::fs::read_dir(kept.path())
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("ASCII")
            })
            .collect();
        names.sort();
        names
    };
    let load = async || {
        let other = open(&folder.path().display().to_string())
            .await
            .expect("it opens");
        let (number, version) = other.load::<u32>(W).await.expect("it loads");
        (number, version.generation())
    };
    // All of one age, however old: the newest was written at the same time, so nothing is overruled long.
    (1..=6).for_each(|number| age(number, 400));
    assert_eq!((load().await, left().len()), ((6, 6), 6));
    // A day and more before the newest: gone, but never the one before it.
    (1..=5).for_each(|number| age(number, 425));
    assert_eq!(load().await, (6, 6));
    assert_eq!(left(), ["0000000005.json", "0000000006.json"]);
    // Who knew the newest goes on; who lists starts from what is left.
    let saved = ledger.save(W, &7, &version).await.expect("it saves");
    assert_eq!((saved.generation(), load().await), (7, (7, 7)));
}

#[tokio::test]
async fn what_killed_writers_left_behind_goes_after_a_day() {
    let folder = Folder::new("ledger");
    let open_here = async || open(&folder.path().display().to_string()).await;
    let ledger = open_here().await.expect("it opens");
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    ledger.save(W, &1, &version).await.expect("it saves");
    ledger.append(NOON, "a", &1).await.expect("it is appended");
    let state = folder.path().join("state");
    let entry = std::fs::read_dir(&state).expect("a folder").next();
    let state = entry.expect("one").expect("one").path();
    let day = folder
        .path()
        .join(NOON.format("records/%Y/%m/%d").to_string());
    // As `object_store` names a document until it is whole.
    let leave = |path: &std::path::Path, hours: u64| {
        std::fs::write(path, "{").expect("written");
        let file = std::fs::File::options().write(true).open(path);
        let when = SystemTime::now() - Duration::from_secs(hours * 3600);
        let set = file.expect("a file").set_modified(when);
        set.expect("its time is set");
    };
    let (old, young) = (
        state.join("0000000002.json#1"),
        state.join("0000000002.json#2"),
    );
    let (record, others) = (day.join("b.json#12"), state.join("notes.json#old"));
    leave(&old, 25);
    leave(&young, 23);
    leave(&record, 25);
    leave(&others, 400);
    // Who only reads tidies nothing.
    let location = folder.path().display().to_string();
    let reader = Ledger::open_to_read(&location, crate::common::place::no_token).await;
    let read = reader.expect("it opens").load::<u32>(W).await;
    assert_eq!(read.expect("it loads").0, 1);
    assert!(old.exists());
    let ledger = open_here().await.expect("it opens");
    assert_eq!(ledger.load::<u32>(W).await.expect("it loads").0, 1);
    ledger.tidy_day(NOON.date_naive()).await;
    for (path, there) in [
        (&old, false),
        (&young, true),
        (&record, false),
        (&others, true),
    ] {
        assert_eq!(path.exists(), there, "{}", path.display());
    }
}

#[tokio::test]
async fn a_missing_container_is_named_as_such() {
    let location = format!("{}/never-made", Azurite::shared().endpoint);
    let ledger = open(&location).await.expect("opening asks nothing yet");
    let words = ["container does not exist", "expected"];
    let error = ledger
        .load::<u32>(W)
        .await
        .expect_err("there is no container");
    assert_clear(&error, &location, &words);
    let error = ledger
        .records::<u32>(NOON, NOON + Duration::from_secs(1))
        .await;
    assert_clear(
        &error.expect_err("there is no container"),
        &location,
        &words,
    );
    for result in [
        ledger.append(NOON, "a", &1).await.map(|_| ()),
        ledger.check_writable().await,
    ] {
        assert_clear(
            &result.expect_err("there is no container"),
            &location,
            &words,
        );
    }
}

#[tokio::test]
async fn a_sas_opens_the_ledger_and_never_shows() {
    let location = Azurite::shared().container().await;
    let (all, read) = (sas("b", "rwdlac"), sas("b", "rl"));
    let ledger = open(&format!("{location}/in/a/corner?{all}"))
        .await
        .expect("it opens");
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    let version = ledger.save(W, &5, &version).await.expect("it saves");
    ledger.check_writable().await.expect("it is writable");
    assert!(!format!("{ledger:?}").contains("sig"), "{ledger:?}");
    assert!(!ledger.location().contains("sig"), "{}", ledger.location());
    // In a corner of the container, and nowhere else.
    let (number, _) = open(&location)
        .await
        .expect("it opens")
        .load::<u32>(W)
        .await
        .expect("it loads");
    assert_eq!(number, 0);

    let reader = open(&format!("{location}/in/a/corner?{read}"))
        .await
        .expect("it opens");
    let (number, _) = reader.load::<u32>(W).await.expect("reading is allowed");
    assert_eq!(number, 5);
    refuses_to_write(&reader, &version, &["access refused", "expected"]).await;

    let forged = all.replace("sig=", "sig=AAAA");
    let forged = open(&format!("{location}/in/a/corner?{forged}"))
        .await
        .expect("it opens");
    refuses_to_write(&forged, &version, &["access refused", "expected"]).await;
}

#[tokio::test]
async fn a_storage_account_that_dies_is_an_error_soon() {
    let azurite = Azurite::start();
    let location = azurite.container().await;
    let ledger = open(&location).await.expect("it opens");
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    let version = ledger.save(W, &1, &version).await.expect("it saves");
    drop(azurite);
    refuses_to_write(&ledger, &version, &["onnect"]).await;
    assert!(ledger.load::<u32>(W).await.is_err());
    assert!(
        ledger
            .records::<u32>(NOON, NOON + Duration::from_secs(1))
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn a_storage_account_that_never_answers_is_an_error_within_its_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = silent.local_addr().expect("it is bound").port();
    let location = format!("http://127.0.0.1:{port}/devstoreaccount1/lamp");
    let ledger = open(&location).await.expect("opening asks nothing yet");
    let error = ledger.load::<u32>(W).await.expect_err("nobody answers");
    assert_clear(&error, &location, &[]);
    let error = ledger
        .append(NOON, "a", &1)
        .await
        .expect_err("nobody answers");
    assert_clear(&error, &location, &[]);
}
