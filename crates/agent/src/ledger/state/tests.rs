use super::*;
use crate::ledger::version::FRESH;
use object_store::memory::InMemory;
use object_store::throttle::{ThrottleConfig, ThrottledStore};
use std::time::Duration;

const W: &str = "/subscriptions/s/resourceGroups/r/workspaces/w";

/// A ledger on a store whose every write takes `put` of real time.
fn slow(put: Duration) -> Ledger {
    let config = ThrottleConfig {
        wait_put_per_call: put,
        ..ThrottleConfig::default()
    };
    let store = ThrottledStore::new(InMemory::new(), config);
    Ledger::on(Box::new(store), Path::default(), "in memory".into(), false)
}

/// The version as its holder has it after sleeping on it.
fn after(version: &Version, slept: Duration) -> Version {
    let checked = CheckedAt {
        steady: version.checked.steady,
        wall: version.checked.wall - slept,
    };
    Version {
        checked,
        ..version.clone()
    }
}

#[tokio::test]
async fn who_stalled_since_loading_has_not_won_and_writes_nothing() {
    let ledger = slow(Duration::ZERO);
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    let stalled = ledger.save(W, &1, &after(&version, FRESH)).await;
    assert!(matches!(stalled, Err(SaveError::Conflict)), "{stalled:?}");
    let (state, version) = ledger.load::<u32>(W).await.expect("it loads");
    assert_eq!((state, version.generation), (0, 0));
    let within = after(&version, FRESH - Duration::from_secs(60));
    assert!(ledger.save(W, &1, &within).await.is_ok());
}

#[tokio::test]
async fn who_stalled_while_creating_has_not_won() {
    let ledger = slow(Duration::from_millis(20));
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    // Fresh when the save begins, not any more when the document is there.
    let stalled = after(&version, FRESH - Duration::from_millis(10));
    let lost = ledger.save(W, &1, &stalled).await;
    assert!(matches!(lost, Err(SaveError::Conflict)), "{lost:?}");
}

#[tokio::test]
async fn a_number_left_behind_by_a_stalled_writer_is_never_the_newest() {
    let ledger = slow(Duration::ZERO);
    let (_, mut version) = ledger.load::<u32>(W).await.expect("it loads");
    for number in 1..=5 {
        version = ledger.save(W, &number, &version).await.expect("it saves");
    }
    let key = name::workspace(W);
    for gone in [1, 2, 3] {
        let path = ledger.generation_path(&key, gone);
        ledger
            .inner
            .store
            .delete(&path)
            .await
            .expect("it is deleted");
    }
    let left =
        br#"{"schema":1,"kind":"workspace-state","workspace":"x","writer":"stalled","state":99}"#;
    let path = ledger.generation_path(&key, 2);
    ledger
        .create(&path, left.to_vec())
        .await
        .expect("it is created");
    for listed in [false, true] {
        if listed {
            ledger.inner.newest.forget(&key);
        }
        let (state, version) = ledger.load::<u32>(W).await.expect("it loads");
        assert_eq!((state, version.generation), (5, 5), "listed: {listed}");
    }
}

#[tokio::test]
async fn a_writer_whose_answer_was_lost_knows_its_own_document() {
    let ledger = slow(Duration::ZERO);
    let path = ledger.generation_path("w", 1);
    let mine = br#"{"schema":1,"kind":"sweep-history","workspace":"w","writer":"mine","state":1}"#;
    ledger
        .create(&path, mine.to_vec())
        .await
        .expect("it is created");
    assert!(ledger.is_by(&path, "mine").await.expect("it is read"));
    assert!(!ledger.is_by(&path, "other").await.expect("it is read"));
}

#[tokio::test]
async fn a_state_of_a_newer_schema_is_never_acted_on_and_says_what_can() {
    let ledger = slow(Duration::ZERO);
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    ledger.save(W, &1, &version).await.expect("it saves");
    let newer = format!(
        r#"{{"schema":2,"kind":"workspace-state","version":"3.1.0","workspace":"{W}","writer":"n","state":7}}"#
    );
    let path = ledger.generation_path(&name::workspace(W), 2);
    let created = ledger.create(&path, newer.into_bytes()).await;
    created.expect("it is created");
    let error = ledger.load::<u32>(W).await.expect_err("it is too new");
    let told = error.to_string();
    assert!(
        matches!(error, LedgerError::Newer { schema: 2, .. }),
        "{told}"
    );
    assert!(told.contains("deploy Lamplighter 3.1.0"), "{told}");
    // Whoever only shows it reads as much of it as there is.
    let (states, unreadable) = ledger.saved_states::<u32>().await.expect("they are listed");
    assert_eq!((states, unreadable), (vec![(W.to_owned(), 7)], Vec::new()));
}

#[tokio::test]
async fn what_a_later_version_wrote_beside_a_state_is_saved_with_it_again() {
    let ledger = slow(Duration::ZERO);
    let key = name::workspace(W);
    let newer = format!(
        r#"{{"schema":1,"kind":"workspace-state","workspace":"{W}","writer":"n","state":7,"signed":[1.50]}}"#
    );
    let path = ledger.generation_path(&key, 1);
    let created = ledger.create(&path, newer.into_bytes()).await;
    created.expect("it is created");
    let (state, mut version) = ledger.load::<u32>(W).await.expect("it loads");
    for next in [state + 1, state + 2] {
        version = ledger.save(W, &next, &version).await.expect("it saves");
    }
    let bytes = ledger.read(&ledger.generation_path(&key, 3)).await;
    let text = String::from_utf8(bytes.expect("it is read").to_vec()).expect("a text");
    assert!(text.contains(r#""state":9"#), "{text}");
    assert!(text.contains(r#""signed":[1.50]"#), "{text}");
}
