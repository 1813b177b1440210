//! The saved state of a workspace: the same promises kept in a folder and in a container of a real Azurite.

use crate::common::place::{Place, in_a_folder_and_in_a_container};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::{Appended, LedgerError, SaveError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const W: &str = "/subscriptions/8d1c/resourceGroups/Rg-Ünï/providers/Microsoft.MachineLearningServices/workspaces/churn";

/// Saved state as small as it can be and still be told apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counts {
    counts: BTreeMap<String, u32>,
}

impl Counts {
    fn of(name: &str, number: u32) -> Counts {
        Counts {
            counts: BTreeMap::from([(name.to_owned(), number)]),
        }
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

in_a_folder_and_in_a_container! {
    a_missing_saved_state_is_the_default_one,
    of_two_who_loaded_the_same_version_one_saves,
    of_many_writers_at_once_exactly_one_wins,
    no_increment_is_lost_among_concurrent_writers,
    a_saved_state_is_found_in_any_case_of_its_id,
    a_saved_state_that_cannot_be_read_is_an_error_until_mended,
    a_saved_state_of_another_workspace_is_refused,
    odd_ids_stay_apart,
    being_writable_is_found_out_without_leaving_a_trail,
}

async fn a_missing_saved_state_is_the_default_one(place: Place) {
    let ledger = place.open().await;
    let (state, version) = ledger.load::<Counts>(W).await.expect("it loads");
    assert_eq!((state, version.generation()), (Counts::default(), 0));
    assert_eq!(place.documents().await, Vec::<String>::new());
}

async fn of_two_who_loaded_the_same_version_one_saves(place: Place) {
    let (one, two) = (place.open().await, place.open().await);
    let (_, v1) = one.load::<Counts>(W).await.expect("it loads");
    let (_, v2) = two.load::<Counts>(W).await.expect("it loads");
    let saved = one
        .save(W, &Counts::of("one", 1), &v1)
        .await
        .expect("it saves");
    assert_eq!(saved.generation(), 1);
    let lost = two.save(W, &Counts::of("two", 2), &v2).await;
    assert!(matches!(lost, Err(SaveError::Conflict)), "{lost:?}");

    // Equal words by two writers are still two saves.
    let same = two.save(W, &Counts::of("one", 1), &v2).await;
    assert!(matches!(same, Err(SaveError::Conflict)), "{same:?}");

    // Who lost loads what the other saved, and goes on from there; and so forth, in turns.
    let (state, v2) = two.load::<Counts>(W).await.expect("it loads");
    assert_eq!(state, Counts::of("one", 1));
    let v2 = two
        .save(W, &Counts::of("two", 2), &v2)
        .await
        .expect("it saves");
    let v3 = two
        .save(W, &Counts::of("two", 3), &v2)
        .await
        .expect("it saves");
    assert_eq!(v3.generation(), 3);
    let late = one.save(W, &Counts::of("one", 9), &saved).await;
    assert!(matches!(late, Err(SaveError::Conflict)), "{late:?}");
    let (state, version) = one.load::<Counts>(W).await.expect("it loads");
    assert_eq!((state, version.generation()), (Counts::of("two", 3), 3));
}

async fn of_many_writers_at_once_exactly_one_wins(place: Place) {
    let mut loaded = Vec::new();
    for number in 0..20 {
        let ledger = place.open().await;
        let (_, version) = ledger.load::<Counts>(W).await.expect("it loads");
        loaded.push((number, ledger, version));
    }
    let mut writers = Vec::new();
    for (number, ledger, version) in loaded {
        writers.push(tokio::spawn(async move {
            let saved = ledger.save(W, &Counts::of("won", number), &version).await;
            (number, saved)
        }));
    }
    let mut won = Vec::new();
    for writer in writers {
        match writer.await.expect("the writer ends") {
            (number, Ok(_)) => won.push(number),
            (_, Err(SaveError::Conflict)) => {}
            (_, Err(other)) => panic!("{other}"),
        }
    }
    assert_eq!(won.len(), 1, "{won:?}");
    let (state, _) = place
        .open()
        .await
        .load::<Counts>(W)
        .await
        .expect("it loads");
    assert_eq!(state, Counts::of("won", won[0]));
}

async fn no_increment_is_lost_among_concurrent_writers(place: Place) {
    let mut writers = Vec::new();
    for _ in 0..6 {
        let ledger = place.open().await;
        writers.push(tokio::spawn(async move {
            for _ in 0..5 {
                loop {
                    let (mut state, version) = ledger.load::<Counts>(W).await.expect("it loads");
                    *state.counts.entry("sum".into()).or_default() += 1;
                    match ledger.save(W, &state, &version).await {
                        Ok(_) => break,
                        Err(SaveError::Conflict) => continue,
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }));
    }
    for writer in writers {
        writer.await.expect("the writer ends");
    }
    let (state, version) = place
        .open()
        .await
        .load::<Counts>(W)
        .await
        .expect("it loads");
    assert_eq!((state, version.generation()), (Counts::of("sum", 30), 30));
}

async fn a_saved_state_is_found_in_any_case_of_its_id(place: Place) {
    let ledger = place.open().await;
    let (_, version) = ledger.load::<Counts>(W).await.expect("it loads");
    ledger
        .save(W, &Counts::of("a", 1), &version)
        .await
        .expect("it saves");
    let other = place.open().await;
    let (state, _) = other
        .load::<Counts>(&W.to_uppercase())
        .await
        .expect("it loads");
    assert_eq!(state, Counts::of("a", 1));
    let (state, _) = other
        .load::<Counts>(&format!("{W}-2"))
        .await
        .expect("it loads");
    assert_eq!(state, Counts::default());
}

async fn a_saved_state_that_cannot_be_read_is_an_error_until_mended(place: Place) {
    let ledger = place.open().await;
    let (_, v0) = ledger.load::<Counts>(W).await.expect("it loads");
    let v1 = ledger
        .save(W, &Counts::of("a", 1), &v0)
        .await
        .expect("it saves");
    ledger
        .save(W, &Counts::of("a", 2), &v1)
        .await
        .expect("it saves");
    let newest = place.documents().await.pop().expect("a document");
    let whole = place.text(&newest).await;
    // Cut off, empty, of another shape, and HTML: none is an empty saved state, none falls back to the last.
    let (half, _) = whole.split_at(whole.len() / 2);
    for text in [half, "", "[]", "{}", "<html>"] {
        place.overwrite(&newest, text.to_owned().leak()).await;
        for ledger in [&ledger, &place.open().await] {
            let error = ledger
                .load::<Counts>(W)
                .await
                .expect_err("it cannot be read");
            assert!(matches!(error, LedgerError::Unreadable { .. }), "{error}");
            assert!(error.to_string().contains(&newest), "{error}");
        }
    }
    place.overwrite(&newest, whole.leak()).await;
    let (state, version) = ledger.load::<Counts>(W).await.expect("it loads again");
    assert_eq!((state, version.generation()), (Counts::of("a", 2), 2));
}

async fn a_saved_state_of_another_workspace_is_refused(place: Place) {
    let ledger = place.open().await;
    let (_, version) = ledger.load::<Counts>(W).await.expect("it loads");
    ledger
        .save(W, &Counts::of("a", 1), &version)
        .await
        .expect("it saves");
    let document = place.documents().await.pop().expect("a document");
    let moved = place.text(&document).await.replace("churn", "other");
    place.overwrite(&document, moved.leak()).await;
    let error = ledger.load::<Counts>(W).await.expect_err("it is not ours");
    assert!(error.to_string().contains("belongs to"), "{error}");
}

async fn odd_ids_stay_apart(place: Place) {
    let ledger = place.open().await;
    let when = at("2026-11-24T08:00:00Z");
    let (long, longer) = ("ü".repeat(300), "ü".repeat(301));
    let ids = [
        "",
        ".",
        "..",
        "../../x",
        "/etc/x",
        "a/b",
        "A/b",
        "a:b",
        "a#1",
        "a%2Fb",
        "a?b",
        "a\\b",
        "a\u{0}b",
        "a\nb",
        "日本",
        "日本 ",
        long.as_str(),
        longer.as_str(),
    ];
    for (number, id) in ids.iter().enumerate() {
        let written = ledger.append(when, id, &number).await;
        assert_eq!(written, Ok(Appended::Written), "{id:?}");
        let (state, version) = ledger.load::<Counts>(id).await.expect(id);
        // ARM ids ignore case, so "A/b" is that of "a/b"; all others are new.
        assert_eq!(state == Counts::default(), *id != "A/b", "{id:?}");
        ledger
            .save(id, &Counts::of(id, 1), &version)
            .await
            .expect(id);
    }
    let read = ledger
        .records::<usize>(when, when + TimeDelta::seconds(1))
        .await
        .expect("it reads");
    let mut sorted: Vec<usize> = (0..ids.len()).collect();
    sorted.sort_by_key(|number| ids[*number]);
    assert_eq!(read.records, sorted);
    let other = place.open().await;
    for id in ids.iter().filter(|id| **id != "a/b") {
        let (state, _) = other.load::<Counts>(id).await.expect(id);
        assert_eq!(state, Counts::of(id, 1), "{id:?}");
    }
    for name in place.documents().await {
        assert!(
            name.is_ascii() && name.len() < 200 && !name.contains(".."),
            "{name}"
        );
    }
}

async fn being_writable_is_found_out_without_leaving_a_trail(place: Place) {
    let ledger = place.open().await;
    for _ in 0..3 {
        ledger.check_writable().await.expect("it is writable");
    }
    assert!(place.documents().await.len() <= 1);
    let all = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let read = ledger
        .records::<String>(all.0, all.1)
        .await
        .expect("it reads");
    assert!(read.records.is_empty() && read.unreadable.is_empty());
}
